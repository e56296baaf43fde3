// The measures of the story of the induction head, on one that is written by hand, of which it is known what they have to say.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { sequenceExamples } from '../../src/data/sequences.ts'
import { predictableExamples } from '../../src/data/tasks/successor.ts'
import type { Edit } from '../../src/edit/edit.ts'
import { reference } from '../../src/engine/reference.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { composition } from '../../src/inspect/circuits/composition.ts'
import { repeatedTokens } from '../../src/inspect/heads/repeats.ts'
import { Watcher } from '../../src/inspect/watch/watcher.ts'
import { handBuiltInduction } from '../inspect/handBuilt.ts'

const vocab = 12
const context = 2 * vocab
const engine = reference()
const model = handBuiltInduction(engine, { vocab, context })
// All tokens in any order, and again in the same. The beginning has the id behind the last.
const drawable = Array.from({ length: vocab }, (_, id) => id)
const sequences = Array.from({ length: 16 }, (_, draw) =>
  Int32Array.from(
    repeatedTokens({ context: context + 1, drawable, begin: vocab }, { period: vocab, length: context + 1, draw }).ids,
  ),
)
const predictable = bucketedBatches(predictableExamples(sequenceExamples(sequences)), { batch: 16, seed: 0 })

async function evaluated(edits: readonly Edit[] = []) {
  const evaluator = new Evaluator(engine, nextToken(model, { scores: ['accuracy'], edits }))
  return evaluator.evaluate(predictable.evaluation())
}

test('all predictable places are right, and few without either head', async () => {
  const { loss, accuracy } = await evaluated()
  assert.ok(accuracy === 1 && loss < 1e-6, `${accuracy}, ${loss}`)
  for (const layer of [0, 1]) {
    const without = await evaluated([{ at: `blocks.${layer}.attention.mixed {head: 0}`, to: 0 }])
    assert.ok((without.accuracy ?? 1) < 0.4, `without layer ${layer}: ${without.accuracy}`)
  }
})

test('the heads have the scores of their roles, and the second reads the first for its keys alone', async () => {
  const inputs = { ids: sequences[0].subarray(0, context) }
  const watcher = await Watcher.create({ engine, objective: nextToken(model), inputs, what: ['previous', 'induction'] })
  const rows = await watcher.look(0)
  await watcher.close()
  const value = (score: string, layer: number) =>
    rows.find((row) => row.score === score && row.layer === layer)?.value ?? 0
  assert.ok(Math.abs(value('previous', 0) - 1) < 1e-6 && Math.abs(value('induction', 1) - 1) < 1e-6)
  assert.ok(value('induction', 0) < 0.5 && value('previous', 1) < 0.5)
  const { baseline, rows: pairs } = await composition({ model, engine })
  for (const { kind, score } of pairs)
    assert.ok(kind === 'key' ? score >= 1.5 * baseline : score === 0, `${kind}: ${score}, by chance ${baseline}`)
})
