// Edits of pairs that the mask hides change nothing, and are refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Edit } from '../../src/edit/edit.ts'
import { reference } from '../../src/engine/reference.ts'
import { read } from '../../src/inspect/read.ts'
import { logitLens } from '../../src/inspect/stream/lens.ts'
import { goldenIds, goldenModel } from './golden.ts'

test('an edit of a pair that the mask hides is refused, by whoever looks', async () => {
  const engine = reference()
  const looking = { model: goldenModel(engine), engine, inputs: { ids: goldenIds } }
  const logits = async (...edits: Edit[]) =>
    (await read({ ...looking, edits, addresses: ['logits {position: -1}'] })).get('logits {position: -1}')?.data
  const at = 'blocks.*.attention.pattern {position: 2, source: 5}'
  const message = (asker: string, pair = 'position: 2, source: 5', said = 'position 2 may not look at source 5') => ({
    message: `${asker}: the edit of blocks.*.attention.pattern {${pair}} would never take effect: ${said}. Give a source that the mask leaves.`,
  })
  await assert.rejects(logits({ at, to: 1 }), message('read'))
  await assert.rejects(logitLens({ ...looking, edits: [{ at, to: 1 }] }), message('lens'))
  await assert.rejects(
    logits({ at: 'blocks.*.attention.pattern {position: -3, source: -2}', to: 1 }),
    message('read', 'position: -3, source: -2', 'position -3 may not look at source -2'),
  )
  // What the mask leaves is replaced; a source alone is seen by some position, even if by the last only.
  const plain = await logits()
  for (const pair of ['position: -1, source: 5', 'source: -1'])
    assert.notDeepEqual(await logits({ at: `blocks.0.attention.pattern {${pair}}`, to: 1 }), plain, pair)
})
