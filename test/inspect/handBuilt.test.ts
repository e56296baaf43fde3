// The hand-built heads do what they were built for: in double precision, since they are known answers for others.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import type { AnyModel } from '../../src/model/language.ts'
import { passOf } from '../../src/model/pass.ts'
import { handBuiltInduction, handBuiltOffset } from './handBuilt.ts'

const vocab = 12
const beginning = vocab

type Reference = ReturnType<typeof reference>

/** Values of a model over a text, in double precision, as rows of so many numbers. */
function rowsOf(engine: Reference, model: AnyModel, ids: readonly number[], path: string): number[][] {
  const { names } = passOf(model, { position: ids.length })
  const node = names.valueAt(path)
  const data = engine.run64({ outputs: { node } }, { ids }).get(node) ?? []
  const width = data.length / ids.length
  return ids.map((_, i) => [...data.slice(i * width, (i + 1) * width)])
}

const repeated = [beginning, ...[7, 2, 9, 0, 5, 11, 3], ...[7, 2, 9, 0, 5, 11, 3]]
const mixed = [beginning, 4, 1, 4, 2, 4, 1, 4, 4, 3, 1, 4, 2, 2, 4]

describe('the hand-built induction head', () => {
  const engine = reference()
  const model = handBuiltInduction(engine, { vocab, context: 20 })

  test('looks at the token before, in its first layer', () => {
    rowsOf(engine, model, mixed, 'blocks.0.attention.pattern').forEach((row, i) => {
      assert.ok(Math.abs(row[Math.max(0, i - 1)] - 1) < 1e-11, `${i}: ${row}`)
    })
  })

  test('looks at what followed, in its second', () => {
    const rows = rowsOf(engine, model, repeated, 'blocks.1.attention.pattern')
    for (let i = 8; i < repeated.length; i++) assert.ok(Math.abs(rows[i][i - 6] - 1) < 1e-11, `${i}: ${rows[i]}`)
  })

  test('says every token of a repetition', () => {
    rowsOf(engine, model, repeated, 'logits').forEach((row, i) => {
      if (i >= 8 && i + 1 < repeated.length) assert.equal(row.indexOf(Math.max(...row)), repeated[i + 1])
    })
  })

  test('shares its attention out as the tokens have followed so far', () => {
    const rows = rowsOf(engine, model, mixed, 'blocks.1.attention.pattern')
    mixed.forEach((id, i) => {
      const followers = mixed.flatMap((_, j) => (j >= 1 && j <= i && mixed[j - 1] === id ? [mixed[j]] : []))
      if (i === 0 || followers.length === 0) return
      for (let token = 0; token < vocab; token++) {
        const share = rows[i].reduce((sum, each, j) => (mixed[j] === token ? sum + each : sum), 0)
        const expected = followers.filter((each) => each === token).length / followers.length
        assert.ok(Math.abs(share - expected) < 5e-11, `${i}, token ${token}: ${share} for ${expected}`)
      }
    })
  })
})

test('the hand-built offset head looks so many places back', () => {
  const engine = reference()
  const model = handBuiltOffset(engine, { vocab, context: 20, offset: 6 })
  const rows = rowsOf(engine, model, mixed, 'blocks.0.attention.pattern')
  for (let i = 6; i < mixed.length; i++) assert.ok(Math.abs(rows[i][i - 6] - 1) < 1e-11, `${i}: ${rows[i]}`)
})
