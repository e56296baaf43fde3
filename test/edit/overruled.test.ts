// Edits that later ones overrule.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Edit } from '../../src/edit/edit.ts'
import { overruledEdit } from '../../src/edit/overruled.ts'

const known = ['blocks.0.output', 'blocks.1.output', 'logits']
const zero = (at: Edit['at']): Edit => ({ at, to: 0 })

const cases: readonly (readonly [what: string, edits: readonly Edit[], overruled: number | undefined])[] = [
  ['the same address twice', [zero('logits'), zero('logits')], 0],
  ['all places of one', [zero({ path: 'logits', at: { position: 1 } }), zero('logits')], 0],
  ['one place of all', [zero('logits'), zero({ path: 'logits', at: { position: 1 } })], undefined],
  ['other places', [1, 2].map((position) => zero({ path: 'logits', at: { position } })), undefined],
  ['all blocks by two', [zero('logits'), zero('blocks.*.output'), zero('blocks.1.output'), zero('blocks.0.output')], 1],
  ['one block of all', [zero('blocks.*.output'), zero('blocks.1.output')], undefined],
  ['what needs the old value', [zero('logits'), { at: 'logits', to: { add: 1 } }], undefined],
]
for (const [what, edits, overruled] of cases)
  test(`overruled: ${what}`, () => assert.equal(overruledEdit(edits, known), overruled))
