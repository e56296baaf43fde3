// Edits where texts are padded on the right: what counts from the end, or goes along the whole text, would count the padding.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { goldenIds, goldenModel } from '../inspect/golden.ts'

const fromTheEnd = { at: 'blocks.0.output {position: -1}', to: 0 }
const overAll = { at: 'blocks.0.output', to: { mean: 'position' } }
const messages = [
  'edits: blocks.0.output {position: -1}: a place from the end means nothing where texts grow or are padded. Count "position" from the beginning.',
  'edits: blocks.0.output: nothing can be computed along "position" here, where texts are padded or come token by token. Give values instead.',
]

test('surprise refuses what would count padding', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  for (const [i, edit] of [fromTheEnd, overAll].entries())
    await assert.rejects(surpriseOf({ model, engine, ids: goldenIds, edits: [edit] }), { message: messages[i] })
  const { loss } = await surpriseOf({
    model,
    engine,
    ids: goldenIds,
    edits: [{ at: 'blocks.0.output {position: 2}', to: 0 }],
  })
  assert.ok(loss > 0)
})

test('so does the loss of the next token', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  for (const [i, edit] of [fromTheEnd, overAll].entries()) {
    const evaluator = new Evaluator(engine, nextToken(model, { edits: [edit] }))
    await assert.rejects(evaluator.program({ batch: 2, position: 5 }), { message: messages[i] })
  }
})
