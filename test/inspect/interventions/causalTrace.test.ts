// Causal tracing: what must be so in any model, and rows against the same values put back by edits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { causalTrace, type TraceSettings } from '../../../src/inspect/interventions/causalTrace.ts'
import { read } from '../../../src/inspect/read.ts'
import { MaskedBert } from '../../../src/model/bert.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { fill } from '../stream/models.ts'

function golden(): TraceSettings {
  const engine = reference()
  return { engine, model: goldenModel(engine), inputs: { ids: goldenIds.slice(0, 5) }, subject: [3], draws: 2 }
}

test('without noise nothing is lost and nothing comes back', async () => {
  const { clean, corrupt, corruptError, total, rows, token, position } = await causalTrace({ ...golden(), noise: 0 })
  assert.deepEqual([position, total, corruptError], [4, 0, 0])
  assert.ok(clean > 1 / 11, `${token} is the likeliest`)
  assert.equal(corrupt, clean)
  for (const { effect, error, addresses } of rows) assert.ok(Math.abs(effect) < 1e-7 && error < 1e-7, addresses.join())
})

test('the stream put back where the noise is, or where the answer is read, brings all of it back', async () => {
  const { clean, corrupt, corruptError, total, rows, window } = await causalTrace({ ...golden(), token: 7 })
  assert.ok(Math.abs(total) > 1e-3 && corruptError > 0 && total === clean - corrupt)
  assert.equal(window, 1)
  assert.equal(rows.length, 5 * (3 + 2 + 2))
  const at = (part: string, layer: number | undefined, position: number) => {
    const row = rows.find((each) => each.part === part && each.layer === layer && each.position === position)
    return row ?? assert.fail(`no ${part} ${layer} ${position}`)
  }
  for (const whole of [at('stream', undefined, 3), at('stream', 1, 4)]) {
    assert.ok(Math.abs(whole.probability - clean) < 1e-6)
    assert.ok(Math.abs(whole.effect - total) < 1e-6)
  }
  // What stands before the subject knows nothing of it, and of what the last block says only the last position counts.
  for (const none of [at('stream', 0, 2), at('attention', 0, 1), at('stream', 1, 3), at('mlp', 1, 3)])
    assert.ok(Math.abs(none.effect) < 1e-6)
  assert.ok(Math.abs(at('mlp', 0, 3).effect) > 1e-4)
})

test('a window puts several layers back at once; in masked models the answer may stand in the middle', async () => {
  const engine = reference()
  const model = new MaskedBert({ vocab: 11, context: 8, layer: 3, head: 2, model: 12, hidden: 16 })
  fill(engine, model)
  const ids = [3, 1, 4, 1, 5, 9]
  const settings = { engine, model, inputs: { ids }, subject: [0, 1], position: 3, token: 2, draws: 2, window: 3 }
  const { rows, clean } = await causalTrace(settings)
  const logits = await read({ model, engine, inputs: { ids }, addresses: ['logits {position: 3}'] })
  const numbers = [...[...logits.values()][0].data]
  const sum = numbers.reduce((total, each) => total + Math.exp(each), 0)
  assert.ok(Math.abs(clean - Math.exp(numbers[2]) / sum) < 1e-6)
  assert.deepEqual(
    rows
      .filter(({ part, position }) => part === 'mlp' && position === 2)
      .map(({ layer, addresses }) => [layer, addresses]),
    [
      [0, 1],
      [0, 1, 2],
      [1, 2],
    ].map((layers, layer) => [layer, layers.map((each) => `bert.blocks.${each}.mlp.output {position: 2}`)]),
  )
})

test('what cannot be traced is refused in a line', async () => {
  const settings = golden()
  await assert.rejects(causalTrace({ ...settings, subject: [] }), {
    message: 'trace: the subject has no positions. Say which tokens are to be drowned in noise.',
  })
  await assert.rejects(causalTrace({ ...settings, subject: [11] }), {
    message:
      'trace: the subject is at position 11: the text has the positions 0 to 4. Give one of these, or count from the end: -1 is the last.',
  })
  const half = { layer: 1, head: 2, hidden: 8 }
  const model = new EncoderDecoder({ vocab: 11, context: 8, model: 8, encoder: half, decoder: half })
  await assert.rejects(causalTrace({ ...settings, model, inputs: { ids: [1], source: [2] } }), {
    message:
      'trace: it follows one stream from a subject to the probability of a token, but this is a translator, which has two. Give a model that writes on, or one that fills in masked tokens.',
  })
})
