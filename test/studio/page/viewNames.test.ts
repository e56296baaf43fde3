import assert from 'node:assert/strict'
import { test } from 'node:test'
import { viewName } from '../../../src/studio/page/viewNames.ts'
import { views } from '../../../src/studio/place/standpoint.ts'

test('views are named by what a person does there', () => {
  assert.deepEqual(
    views.map((view) => viewName(view, undefined)),
    ['Text', 'Train', 'Write', 'Look'],
  )
  assert.equal(viewName('write', {}), 'Write')
  assert.equal(viewName('write', { hears: { seconds: 30 } }), 'Listen')
})
