// Heads one after the other as one, and keys that meet what earlier heads bring: against numbers of others, and known answers.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { keyTraces } from '../../../src/inspect/circuits/keyTraces.ts'
import { virtualHead } from '../../../src/inspect/circuits/virtualHeads.ts'
import { attentionPatterns } from '../../../src/inspect/pattern.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { handBuiltInduction } from '../handBuilt.ts'
import { fill, gpt2, translator } from '../stream/models.ts'
import { near } from './matrices.ts'

const engine = reference()
const [first, second] = [
  { layer: 0, head: 0 },
  { layer: 1, head: 1 },
]

test('two heads as one: as long as their V-composition says, and a pattern that is the product of both', async () => {
  const model = goldenModel(engine)
  const inputs = { ids: goldenIds }
  const found = await virtualHead({ model, engine, path: [first, second], inputs, top: 2 })
  near(found.ratio, 0.21563, 1e-6, 'ratio')
  near(found.baseline, 0.25, 0, 'chance')
  near(found.matched, 1 / Math.sqrt(8), 1e-15, 'matched')
  near(
    found.ov.trace,
    found.ov.eigenvalues.reduce((sum, { real }) => sum + real, 0),
    1e-12,
    'trace',
  )
  near(found.ov.norm, Math.hypot(...found.ov.singular), 1e-12, 'norm')
  const patterns = await attentionPatterns({ model, engine, inputs })
  const [a, b] = [patterns[0], patterns[3]]
  const length = goldenIds.length
  for (let i = 0; i < length; i++) {
    const row = found.pattern?.data.subarray(i * length, (i + 1) * length) ?? []
    near(
      Array.from(row).reduce((sum, each) => sum + each, 0),
      1,
      1e-6,
      `row ${i}`,
    )
    for (let j = 0; j < length; j++) {
      const wanted = goldenIds.reduce((sum, _, k) => sum + b.shares[i * length + k] * a.shares[k * length + j], 0)
      near(row[j], wanted, 1e-6, `${i}, ${j}`)
    }
  }
})

test('in the hand-built model no value passes on, and the keys look for what followed a token', async () => {
  const vocab = 7
  const model = handBuiltInduction(engine, { vocab, context: 9 })
  const { ratio, ov, tokens } = await virtualHead({ model, engine, path: [{ layer: 0 }, { layer: 1 }] })
  assert.deepEqual([ratio, ov.norm, tokens?.positive], [0, 0, 0])
  const previous = [{ address: 'blocks.0.attention', head: 0, previous: 0.5 }]
  const [{ layer, trace, positive }, ...more] = await keyTraces({ model, engine, previous })
  assert.deepEqual([layer, more.length], [1, 0])
  near(trace, 30 * vocab * 0.5, 1e-4, 'trace')
  near(positive, 1, 1e-9, 'share')
  // A head that looks at nothing before brings nothing.
  const [none] = await keyTraces({ model, engine, previous: [] })
  assert.deepEqual([none.trace, none.positive], [0, 0])
})

test('an encoder and what looks across go one after the other', async () => {
  const { model } = translator()
  fill(engine, model)
  const path = [
    { part: 'encoder', layer: 0, head: 1 },
    { part: 'cross', layer: 0, head: 2 },
    { part: 'decoder', layer: 1, head: 0 },
  ] as const
  const inputs = { ids: [3, 1, 4], source: [2, 7, 1, 8] }
  const { pattern, matched, baseline, tokens } = await virtualHead({ model, engine, path, inputs })
  assert.deepEqual(
    pattern?.axes.map(({ size }) => size),
    [3, 4],
  )
  near(baseline, 1 / 12, 1e-15, 'chance')
  near(matched, 1 / 4, 1e-15, 'matched')
  assert.equal(tokens?.strongest.length, 10)
  assert.deepEqual(
    [...new Set((await keyTraces({ model, engine, previous: [] })).map(({ part, layer }) => `${part} ${layer}`))],
    ['decoder 1'],
  )
})

test('what there is no sense in is refused', async () => {
  const { model } = gpt2()
  fill(engine, model)
  const refused = (path: readonly { layer?: number; head?: number }[], message: string) =>
    assert.rejects(virtualHead({ model, engine, path }), { message })
  await refused([first], 'circuits: a virtual head is of two heads or more, but got 1. Name them: 0.1,1.0.')
  await refused(
    [second, first],
    'circuits: head 0.0 does not look at what 1.1 writes: it stands in the same layer or before it. Name heads in the order in which the text goes through them.',
  )
  await refused([{ head: 0 }, second], 'circuits: a virtual head needs single heads, but 0.0, 1.0 are meant. Name one.')
})
