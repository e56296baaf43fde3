// What must not matter does not, to the bit: tokens that fill up a row, and tokens that come later. For every architecture,
// padding on either side, on every engine.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Engine, Inputs } from '../../src/engine/engine.ts'
import { Bert, ClassifyingBert, MaskedBert } from '../../src/model/bert.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { type Given, type LanguageModel, memoryOf } from '../../src/model/language.ts'
import { Llama } from '../../src/model/llama.ts'
import { after, upTo } from '../../src/model/masks.ts'
import { initialValues } from '../../src/model/start.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import type { Node } from '../../src/tensor/node.ts'
import { index, input, maximum, rename, subtract } from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'

const [batch, positions, vocab] = [2, 7, 13]
const sizes = { vocab, context: 16, layer: 2, head: 2, model: 8, hidden: 12 }
const half = { layer: 2, head: 2, hidden: 12 }
const ids = input('ids', { batch, position: positions }, { below: vocab })
/** How many tokens of each row are its text. */
const lengths = [3, 7]

/** Padding on the right, as encoders have it. */
const right: Given = { keep: upTo(positions, input('lengths', { batch })) }
/** Padding on the left, as decoders have it. */
const padding = input('padding', { batch })
const left: Given = {
  keep: after(positions, padding),
  places: maximum(subtract(index('position', positions), padding), 0),
}

interface Case {
  readonly name: string
  readonly model: object
  readonly result: Node
  /** Where the text of a row stands; nowhere in particular where the result has no positions. */
  readonly isText: (row: number, position: number) => boolean
  readonly inputs: Inputs
}

const onRight = { isText: (row: number, position: number) => position < lengths[row], inputs: { lengths } }
const onLeft = {
  isText: (row: number, position: number) => position >= positions - lengths[row],
  inputs: { padding: lengths.map((length) => positions - length) },
}

const bert = new Bert(sizes)
const masked = new MaskedBert(sizes)
const classifying = new ClassifyingBert({ ...sizes, class: 3 })
const decoders: [name: string, model: LanguageModel][] = [
  ['GPT-2', new GPT2(sizes)],
  ['Llama', new Llama({ ...sizes, shared: 1 })],
  ['Llama with a window and dynamic RoPE', windowed()],
]
const translator = new EncoderDecoder({ vocab, context: 16, model: 8, encoder: half, decoder: half })

const source = rename(ids, 'position', 'source')

const cases: Case[] = [
  { name: 'BERT, states', model: bert, result: bert.states({ ids }, right), ...onRight },
  { name: 'BERT, pooled', model: bert, result: bert.pooled({ ids }, right), ...onRight },
  { name: 'BERT, logits', model: masked, result: masked.logits({ ids }, right), ...onRight },
  { name: 'BERT, classes', model: classifying, result: classifying.classes({ ids }, right), ...onRight },
  ...decoders.flatMap(([name, model]): Case[] => [
    { name: `${name}, logits, left`, model, result: model.logits({ ids }, left), ...onLeft },
    { name: `${name}, logits, right`, model, result: model.logits({ ids }, right), ...onRight },
  ]),
  {
    name: 'encoder-decoder, source encoded',
    model: translator,
    result: translator.encode({ source }, right),
    ...onRight,
  },
  {
    name: 'encoder-decoder, logits of a target that looks at the source',
    model: translator,
    result: translator.logits(
      { ids: input('target', { batch, position: 4 }, { below: vocab }) },
      {
        memory: memoryOf(translator.encode({ source }, right), right.keep),
      },
    ),
    isText: () => true,
    inputs: { lengths, target: [1, 2, 3, 4, 5, 6, 7, 8] },
  },
]

for (const { name: engineName, open } of engines)
  describe(`what must not matter, ${engineName}`, () => {
    for (const { name, model, result, isText, inputs } of cases)
      test(`padding: ${name}`, async () => {
        const engine = await open()
        try {
          begin(engine, model)
          const run = await runner(engine, result)
          const isRight = 'lengths' in inputs
          const filled = (pad: (row: number, position: number) => number): number[] =>
            eachCell((row, position) => {
              const place = isRight ? position : position - (positions - lengths[row])
              return place >= 0 && place < lengths[row] ? (3 * place + row) % vocab : pad(row, position)
            })
          const zeros = await run({ ids: filled(() => 0), ...inputs })
          const others = await run({ ids: filled((row, position) => (5 * position + row + 1) % vocab), ...inputs })
          assert.deepEqual(textOf(others, result, isText), textOf(zeros, result, isText))
          // Whatever this compares is no constant: another text gives other numbers.
          const changed = await run({ ids: filled(() => 0).map((id) => (id + 1) % vocab), ...inputs })
          assert.notDeepEqual(textOf(changed, result, isText), textOf(zeros, result, isText))
        } finally {
          engine.close()
        }
      })

    for (const [name, model] of [...decoders, ['encoder-decoder', translator]] as const)
      test(`what comes later: ${name}`, async () => {
        const engine = await open()
        try {
          begin(engine, model)
          const given =
            model === translator
              ? {
                  memory: memoryOf(
                    translator.encode({ source: input('source', { batch, source: 3 }, { below: vocab }) }),
                  ),
                }
              : {}
          const logits = model.logits({ ids }, given)
          const run = await runner(engine, logits)
          const source: Inputs = model === translator ? { source: [1, 2, 3, 4, 5, 6] } : {}
          const at = (changed: number) => eachCell((row, position) => (position < changed ? position + row : 9))
          const isBefore = (_: number, position: number): boolean => position < 4
          const one = textOf(await run({ ids: at(4), ...source }), logits, isBefore)
          assert.deepEqual(textOf(await run({ ids: at(7), ...source }), logits, isBefore), one)
          assert.notDeepEqual(textOf(await run({ ids: at(3), ...source }), logits, isBefore), one)
        } finally {
          engine.close()
        }
      })
  })

/** Dynamic RoPE depends on how long the longest text is, so that text must be the same. */
function windowed(): Llama {
  return new Llama({
    ...sizes,
    context: 4,
    window: { size: 3, layers: [1] },
    scaling: { kind: 'dynamic', factor: 2 },
  })
}

function begin(engine: Engine, model: object): void {
  const values = initialValues(model, 1)
  // Ten times as large as training begins with, so that nothing drowns.
  for (const [path, node] of parametersOf(model))
    engine.set(
      node,
      (values.get(path) ?? []).map((value) => 10 * value),
    )
}

async function runner(engine: Engine, result: Node): Promise<(inputs: Inputs) => Promise<Float32Array>> {
  const program = await engine.compile({ outputs: { result } })
  return async (inputs) => {
    await program.run(inputs)
    return (await program.read('result')).data.slice()
  }
}

function eachCell(value: (row: number, position: number) => number): number[] {
  return Array.from({ length: batch * positions }, (_, i) => value(Math.floor(i / positions), i % positions))
}

/** The numbers of the text alone. */
function textOf(data: Float32Array, { axes }: Node, isText: Case['isText']): Float32Array {
  const length = axes.find(({ name }) => name === 'position')?.size
  if (length === undefined) return data
  const width = data.length / batch / length
  return data.filter((_, i) => isText(Math.floor(i / width / length), Math.floor(i / width) % length))
}
