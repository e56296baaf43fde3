// The lens: what every state of the stream says, held to what the model says when that state is put in the last one's place.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { read } from '../../../src/inspect/read.ts'
import { type LensRow, type LensSettings, logitLens } from '../../../src/inspect/stream/lens.ts'
import { Bert, ClassifyingBert } from '../../../src/model/bert.ts'
import { engines } from '../../engines.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { bert, fill, gpt2, noBlocks, preNorm, translator } from './models.ts'

const near = (value: number | undefined, wanted: number, most = 1e-5, what = ''): void =>
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) <= most, `${what} ${value}, not ${wanted}`)

for (const { name, open } of engines)
  test(`the golden model through both lenses, ${name}`, async () => {
    const engine = await open()
    try {
      const inputs = { ids: goldenIds }
      const rows = await logitLens({ model: goldenModel(engine), engine, inputs, lenses: ['own', 'final'], target: 7 })
      const last = rows.filter(({ position }) => position === 10)
      const of = (lens: string, measure: 'entropy' | 'divergence') =>
        last.filter((row) => row.lens === lens).map((row) => row[measure])
      const wanted = {
        own: [2.070018, 1.246518, 1.661214],
        final: [2.388405, 2.159505, 1.661214],
      }
      for (const lens of ['own', 'final'] as const)
        for (const [i, entropy] of of(lens, 'entropy').entries()) near(entropy, wanted[lens][i], 2e-6, lens)
      for (const [i, divergence] of of('own', 'divergence').entries())
        near(divergence, [0.820285, 0.589469, 0][i], 2e-6)
      assert.deepEqual(
        last.map(({ address, lens }) => `${address} ${lens}`),
        ['embedded', 'blocks.0.output', 'blocks.1.output'].flatMap((each) => [`${each} own`, `${each} final`]),
      )
      assert.deepEqual([last[4].target?.rank, last[4].guesses[0].id, last[4].divergence], [1, 6, 0])
    } finally {
      engine.close()
    }
  })

describe('a state says what the model says with that state as its last one', () => {
  for (const { name, model, inputs } of [...preNorm(), translator(), bert()])
    test(name, async () => {
      const engine = await cpu({ threads: 1 })
      try {
        fill(engine, model)
        const rows = await logitLens({ model, engine, inputs, middle: true, top: 4, target: inputs.ids })
        const side = model.kind === 'encoder-decoder' ? 'decoder.' : ''
        const last = rows.at(-1)?.address as string
        const addresses = [...new Set(rows.map((row) => row.address)), `${side}logits`]
        const exact = (await read({ model, engine, inputs, addresses })).get(`${side}logits`)?.data ?? []
        for (const address of new Set(rows.map((row) => row.address))) {
          const state = (await read({ model, engine, inputs, addresses: [address] })).get(address)
          assert.ok(state)
          const edits = address === last ? [] : [{ at: last, to: state }]
          const logits = (await read({ model, engine, inputs, edits, addresses: [`${side}logits`] })).get(
            `${side}logits`,
          )
          const own = rows.filter((row) => row.address === address)
          assert.equal(own.length, inputs.ids.length)
          for (const [i, row] of own.entries()) {
            assert.equal(row.position, i)
            checkRow(row, logits?.data.subarray(i * 13, i * 13 + 13), inputs.ids[i])
          }
          // The last state is the model, to the bit. (Where every state is read, none of them is fused with what follows.)
          if (address === last)
            for (const [i, { guesses, divergence }] of own.entries()) {
              for (const { id, logit } of guesses) assert.equal(logit, exact[i * 13 + id])
              assert.equal(divergence, 0)
            }
        }
      } finally {
        engine.close()
      }
    })
})

function checkRow({ guesses, entropy, target }: LensRow, logits: ArrayLike<number> | undefined, wanted: number): void {
  const x = Array.from(logits ?? [])
  const largest = Math.max(...x)
  const whole = x.reduce((sum, each) => sum + Math.exp(each - largest), 0)
  const order = x.map((_, id) => id).sort((a, b) => x[b] - x[a] || a - b)
  const scale = Math.max(1, ...x.map(Math.abs))
  for (const [i, { id, logit, probability }] of guesses.entries()) {
    near(logit, x[order[i]], 1e-5 * scale)
    near(x[id], x[order[i]], 1e-5 * scale)
    near(probability, Math.exp(x[id] - largest) / whole, 1e-4)
  }
  near(
    entropy,
    Math.log(whole) - x.reduce((sum, each) => sum + Math.exp(each - largest) * (each - largest), 0) / whole,
    1e-4,
  )
  near(target?.logit, x[wanted], 1e-5 * scale)
  const larger = x.filter((each) => each > x[wanted] + 1e-4).length
  assert.ok(target && target.rank >= larger && target.rank <= larger + 1)
}

test('of equal logits those with the lower id come first, and none is strictly larger', async () => {
  const engine = reference()
  const { model, inputs } = noBlocks()
  const [row] = await logitLens({ model, engine, inputs, top: 3, target: 12 })
  assert.deepEqual(
    row.guesses.map(({ id }) => id),
    [0, 1, 2],
  )
  assert.equal(row.target?.rank, 0)
  near(row.entropy, Math.log(13), 1e-12)
})

test('the middle of blocks is read where it is asked for; edits are seen; progress is told', async () => {
  const engine = reference()
  const { model, inputs } = gpt2()
  fill(engine, model)
  const told: string[] = []
  const report = (done: number, of: number) => told.push(`${done} of ${of}`)
  const rows = await logitLens({ model, engine, inputs, middle: true, report })
  assert.deepEqual(
    rows.filter(({ position }) => position === 0).map(({ address, layer, point }) => [address, layer, point]),
    [
      ['embedded', undefined, 'embedded'],
      ['blocks.0.middle', 0, 'middle'],
      ['blocks.0.output', 0, 'output'],
      ['blocks.1.middle', 1, 'middle'],
      ['blocks.1.output', 1, 'output'],
    ],
  )
  assert.deepEqual(told, ['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5'])
  const edits = [{ at: 'blocks.*.attention.output', to: 0 }]
  const without = await logitLens({ model, engine, inputs, middle: true, edits })
  const say = (rows: readonly LensRow[], address: string) =>
    rows.filter((row) => row.address === address).map(({ guesses }) => guesses)
  assert.deepEqual(say(without, 'blocks.0.middle'), say(without, 'embedded'))
  assert.notDeepEqual(say(rows, 'blocks.0.middle'), say(without, 'blocks.0.middle'))
})

test('a classifier is read at every position by what it does at its first', async () => {
  const engine = reference()
  const model = new ClassifyingBert({ vocab: 13, context: 10, layer: 2, head: 1, model: 4, class: 3 })
  fill(engine, model)
  const inputs = { ids: [3, 1, 4, 1] }
  const rows = await logitLens({ model, engine, inputs, top: 3 })
  const [said] = (await read({ model, engine, inputs, addresses: ['classes'] })).values()
  assert.equal(rows.length, 3 * 4)
  for (const { id, logit } of rows[8].guesses) assert.equal(logit, said.data[id])
})

test('what cannot be read is refused', async () => {
  const engine = reference()
  const { model, inputs } = gpt2()
  const refused = (options: Partial<LensSettings>, message: string) =>
    assert.rejects(logitLens({ model, engine, inputs, ...options }), (error: Error) => {
      assert.equal(error.message, message)
      return true
    })
  const sizes = { vocab: 13, context: 10, layer: 1, head: 1, model: 4 }
  await refused(
    { model: new Bert(sizes) },
    'lens: the model has no logits over a vocabulary, it ends with "blocks.0.output". Give one that says which tokens it expects: a decoder, a translator, or one that fills in masked tokens.',
  )
  await refused(
    { ...translator(), lenses: ['final'] },
    'lens: no norm stands before the unembedding, so that there is no final scale. Use the own one.',
  )
  await refused({ lenses: ['tuned'] }, 'lens: the tuned lens needs translators. Train some with `tuneLens`.')
  await refused({ lenses: [] }, 'lens: no lens is given. Give some of own, final and tuned.')
  await refused({ target: 13 }, 'lens: there is no token with the id 13; the vocabulary has 0 to 12.')
  await refused({ target: [1, 2] }, 'lens: 2 targets for 7 positions. Give one for each, or one for all.')
  await refused(
    { top: 14 },
    'lens: top is 14; give a whole number of guesses from 1 to 13, as many as there are tokens.',
  )
})
