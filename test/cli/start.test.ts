// cutaway start: what `npm start` runs, with fewer steps.

import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { complaint, cutaway, workshop } from './run.ts'

describe('cutaway start', () => {
  test('trains on a novel, shows what the model writes, and says what to try next', async () => {
    await using place = await workshop()
    const folder = place.path
    const { code, stdout, stderr } = await cutaway(['start', '--steps', '2'], {
      folder,
      env: { npm_lifecycle_event: 'start' },
    })
    assert.equal(code, 0)
    assert.doesNotMatch(stderr, /rror/)
    assert.match(stdout, /^A small GPT reads Jane Austen's Emma, 887,\d\d\d characters/)
    assert.match(stdout, /^step 0 {3}loss 4\.\d\d\d {3}on unseen text 4\.\d\d\d$/m)
    assert.equal([...stdout.matchAll(/^ {6}writes Emma /gm)].length, 2)
    assert.match(stdout, /\nAfter .* of reading it writes:\n\nEmma /)
    assert.match(stdout, /^ {2}npm run studio -- runs\/emma$/m)
    assert.match(stdout, /^ {2}npm run cutaway -- generate runs\/emma --prompt "Mr\. Knightley "$/m)
    assert.ok((await readdir(join(folder, 'runs/emma'))).includes('model.safetensors'))

    // What it tells to try works.
    const told = await cutaway(['attention', 'runs/emma', 'Mr. Knightley was', '--layer', '0'], { folder })
    assert.equal(told.code, 0)

    // A finished run is left alone; one that was stopped goes on.
    const stopped = await cutaway(['start', '--steps', '500'], { folder, interruptAt: 'step   0' })
    assert.equal(stopped.code, 130)
    assert.deepEqual((await readdir(join(folder, 'runs'))).sort(), ['emma', 'emma-2'])
    assert.match(
      stopped.stderr,
      /^Stopped after step \d+ of 500; saved in runs\/emma-2\. "npm start" goes on from there\.$/m,
    )
    const third = await cutaway(['start', '--steps', '500'], { folder, interruptAt: 'training ' })
    assert.match(third.stdout, /runs\/emma-2 was stopped at step \d+; it goes on from there\./)
    assert.deepEqual((await readdir(join(folder, 'runs'))).sort(), ['emma', 'emma-2'])
  })

  test('takes no text', async () => {
    assert.equal(
      await complaint(['start', 'notes.txt']),
      'cutaway: start takes no text, but got "notes.txt". To train on your own: cutaway train notes.txt.',
    )
  })
})
