// Writing with edits: cached, padded, sliding and searching, it says what the whole text computed anew at every step says.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Edit } from '../../src/edit/edit.ts'
import { editedModel } from '../../src/edit/editedModel.ts'
import { settleEdits } from '../../src/edit/settleEdits.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { runWith } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { Generator } from '../../src/generate/generate.ts'
import { memoryOf, type WritingModel } from '../../src/model/language.ts'
import { logSoftmax } from '../../src/tensor/definitions.ts'
import type { Tensor } from '../../src/tensor/node.ts'
import { add, index, input, maximum } from '../../src/tensor/primitives.ts'
import { fill, translator, vocab, writers } from './models.ts'

/**
 * ln p of what comes after each token of a text, of which the model sees the part from `first` on: one row of numbers for each of
 * these. Nothing is cached.
 */
async function expectedRows(
  engine: Engine,
  model: WritingModel,
  {
    text,
    first = 0,
    source,
    edits,
  }: { text: readonly number[]; first?: number; source?: readonly number[]; edits: readonly Edit[] },
): Promise<Float32Array[]> {
  const edited = editedModel(model, await settleEdits({ model, engine, edits }))
  const seen = text.slice(first)
  const ids = input('ids', { batch: 1, position: seen.length })
  const standing = { position: add(index('position', seen.length), first), cached: index('source', seen.length) }
  const memory =
    source && edited.kind === 'encoder-decoder'
      ? memoryOf(edited.encode({ source: input('source', { batch: 1, source: source.length }) }))
      : undefined
  const logits = edited.logits({ ids }, { memory, ...(first > 0 && { standing }) })
  const program = await engine.compile({ outputs: { all: logSoftmax(logits, 'vocab') } })
  await runWith(program, { ids: seen, ...(source && { source }) })
  const { data } = await program.read('all')
  await program.close()
  return seen.map((_, i) => data.slice(i * vocab, (i + 1) * vocab))
}

/** ln p of what comes after a text. */
async function expected(...asked: Parameters<typeof expectedRows>): Promise<Float32Array> {
  return (await expectedRows(...asked)).at(-1) ?? new Float32Array()
}

const numbers = (axes: Readonly<Record<string, number>>, times = 1) => ({
  axes: Object.entries(axes).map(([name, size]) => ({ name, size })),
  data: Array.from({ length: Object.values(axes).reduce((a, b) => a * b, 1) }, (_, i) => times * Math.sin(i + 1)),
})

/** Lists of edits for models with blocks of this width, by what they try. */
const lists: Readonly<Record<string, (width: number) => readonly Edit[]>> = {
  'a head that is off': () => [{ at: 'blocks.0.attention.pattern {head: 1}', to: 0 }],
  'one position, in the prompt': () => [{ at: 'blocks.0.output {position: 1}', to: 0.5 }],
  'one position, written later': (model) => [{ at: 'blocks.0.output {position: 6}', to: numbers({ model }) }],
  'keys of one source': () => [{ at: 'blocks.1.attention.key {source: 4}', to: { scale: -2 } }],
  'values of one source': () => [{ at: 'blocks.0.attention.value {source: 0}', to: 0 }],
  'an edge of the pattern': () => [{ at: 'blocks.0.attention.pattern {position: 5, source: 2}', to: 0.7 }],
  'a source that nobody looks at any more': () => [{ at: 'blocks.*.attention.scores {source: 1}', to: '-Infinity' }],
  'what another text had': () => [{ at: 'blocks.0.output', to: { ids: [5, 6, 7] } }],
  steering: (model) => [{ at: 'blocks.*.output', to: { add: numbers({ model }, 2) } }],
  'an expression': () => [{ at: 'embedded', to: (old: Tensor) => maximum(old, 0) }],
  'several on one value': () => [
    { at: 'blocks.1.attention.mixed {head: 0}', to: { scale: 3 } },
    { at: 'blocks.1.attention.mixed {position: 4}', to: { add: 1 } },
    { at: 'blocks.1.attention.mixed', to: { scale: 0.5 } },
  ],
  'logits of one position': () => [{ at: 'logits {vocab: 3, position: 5}', to: 100 }],
}

async function texts(
  generator: Generator,
  prompts: readonly (readonly number[])[],
  tokens: number,
): Promise<{ id: number; logProbability: number }[][]> {
  const found = prompts.map((): { id: number; logProbability: number }[] => [])
  const openings = prompts.map((prompt) => ({ prompt }))
  for await (const { row, id, logProbability = 0 } of generator.generateAll(openings, {
    tokens,
    temperature: 0,
    logProbabilities: true,
  }))
    found[row].push({ id, logProbability })
  return found
}

describe('writing with edits', () => {
  const prompts = [[1, 2, 3], [4, 5, 6, 7, 8], [9]]

  const widths: Readonly<Record<string, number>> = { gpt2: 12, llama: 20, 'llama, a window': 8, 'attention only': 6 }
  const names = Object.keys(writers)

  // Each list on one of the models in turn; and all of them at once on each.
  const cases = [
    ...Object.keys(lists).map((what, i) => ({ what, name: names[i % names.length], kinds: [what] })),
    ...names.map((name) => ({ what: 'all of these', name, kinds: Object.keys(lists) })),
  ]
  for (const { what, name, kinds } of cases)
    it(`is writing without a cache: ${what} (${name})`, async () => {
      await assertUncached(reference(), name, kinds)
    })

  for (const name of names)
    it(`is writing without a cache on the processor: all of these (${name})`, async () => {
      const engine = await cpu({ threads: 1 })
      await assertUncached(engine, name, Object.keys(lists))
      engine.close()
    })

  async function assertUncached(engine: Engine, name: string, kinds: readonly string[]): Promise<void> {
    const model = writers[name]
    fill(engine, model)
    const { context } = model.config
    const edits = kinds.flatMap((kind) => lists[kind](widths[name]))
    const generator = new Generator({ engine, model, edits })
    let changed = 0
    for (const [row, written] of (await texts(generator, prompts, 10)).entries()) {
      assert.equal(written.length, 10)
      const start = prompts[row].length
      const whole = [...prompts[row], ...written.map(({ id }) => id)]
      let first = 0
      for (let next = start; next < whole.length; ) {
        // A full window goes on with its last half.
        if (next - first > context) first += context + 1 - Math.max(1, context >> 1)
        const end = Math.min(whole.length, first + context + 1)
        const asked = { text: whole.slice(0, end - 1), first }
        const right = await expectedRows(engine, model, { ...asked, edits })
        const plain = await expectedRows(engine, model, { ...asked, edits: [] })
        for (; next < end; next++) {
          const [wanted, { id, logProbability }] = [right[next - 1 - first], written[next - start]]
          if (Math.abs(plain[next - 1 - first][id] - wanted[id]) > 1e-6) changed++
          assert.equal(id, wanted.indexOf(Math.max(...wanted)), `token ${next} of text ${row}`)
          assert.ok(
            Math.abs(logProbability - wanted[id]) < 1e-5,
            `${logProbability}, not ${wanted[id]}, of token ${next} of text ${row}`,
          )
        }
      }
    }
    assert.ok(changed > 0, 'the edits change nothing')
    await generator.close()
  }

  it('hides what comes after a position where the whole text is there, as where it is written', async () => {
    const engine = reference()
    const ids = [1, 2, 3, 4]
    for (const model of Object.values(writers)) {
      fill(engine, model)
      for (const edits of [
        [{ at: 'blocks.0.attention.pattern', to: 0.5 }],
        [{ at: 'blocks.*.attention.scores', to: 1 }],
        [
          { at: 'blocks.0.attention.pattern', to: (old: Tensor) => maximum(old, 0.25) },
          { at: 'blocks.0.attention.pattern', to: { add: 0.5 } },
        ],
      ]) {
        const generator = new Generator({ engine, model, edits })
        const [[{ id, logProbability }]] = await texts(generator, [ids], 1)
        const right = await expected(engine, model, { text: ids, first: 0, edits })
        assert.ok(Math.abs(logProbability - right[id]) < 1e-5, `${logProbability}, not ${right[id]}`)
        await generator.close()
      }
    }
  })

  it('searches with the same numbers', async () => {
    const { gpt2: model } = writers
    const engine = reference()
    fill(engine, model)
    const edits = [...lists['one position, written later'](12), ...lists['keys of one source'](12)]
    const generator = new Generator({ engine, model, edits })
    const settings = { tokens: 6, beams: 3, hypotheses: 3 }
    const openings = [{ prompt: [1, 2] }, { prompt: [3, 4, 5] }]
    for (const [i, found] of (await generator.search(openings, settings)).entries())
      for (const { ids, logProbabilities } of found)
        for (const [n, id] of ids.entries()) {
          const text = [...openings[i].prompt, ...ids.slice(0, n)]
          const right = await expected(engine, model, { text, first: 0, edits })
          assert.ok(Math.abs(logProbabilities[n] - right[id]) < 1e-5)
        }
  })

  it('reads a source with them too', async () => {
    const engine = reference()
    fill(engine, translator)
    const edits: readonly Edit[] = [
      { at: 'encoder.blocks.0.output {position: 1}', to: { scale: 2 } },
      { at: 'decoder.blocks.0.cross.key {source: 0}', to: { add: 1 } },
      { at: 'decoder.blocks.0.cross.pattern {head: 1}', to: 0.25 },
      { at: 'decoder.blocks.0.attention.pattern {position: 2, source: 1}', to: 0.5 },
    ]
    const openings = [
      { prompt: [1], source: [2, 3, 4, 5, 6] },
      { prompt: [7], source: [8, 9] },
    ]
    const generator = new Generator({ engine, model: translator, edits })
    const written: { id: number; logProbability: number }[][] = [[], []]
    for await (const { row, id, logProbability = 0 } of generator.generateAll(openings, {
      tokens: 5,
      temperature: 0,
      logProbabilities: true,
    }))
      written[row].push({ id, logProbability })
    const searched = await generator.search(openings, { tokens: 5, beams: 2 })
    for (const [row, { prompt, source }] of openings.entries()) {
      const text = [...prompt]
      for (const { id, logProbability } of written[row]) {
        const right = await expected(engine, translator, { text, first: 0, source, edits })
        assert.ok(Math.abs(logProbability - right[id]) < 1e-5, `${logProbability}, not ${right[id]}`)
        text.push(id)
      }
      const [{ ids, logProbabilities }] = searched[row]
      for (const [n, id] of ids.entries()) {
        const right = await expected(engine, translator, {
          text: [...prompt, ...ids.slice(0, n)],
          first: 0,
          source,
          edits,
        })
        assert.ok(Math.abs(logProbabilities[n] - right[id]) < 1e-5)
      }
    }
  })

  it('says of an edit that it never took effect', async () => {
    const { gpt2: model } = writers
    const engine = reference()
    fill(engine, model)
    const edits = [{ at: 'blocks.0.output {position: 500}', to: 0 }]
    await assert.rejects(texts(new Generator({ engine, model, edits }), [[1, 2, 3]], 4), {
      message:
        'generate: the edit of blocks.0.output {position: 500} never took effect: positions 0 to 5 were computed. Give a place among these, or a longer text.',
    })
    const one = [{ at: { path: 'blocks.1.attention.value', at: { source: 1 } }, to: 0 }]
    await assert.rejects(texts(new Generator({ engine, model, edits: one }), [[1]], 1), {
      message:
        'generate: the edit of blocks.1.attention.value {source: 1} never took effect: only position 0 was computed. Give a place among these, or a longer text.',
    })
    // The part of a long prompt that the model no longer sees is not computed.
    const early = [{ at: 'blocks.0.output {position: 2}', to: 0 }]
    await assert.rejects(
      texts(new Generator({ engine, model, edits: early }), [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2]], 1),
      {
        message:
          'generate: the edit of blocks.0.output {position: 2} never took effect: positions 3 to 11 were computed. Give a place among these, or a longer text.',
      },
    )
  })

  it('is content where an earlier text came to the place', async () => {
    const { gpt2: model } = writers
    const engine = reference()
    fill(engine, model)
    const generator = new Generator({ engine, model, edits: [{ at: 'blocks.0.output {position: 3}', to: 0 }] })
    const [first] = await texts(generator, [[1, 2, 3, 4]], 1)
    assert.equal(first.length, 1)
    const [second] = await texts(generator, [[1, 2]], 1)
    assert.equal(second.length, 1)
  })

  it('tells the positions of a text from those of its source', async () => {
    const engine = reference()
    fill(engine, translator)
    const source = [2, 3, 4, 5, 6, 7]
    const written = async (at: string): Promise<void> => {
      const generator = new Generator({ engine, model: translator, edits: [{ at, to: 0 }] })
      for await (const _ of generator.generate([1], { source, tokens: 3, temperature: 0 }));
    }
    await written('encoder.blocks.0.output {position: 5}')
    await written('decoder.blocks.0.cross.key {source: 5}')
    await assert.rejects(written('encoder.blocks.0.output {position: 6}'), {
      message:
        'generate: the edit of encoder.blocks.0.output {position: 6} never took effect: the source had 6 tokens. Give a place among these, or a longer source.',
    })
    await assert.rejects(written('decoder.blocks.0.attention.key {source: 5}'), {
      message:
        'generate: the edit of decoder.blocks.0.attention.key {source: 5} never took effect: positions 0 to 2 were computed. Give a place among these, or a longer text.',
    })
  })

  it('has no rows, and no places from the end, and nothing along a text that grows', async () => {
    const { gpt2: model } = writers
    const engine = reference()
    const last = [{ at: 'blocks.0.output {position: -1}', to: 0 }]
    await assert.rejects(texts(new Generator({ engine, model, edits: last }), [[1]], 2), {
      message:
        'edits: blocks.0.output {position: -1}: a place from the end means nothing where texts grow or are padded. Count "position" from the beginning.',
    })
    const mean = [{ at: 'blocks.0.output', to: { mean: 'position' } }]
    await assert.rejects(texts(new Generator({ engine, model, edits: mean }), [[1]], 2), {
      message:
        'edits: blocks.0.output: nothing can be computed along "position" here, where texts are padded or come token by token. Give values instead.',
    })
    const row = [{ at: 'blocks.0.output {batch: 0}', to: 0 }]
    await assert.rejects(texts(new Generator({ engine, model, edits: row }), [[1]], 2), {
      message:
        'edits: blocks.0.output {batch: 0}: rows are no places where several texts are run, or parts of one. Leave "batch" out, and run by itself the text that is meant.',
    })
    const unknown = [{ at: 'blocks.*.mlp.outputs', to: 0 }]
    await assert.rejects(texts(new Generator({ engine, model, edits: unknown }), [[1]], 2), {
      message:
        'edits: there is no value "blocks.*.mlp.outputs". Did you mean "blocks.*.mlp.output", "blocks.*.mlpNorm.output" or "blocks.*.mlp.up"?',
    })
  })
})
