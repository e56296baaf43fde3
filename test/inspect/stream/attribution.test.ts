// What each part of the stream adds to a logit: together with `const` it is the logit, in any topology.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { read } from '../../../src/inspect/read.ts'
import { attributeLogit } from '../../../src/inspect/stream/attribution.ts'
import { Bert } from '../../../src/model/bert.ts'
import { engines } from '../../engines.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { bert, fill, gpt2, preNorm, translator } from './models.ts'

const near = (value: number | undefined, wanted: number, most = 1e-5, what = ''): void =>
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) <= most, `${what} ${value}, not ${wanted}`)

for (const { name, open } of engines)
  test(`the golden model: what each part adds to the logit of token 7, ${name}`, async () => {
    const engine = await open()
    try {
      const found = await attributeLogit({
        model: goldenModel(engine),
        engine,
        inputs: { ids: goldenIds },
        token: 7,
        detail: 'parts',
      })
      const wanted = [-0.3556, 0.241871, -0.061113, 0.185299, 0.130414, 1.466198]
      assert.equal(found.rows.length, wanted.length)
      for (const [i, { logit, address }] of found.rows.entries()) near(logit, wanted[i], 2e-6, address)
      near(found.const, -0.039098, 2e-6)
      near(found.sum, 1.567972, 2e-6)
      near(found.logit, 1.567972, 2e-6)
    } finally {
      engine.close()
    }
  })

describe('attribution and const are the logit', () => {
  for (const { name, model, inputs } of [...preNorm(), translator()])
    test(name, async () => {
      const engine = await cpu({ threads: 1 })
      try {
        fill(engine, model)
        for (const detail of ['parts', 'heads', 'neurons'] as const)
          for (const [token, against, position] of [
            [3, undefined, -1],
            [5, 11, 2],
          ] as const) {
            const found = await attributeLogit({ model, engine, inputs, token, against, position, detail })
            const address = model.kind === 'encoder-decoder' ? 'decoder.logits' : 'logits'
            const at = `${address} {position: ${position}}`
            const logits = (await read({ model, engine, inputs, addresses: [at] })).get(at)?.data ?? []
            const wanted = logits[token] - (against === undefined ? 0 : logits[against])
            near(found.logit, wanted, 1e-5 * Math.max(1, Math.abs(wanted)))
            near(found.sum, wanted, 1e-5 * Math.max(1, Math.abs(wanted)), `${detail}:`)
          }
      } finally {
        engine.close()
      }
    })
})

test('where a norm stands in the way, the sum stops there and says so', async () => {
  const { model, inputs } = translator()
  const engine = reference()
  fill(engine, model)
  const { stopsAt, rows } = await attributeLogit({ model, engine, inputs, token: 3, detail: 'parts' })
  assert.equal(stopsAt, 'decoder.blocks.1.crossNorm.output')
  assert.deepEqual(
    rows.map(({ part, layer }) => [part, layer]),
    [
      ['norm', 1],
      ['mlp', 1],
    ],
  )
})

test('with a head cut out, its row is 0 and the logit is what is left', async () => {
  const { model, inputs } = gpt2()
  const engine = reference()
  fill(engine, model)
  const edits = [{ at: 'blocks.1.attention.mixed {head: 2}', to: 0 }]
  const { rows, sum, logit } = await attributeLogit({ model, engine, inputs, token: 3, edits })
  assert.equal(rows.find(({ layer, head }) => layer === 1 && head === 2)?.logit, 0)
  near(sum, logit, 1e-5)
})

test('what cannot be divided, or is not there, is refused', async () => {
  const engine = reference()
  const { model, inputs } = gpt2()
  const refused = (options: Partial<Parameters<typeof attributeLogit>[0]>, message: string) =>
    assert.rejects(attributeLogit({ model, engine, inputs, token: 3, ...options }), (error: Error) => {
      assert.equal(error.message, message)
      return true
    })
  await refused({ token: 13 }, 'attribute: there is no token with the id 13; the vocabulary has 0 to 12.')
  await refused({ token: -1 }, 'attribute: there is no token with the id -1; the vocabulary has 0 to 12.')
  await refused({ position: 7 }, 'attribute: there is no position 7; the text has 0 to 6.')
  await refused(
    { edits: [{ at: 'logits', to: { add: 1 } }] },
    'attribute: logits is no product of the stream and an unembedding, so that it cannot be divided among the parts. Leave edits of it out, or look at the stream itself.',
  )
  await refused(
    { model: new Bert({ vocab: 13, context: 10, layer: 1, head: 1, model: 4 }) },
    'attribute: the model has no logits over a vocabulary, it ends with "blocks.0.output". Give one that says which tokens it expects: a decoder, a translator, or one that fills in masked tokens.',
  )
  await refused(
    { model: bert().model },
    "attribute: what the unembedding reads is no sum of parts, but one value: a layer of its own stands between the stream and the logits, or an edit. Look at the stream's ledger instead.",
  )
})
