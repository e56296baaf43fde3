// The command line as a whole: help, versions, and what goes wrong, in one clear line each.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { complaint, cutaway } from './run.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const commands = [
  'start',
  'train',
  'generate',
  'translate',
  'fill',
  'eval',
  'embed',
  'classify',
  'shapes',
  'attention',
  'graph',
  'heads',
  'journey',
  'tokenizer',
  'read',
]

describe('cutaway', () => {
  test('says what it can do', async () => {
    const { code, stdout } = await cutaway(['--help'])
    assert.equal(code, 0)
    for (const group of ['Make', 'Use', 'Look inside']) assert.match(stdout, new RegExp(`^${group}$`, 'm'))
    assert.ok(stdout.split('\n').length <= 45, 'it is one screen')
    for (const command of commands) assert.match(stdout, new RegExp(`^  ${command} `, 'm'))
  })

  test('says what it can do when it is told nothing, and fails', async () => {
    const { code, stdout } = await cutaway([], { apart: true })
    assert.equal(code, 1)
    assert.match(stdout, /^cutaway COMMAND \[flags\]\n/)
  })

  test('says its version', async () => {
    assert.deepEqual(await cutaway(['--version'], { apart: true }), { code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('suggests the command that was meant', async () => {
    assert.equal(await complaint(['trian']), 'cutaway: there is no command "trian". Did you mean "cutaway train"?')
    assert.equal(await complaint(['zzzzzzzz']), 'cutaway: there is no command "zzzzzzzz". "cutaway --help" lists them.')
    assert.equal(
      await complaint(['--steps']),
      'cutaway: there is no flag --steps before a command. "cutaway --help" lists them.',
    )
  })

  for (const command of commands) {
    test(`${command} --help says what it takes, with examples`, async () => {
      const { code, stdout, stderr } = await cutaway([command, '--help'])
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      assert.match(stdout, new RegExp(`^cutaway ${command}`))
      assert.match(stdout, /\nFlags\n {2}--/)
      assert.match(stdout, /\nExamples\n {2}(cutaway|npm) /)
    })
  }

  test('is a process that fails with the same words', async () => {
    assert.deepEqual(await cutaway(['trian'], { apart: true }), await cutaway(['trian']))
  })

  test('shows the stack only where it is asked for', async () => {
    const { stderr } = await cutaway(['trian'], { env: { CUTAWAY_DEBUG: 'stack' } })
    assert.match(stderr, /^Error: there is no command "trian"[\s\S]*\n {4}at /)
  })
})
