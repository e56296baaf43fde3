// Heads: the golden numbers of patterns and detectors, the hand-built heads, and what two periods tell.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { detections } from '../../../src/inspect/heads/detectors.ts'
import { headFacts } from '../../../src/inspect/heads/heads.ts'
import { flowOf, greatestFlow, rollout, withSkip } from '../../../src/inspect/heads/rollout.ts'
import { attentionPatterns } from '../../../src/inspect/pattern.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { handBuiltInduction, handBuiltOffset } from '../handBuilt.ts'

const near = (found: number | undefined, expected: number, most: number): void =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) <= most, `${found} for ${expected}`)

describe('the golden model', () => {
  const engine = reference()
  const patterns = attentionPatterns({ model: goldenModel(engine), engine, inputs: { ids: goldenIds } })

  test('looks where others say it does', async () => {
    const [{ shares }] = await patterns
    const row = shares.subarray(110)
    for (const [key, share] of [
      [0, 0.012125],
      [1, 0.052899],
      [6, 0.904296],
    ])
      near(row[key], share, 1e-6)
  })

  test('has the detections that others find', async () => {
    const found = (await patterns).map((pattern) => detections(pattern, goldenIds))
    const expected = {
      previous: [0.2688, 0.2289, 0.1742, 0.2404],
      induction: [0.0431, 0.0817, 0.097, 0.06],
      duplicate: [0.0225, 0.0591, 0.055, 0.0393],
    } as const
    for (const name of ['previous', 'induction', 'duplicate'] as const)
      for (const [i, each] of found.entries()) near(each[name].mul, expected[name][i], 5.1e-5)
    found.forEach((each, i) => {
      near(each.previous.abs, [-0.372, -0.451, -0.561, -0.428][i], 5.1e-4)
      near(each.induction.abs, [-0.368, -0.291, -0.261, -0.335][i], 5.1e-4)
    })
  })
})

/** The detectors as their formulas stand, cell by cell. */
function directly(
  shares: Float32Array,
  ids: readonly number[],
  isSought: (i: number, j: number) => boolean,
  counts: (i: number, j: number) => boolean,
) {
  let [within, whole, off] = [0, 0, 0]
  for (const i of ids.keys())
    for (const j of ids.keys()) {
      const [share, sought] = [shares[i * ids.length + j], isSought(i, j) ? 1 : 0]
      if (!counts(i, j)) continue
      within += share * sought
      whole += share
      off += Math.abs(share - sought)
    }
  return { mul: within / whole, abs: 1 - off / ids.length }
}

test('detectors pass over the first source, and over the position itself', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  // Twice the same token, so that what followed the first is the position itself.
  const ids = [3, 1, 1, 4, 1, 5, 1, 1, 3, 4]
  const sought = {
    previous: (i: number, j: number) => j === i - 1,
    duplicate: (i: number, j: number) => j < i && ids[j] === ids[i],
    induction: (i: number, j: number) => j >= 1 && j <= i && ids[j - 1] === ids[i],
  }
  for (const pattern of await attentionPatterns({ model, engine, inputs: { ids } }))
    for (const [excludeFirst, excludeCurrent] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const found = detections(pattern, ids, { excludeFirst, excludeCurrent })
      const counts = (i: number, j: number) => !(excludeFirst && j === 0) && !(excludeCurrent && i === j)
      for (const kind of ['previous', 'duplicate', 'induction'] as const) {
        const { mul, abs } = directly(pattern.shares, ids, sought[kind], counts)
        near(found[kind].mul, mul, 1e-12)
        near(found[kind].abs, abs, 1e-12)
      }
    }
})

const vocab = 14
const ids = [vocab, 4, 1, 4, 2, 4, 1, 4, 4, 3, 1, 4, 2, 2, 4]

describe('hand-built heads', () => {
  test('have the scores and the roles that they were built for', async () => {
    const engine = reference()
    const model = handBuiltInduction(engine, { vocab, context: 40 })
    const { rows, drawn } = await headFacts({ model, engine, inputs: { ids }, begin: vocab })
    const [before, induction] = rows
    near(before.scores.previous, 1, 1e-9)
    near(induction.repeated?.induction, 1, 1e-9)
    near(induction.scores.induction, 1, 1e-6)
    near(induction.prefixMatching, 1, 1e-9)
    near(induction.copying, 1, 1e-9)
    // The first writes where no token is read from.
    assert.equal(before.copying, undefined)
    assert.deepEqual(induction.role.evidence, { prefixMatching: induction.prefixMatching, copying: induction.copying })
    assert.deepEqual(drawn, {
      seed: 0,
      periods: [14, 13],
      drawable: 14,
      repeatedTexts: 3,
      copiedTexts: 10,
      copiedTokens: 14,
    })
    assert.deepEqual([before.role.name, before.control], ['previous token', 'position'])
    assert.deepEqual([induction.role.name, induction.control], ['induction', 'content'])
  })

  test('by place are told from those by content at a second period', async () => {
    const engine = reference()
    const model = handBuiltOffset(engine, { vocab, context: 40, offset: 13 })
    const {
      rows: [head],
    } = await headFacts({ model, engine, inputs: { ids }, begin: vocab })
    const [one, other] = head.controlEvidence?.induction ?? []
    near(one, 1, 1e-6)
    assert.ok(other !== undefined && other <= 0.03, `${other}`)
    assert.equal(head.control, 'position')
    assert.notEqual(head.role.name, 'induction')
  })

  test('need a text', async () => {
    const engine = reference()
    const model = handBuiltOffset(engine, { vocab, context: 40, offset: 1 })
    await assert.rejects(headFacts({ model, engine, inputs: { ids: [1, 2] } }), {
      message: 'heads: the text has 2 tokens, but scores need 4 at least. Give a longer one.',
    })
  })
})

describe('rollout and flow', () => {
  const size = goldenIds.length
  const layers = async () => {
    const engine = reference()
    const found = await attentionPatterns({ model: goldenModel(engine), engine, inputs: { ids: goldenIds } })
    return [0, 1].map((layer) =>
      withSkip(
        found.filter((each) => each.layer === layer).map(({ shares }) => shares),
        size,
      ),
    )
  }

  test('of a rollout every row adds up to 1', async () => {
    const all = rollout(await layers(), size)
    for (let i = 0; i < size; i++)
      near(
        all.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0),
        1,
        1e-6,
      )
  })

  test('a flow is within the capacities and conserved', async () => {
    const capacities = await layers()
    const { amount, through } = greatestFlow(capacities, size, size - 1, 6)
    assert.ok(amount > 0)
    through.forEach((layer, l) => {
      for (const [cell, each] of layer.entries()) assert.ok(each >= -1e-12 && each <= capacities[l][cell] + 1e-12)
    })
    for (let place = 0; place < size; place++) {
      const into = Array.from({ length: size }, (_, i) => through[1][i * size + place]).reduce((a, b) => a + b, 0)
      const out = through[0].subarray(place * size, (place + 1) * size).reduce((a, b) => a + b, 0)
      near(into, out, 1e-12)
    }
  })

  test('a flow is what the narrowest edges let through', () => {
    const layer = Float64Array.of(0.5, 0.5, 0.25, 0.75)
    near(greatestFlow([layer, layer], 2, 1, 0).amount, 0.25 + 0.25, 1e-12)
    near(
      flowOf([layer, layer], 2, 1).reduce((a, b) => a + b, 0),
      1,
      1e-12,
    )
  })
})
