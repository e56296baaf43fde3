// Which Node runs the command, and what it lets it do.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { lackingPermission } from '../../src/cli/permission.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { tooOld } from '../../src/engine/nodeVersion.ts'
import { complaint, cutaway, tinySizes, workshop } from './run.ts'

describe('an older Node', () => {
  test('is told which one is needed', async () => {
    const needed = 'cutaway: it needs Node 22 or newer, but this is Node'
    for (const version of ['v18.20.8', 'v20.20.2', 'v21.0.0', 'v9.0.0'])
      assert.equal(tooOld(version), `${needed} ${version}. Install a newer one (nodejs.org), and run it with that.`)
    for (const version of ['v22.0.0', 'v26.10.0', 'v100.0.0', 'of another make'])
      assert.equal(tooOld(version), undefined)
    const { engines } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
    assert.equal(engines.node, '>=22')
  })

  test('has no engine', async (t) => {
    const { version } = process
    t.after(() => Object.defineProperty(process, 'version', { value: version }))
    Object.defineProperty(process, 'version', { value: 'v20.20.2' })
    await assert.rejects(cpu({ threads: 1 }), {
      message:
        'cutaway: it needs Node 22 or newer, but this is Node v20.20.2. Install a newer one (nodejs.org), and run it with that.',
    })
  })

  test('needs nothing modern to be told', async () => {
    // What main.ts loads before it has looked at the version.
    const main = await readFile(new URL('../../src/cli/main.ts', import.meta.url), 'utf8')
    const loaded = [...main.matchAll(/^import (?!type)[^\n]* from '(.*)'/gm)].map(([, from]) => from)
    assert.deepEqual(loaded, ['node:module', '../engine/nodeVersion.ts'])
    const source = await readFile(new URL('../../src/engine/nodeVersion.ts', import.meta.url), 'utf8')
    assert.doesNotMatch(source, /^import /m)
  })
})

describe("Node's --permission", () => {
  const denied = (permission: string, resource: string): Error =>
    Object.assign(new Error('Access to this API has been restricted.'), {
      code: 'ERR_ACCESS_DENIED',
      permission,
      resource,
    })

  test('says what it lacks, wherever the error came from', () => {
    const cause = denied('FileSystemRead', '/a/b')
    const said =
      'cutaway: Node runs with --permission, which does not let it read /a/b. Add --allow-fs-read=/a/b, or leave --permission out.'
    assert.equal(lackingPermission(cause), said)
    assert.equal(lackingPermission(new Error('outer', { cause: new Error('inner', { cause }) })), said)
    assert.equal(
      lackingPermission(denied('WorkerThreads', '')),
      'cutaway: Node runs with --permission, which does not let it start threads. Add --allow-worker, or leave --permission out.',
    )
    assert.match(lackingPermission(denied('', '')) ?? '', /does not let it do this \(Access/)
    assert.equal(lackingPermission(new Error('other')), undefined)
    assert.equal(lackingPermission('other'), undefined)
  })

  test('is said of a command; with what it needs a run is trained and saved', async () => {
    await using place = await workshop()
    const folder = place.path
    const apart = (permissions: string) => ({
      folder,
      apart: true,
      env: { NODE_OPTIONS: `--permission ${permissions}` },
    })
    const words = ['train', 'cat.txt', ...tinySizes, '--steps', '2']
    const reads = '--allow-fs-read=*'
    assert.equal(
      await complaint(words, apart(reads)),
      `cutaway: Node runs with --permission, which does not let it write ${join(folder, 'runs')}. ` +
        `Add --allow-fs-write=${join(folder, 'runs')}, or leave --permission out.`,
    )
    const { code, stderr } = await cutaway(words, apart(`${reads} --allow-fs-write=${folder}`))
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  })
})
