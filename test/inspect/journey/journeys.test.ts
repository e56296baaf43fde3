// The journey of one token: its steps in every architecture, its guesses beside the lens's, its effects beside attribution's.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { Journeys, journey } from '../../../src/inspect/journey/journeys.ts'
import { read } from '../../../src/inspect/read.ts'
import { attributeLogit } from '../../../src/inspect/stream/attribution.ts'
import { logitLens } from '../../../src/inspect/stream/lens.ts'
import { Bert } from '../../../src/model/bert.ts'
import type { InputValues } from '../../../src/model/inputValues.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import {
  attentionOnly,
  bert,
  type Case,
  fill,
  gpt2,
  llama,
  noBlocks,
  parallel,
  preNormCross,
  scaled,
  translator,
} from '../stream/models.ts'

const near = (value: number | undefined, wanted: number, most: number, what: string): void =>
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) <= most, `${what}: ${value}, not ${wanted}`)

const preNormBlock = ['normalise', 'ask', 'answer', 'bring', 'add', 'normalise', 'hidden', 'add']
const postNormBlock = ['ask', 'answer', 'bring', 'add', 'normalise', 'hidden', 'add', 'normalise']
const across = ['ask', 'answer', 'bring', 'add', 'normalise']
const written = ['logits', 'temperature', 'draw']

/** The kinds of steps in each architecture. */
const wanted: readonly (readonly [Case, readonly string[]])[] = [
  [gpt2(), ['token', 'row', 'position', ...preNormBlock, ...preNormBlock, 'normalise', ...written]],
  [llama(), ['token', 'row', ...preNormBlock, ...preNormBlock, 'normalise', ...written]],
  [
    bert(),
    [
      ...['token', 'row', 'position', 'position', 'normalise'],
      ...[...postNormBlock, ...postNormBlock],
      ...['other', 'normalise', 'logits', 'temperature'],
    ],
  ],
  [
    translator(),
    [
      ...['token', 'row', 'position'],
      ...[0, 1].flatMap(() => [...postNormBlock.slice(0, 5), ...across, ...postNormBlock.slice(5)]),
      ...written,
    ],
  ],
  [
    preNormCross(),
    [
      ...['token', 'row', 'position'],
      ...[0, 1].flatMap(() => [...preNormBlock.slice(0, 5), ...preNormBlock]),
      ...['normalise', ...written],
    ],
  ],
  [
    parallel(),
    [
      ...['token', 'row'],
      ...[0, 1].flatMap(() => ['normalise', 'ask', 'answer', 'bring', 'add', 'hidden', 'add']),
      ...['normalise', ...written],
    ],
  ],
  [attentionOnly(), ['token', 'row', 'position', ...[0, 1].flatMap(() => preNormBlock.slice(0, 5)), ...written]],
  [noBlocks(), ['token', 'row', 'position', 'normalise', ...written]],
]

describe('the journey of a token', () => {
  for (const [{ name, model, inputs }, kinds] of wanted)
    test(`${name}: its steps, the lens's guesses, effects that add up to the logit`, async () => {
      const engine = await cpu({ threads: 1 })
      try {
        fill(engine, model)
        const { full, short, noShort } = await journey({ model, engine, inputs, position: 5, against: 11 })
        assert.deepEqual(
          full.steps.map(({ kind }) => kind),
          kinds,
        )
        const target = full.token ?? -1
        const rows = await logitLens({ model, engine, inputs, middle: true, top: 5, target })
        let met = 0
        for (const { before, after } of full.steps)
          for (const stream of [before, after]) {
            const row = rows.find((each) => each.position === 5 && `${each.address} {position: 5}` === stream?.address)
            if (!row || !stream?.guess) continue
            met++
            near(stream.norm, row.norm, 1e-4 * row.norm, `the length of ${row.address}`)
            near(stream.guess.entropy, row.entropy, 1e-5, `the entropy of ${row.address}`)
            near(stream.guess.token.probability, row.target?.probability ?? -1, 1e-5, `the token after ${row.address}`)
            for (const [i, { id, probability }] of row.guesses.entries()) {
              assert.equal(stream.guess.guesses[i].id, id)
              near(stream.guess.guesses[i].probability, probability, 1e-5, `guess ${i} of ${row.address}`)
            }
          }
        assert.ok(met > 0, 'some streams have rows of the lens')
        if (model.kind === 'masked') {
          assert.match(noShort ?? '', /^journey: what the unembedding reads is no sum of parts/)
          return
        }
        const found = await attributeLogit({
          model,
          engine,
          inputs,
          position: 5,
          token: target,
          against: 11,
          detail: 'neurons',
        })
        const scale = Math.max(1, ...found.rows.map(({ logit }) => Math.abs(logit)))
        assert.ok(short)
        const sum = short.parts.reduce(
          (total, { logit }) => total + logit,
          short.others.logit + short.biases.logit + short.const,
        )
        near(sum, found.logit, 1e-5 * scale, 'all parts')
        const largest = found.rows
          .filter(({ part }) => part !== 'bias')
          .toSorted((a, b) => Math.abs(b.logit) - Math.abs(a.logit))
          .slice(0, 5)
        for (const [i, { logit }] of largest.entries()) near(short.parts[i].logit, logit, 1e-5 * scale, `part ${i}`)
        for (const { sources = [], logit, head } of short.parts)
          if (head !== undefined) assert.ok(sources.length > 0, `a head of ${logit} has sources`)
      } finally {
        engine.close()
      }
    })
})

test('what a head brings is the sum over its sources, and its effect too', async () => {
  for (const { model, inputs } of [gpt2(), scaled()]) await checkSources(model, inputs)
})

async function checkSources(model: AnyModel, inputs: InputValues): Promise<void> {
  const engine = reference()
  fill(engine, model)
  const { short } = await journey({ model, engine, inputs, sources: 7, parts: 200 })
  const heads = short?.parts.filter(({ head }) => head !== undefined) ?? []
  assert.equal(heads.length, 6)
  for (const { sources = [], logit, head } of heads) {
    near(
      sources.reduce((sum, { share }) => sum + share, 0),
      1,
      1e-6,
      `the shares of head ${head}`,
    )
    near(
      sources.reduce((sum, each) => sum + each.logit, 0),
      logit,
      1e-6,
      `the effect of head ${head}`,
    )
  }
}

test('the effect of a whole part is direct where the logit is a sum of it, and else by the lens', async () => {
  const engine = reference()
  const { model, inputs } = gpt2()
  fill(engine, model)
  const { full } = await journey({ model, engine, inputs, token: 3 })
  const found = await attributeLogit({ model, engine, inputs, token: 3, detail: 'parts' })
  const parts = found.rows.filter(({ part }) => part === 'attention' || part === 'mlp')
  const adds = full.steps.filter((step) => step.kind === 'add')
  assert.equal(adds.length, 4)
  for (const [i, { effect, of }] of adds.entries()) {
    assert.equal(effect?.by, 'direct')
    assert.equal(of, `${parts[i].address} {position: 6}`)
    near(effect?.logit, parts[i].logit, 1e-5, of ?? '')
  }
  const post = translator()
  fill(engine, post.model)
  const { full: steps } = await journey({ model: post.model, engine, inputs: post.inputs, token: 3 })
  const effects = steps.steps.flatMap((step) => (step.kind === 'add' ? [step] : []))
  assert.deepEqual(
    effects.map(({ effect }) => effect?.by),
    ['lens', 'lens', 'lens', 'lens', 'lens', 'direct'],
  )
  const [{ effect, before, after }] = effects
  const change = (after?.guess?.token.logit ?? Number.NaN) - (before?.guess?.token.logit ?? Number.NaN)
  assert.equal(effect?.logit, change)
})

test('the addresses of every step can be read, and its numbers are what stands there', async () => {
  const engine = reference()
  for (const { model, inputs } of [gpt2(), llama(), translator(), bert()]) {
    fill(engine, model)
    const { full } = await journey({ model, engine, inputs, position: 2, numbers: true })
    const addresses = [...new Set(full.steps.flatMap((step) => step.addresses))]
    const values = await read({ model, engine, inputs, addresses })
    assert.equal(values.size, addresses.length)
    const own = full.steps.flatMap(({ address, numbers }) => (address && numbers ? [{ address, numbers }] : []))
    const seen = await read({ model, engine, inputs, addresses: own.map(({ address }) => address) })
    assert.ok(own.length >= 10)
    for (const { address, numbers } of own)
      for (const [i, value] of (seen.get(address)?.data ?? []).entries())
        near(numbers[i], value, 1e-5, `${address} ${i}`)
  }
})

test('one plan serves every position, and weights that change', async () => {
  const engine = reference()
  const { model, inputs } = gpt2()
  fill(engine, model)
  const journeys = await Journeys.of({ model, engine, sizes: { position: 7 } })
  for (const position of [0, 3, -1]) {
    const [again, alone] = [
      await journeys.read(inputs, { position }),
      await journey({ model, engine, inputs, position }),
    ]
    assert.deepEqual(again, alone)
  }
  const before = await journeys.read(inputs)
  const [table] = parametersOf(model).values()
  engine.set(
    table,
    (await engine.get(table)).map((x) => 2 * x),
  )
  assert.notEqual((await journeys.read(inputs)).full.steps[1].after?.norm, before.full.steps[1].after?.norm)
  await journeys.close()
})

test('a model without logits has a journey too, without guesses', async () => {
  const engine = reference()
  const model = new Bert({ vocab: 13, context: 10, layer: 1, head: 3, model: 12, hidden: 20, isPooled: false })
  fill(engine, model)
  const { full, short, noShort } = await journey({ model, engine, inputs: { ids: [3, 1, 4] } })
  assert.deepEqual(
    full.steps.map(({ kind }) => kind),
    ['token', 'row', 'position', 'position', 'normalise', ...postNormBlock],
  )
  assert.ok(full.steps.every(({ after }) => after?.guess === undefined))
  assert.deepEqual([short, noShort], [undefined, 'journey: the model says nothing of tokens or classes.'])
})

test('what is not there is refused', async () => {
  const engine = reference()
  const { model, inputs } = gpt2()
  fill(engine, model)
  const asked = (question: object): Promise<object> => journey({ model, engine, inputs, ...question })
  await assert.rejects(asked({ position: 7 }), {
    message:
      'journey: there is no position 7; the text has 0 to 6. Give one of these, or count from the end: -1 is the last.',
  })
  await assert.rejects(asked({ token: 13 }), {
    message: 'journey: there is no token with the id 13; the vocabulary has 0 to 12.',
  })
  await assert.rejects(asked({ against: -1 }), {
    message: 'journey: there is no token with the id -1; the vocabulary has 0 to 12.',
  })
})
