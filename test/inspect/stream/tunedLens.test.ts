// The tuned lens: untrained it is the logit lens, trained it comes closer to what the model says, at every state.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeSafetensors } from '../../../src/checkpoint/safetensors.ts'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { type LensRow, logitLens } from '../../../src/inspect/stream/lens.ts'
import { tunedLensBytes, tunedLensFrom } from '../../../src/inspect/stream/savedLens.ts'
import { TunedLens } from '../../../src/inspect/stream/tunedLens.ts'
import { type TuningSettings, tuneLens } from '../../../src/inspect/stream/tuneLens.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { attentionOnly, bert, fill, gpt2, llama, noBlocks, translator } from './models.ts'

/** A text with a rule: each token follows from the one before, but for every seventh. */
const textOf = (length: number, first: number): number[] =>
  Array.from({ length }).reduce<number[]>((ids, _, i) => {
    const before = ids.at(-1) ?? first
    ids.push(i % 7 === 0 ? (before * 5 + i) % 13 : (before * 3 + 1) % 13)
    return ids
  }, [])

test('without training it is the logit lens, to the bit', async () => {
  for (const engine of [reference(), await cpu({ threads: 1 })]) {
    const { model, inputs } = gpt2()
    fill(engine, model)
    const tuned = new TunedLens({ addresses: ['embedded', 'blocks.0.output'], model: 12 })
    const rows = await logitLens({ model, engine, inputs, tuned, lenses: ['own', 'tuned'], top: 5 })
    const of = (wanted: string) => rows.filter(({ lens }) => lens === wanted).map(({ lens: _, ...row }) => row)
    assert.deepEqual(of('tuned'), of('own'))
    engine.close()
  }
})

test('with training the divergence is lower at every state, on a text that it has not seen; the model stays what it is', async () => {
  const engine = await cpu({ threads: 2 })
  try {
    const { model } = gpt2()
    fill(engine, model)
    const before = await Promise.all([...parametersOf(model).values()].map((weight) => engine.get(weight)))
    const losses: number[] = []
    const report = (_: number, of: number, loss: number): void => {
      losses.push(loss)
      assert.equal(of, 300)
    }
    const tuned = await tuneLens({ model, engine, ids: textOf(600, 2), context: 10, batch: 8, steps: 300, report })
    const after = await Promise.all([...parametersOf(model).values()].map((weight) => engine.get(weight)))
    assert.deepEqual(after, before)
    assert.equal(losses.length, 300)
    const mean = (rows: readonly LensRow[], lens: string, address: string): number => {
      const own = rows.filter((row) => row.lens === lens && row.address === address)
      return own.reduce((sum, { divergence }) => sum + divergence, 0) / own.length
    }
    const rows: LensRow[] = []
    for (const first of [7, 9, 11])
      rows.push(
        ...(await logitLens({ model, engine, inputs: { ids: textOf(10, first) }, tuned, lenses: ['own', 'tuned'] })),
      )
    for (const address of tuned.addresses)
      assert.ok(mean(rows, 'tuned', address) < 0.8 * mean(rows, 'own', address), address)
    assert.equal(mean(rows, 'tuned', 'blocks.1.output'), 0)
    // It comes back from its file as it was.
    const bytes = Buffer.concat(await tunedLensBytes(engine, tuned))
    const again = tunedLensFrom({ engine, model, bytes })
    const inputs = { ids: textOf(10, 7) }
    const through = (lens: TunedLens) => logitLens({ model, engine, inputs, tuned: lens, lenses: ['tuned'] })
    assert.deepEqual(await through(again), await through(tuned))
    const { model: other } = llama()
    assert.throws(() =>
      tunedLensFrom({ engine, model: bert().model, bytes: bytes.subarray(0, 20), place: 'x.safetensors' }),
    )
    assert.throws(
      () =>
        tunedLensFrom({
          engine,
          model: attentionOnly().model,
          bytes: Buffer.concat(writeSafetensors(new Map())),
          place: 'x.safetensors',
        }),
      {
        message:
          'x.safetensors: this is no tuned lens of this model, which has 2 translators of 12 numbers. Train one for it.',
      },
    )
    assert.ok(tunedLensFrom({ engine, model: other, bytes }))
    // The loss that is told is the sum over the states.
    assert.ok((losses.at(-1) as number) < losses[0])
  } finally {
    engine.close()
  }
})

test('what cannot learn is refused', async () => {
  const engine = reference()
  const refused = (options: Partial<TuningSettings>, message: string) =>
    assert.rejects(tuneLens({ model: gpt2().model, engine, ids: textOf(40, 1), ...options }), (error: Error) => {
      assert.equal(error.message, message)
      return true
    })
  await refused(
    { model: translator().model },
    'lens: translators learn from a text, but the model reads source too. Use the own lens.',
  )
  await refused(
    { ids: [1, 2, 3] },
    'lens: the text has 3 tokens, but a window takes 10. Give a longer one to learn from.',
  )
  await refused({ steps: 0 }, 'lens: steps is 0; it must be a whole number, at least 1.')
  await refused(
    { model: noBlocks().model },
    'lens: the model has one state only, its last: there is nothing to translate.',
  )
  const { model, inputs } = gpt2()
  const tuned = new TunedLens({ addresses: ['embedded'], model: 12 })
  await assert.rejects(logitLens({ model, engine, inputs, tuned, lenses: ['tuned'] }), {
    message: 'lens: the tuned lens has no translator for blocks.0.output, but for embedded. Train one for this model.',
  })
})
