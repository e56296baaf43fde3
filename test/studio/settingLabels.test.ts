// What is refused is said in the page's words.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setting, settingError } from '../../src/runs/settingError.ts'
import { messageInPage } from '../../src/studio/talk/settingLabels.ts'

test('settings are named as beside their fields', () => {
  assert.equal(
    messageInPage(
      settingError`cat: ${setting('model')} is 7. Leave it out, or begin a new run with ${setting('out')}.`,
    ),
    'cat: width is 7. Leave it out, or begin a new run with "Train again from the start".',
  )
  assert.equal(messageInPage(new Error('corpus: too short')), 'corpus: too short')
})
