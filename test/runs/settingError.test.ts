// Messages about settings, in the words of a program and in those of somebody else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SettingError, setting, settingError, told } from '../../src/runs/settingError.ts'

const because = told`it reads ${setting('source')} alone`
const error = settingError`runs/a: ${setting('leastRate')} is ${0.1}, but ${because}. Give ${setting('files', 'runs/a')}.`

test('an error names settings as a program knows them', () => {
  assert.ok(error instanceof SettingError)
  assert.equal(error.message, 'runs/a: leastRate is 0.1, but it reads source alone. Give files.')
})

test('and says them in the words of whoever gave them', () => {
  const words = error.inWords(({ setting, run }) => `«${setting}${run === undefined ? '' : ` of ${run}`}»`)
  assert.equal(words, 'runs/a: «leastRate» is 0.1, but it reads «source» alone. Give «files of runs/a».')
})
