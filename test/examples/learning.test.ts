// The examples that learn reach their targets. Those that take longer run only where CUTAWAY_EXAMPLES says so: all of them
// ("all"), or some by their beginnings ("02,08").

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const quick = ['05-reverse', '11-look-inside', '14-karate']
const long = [
  '01-bigram',
  '02-successor',
  '03-warm-up',
  '04-sort',
  '06-addition',
  '07-modular-addition',
  '08-dates',
  '09-masked',
  '12-induction',
  '13-grokking',
  '15-word2vec',
  '17-scenes',
  '18-draw-digits',
]
/** Up to half an hour, and data that the repository does not have. */
const longest = ['10-translation', '19-listen', '20-speak']

const chosen = (process.env['CUTAWAY_EXAMPLES'] ?? '').split(',').filter(Boolean)
const isChosen = (name: string): boolean =>
  chosen.some((word) => name.startsWith(word) || (word === 'all' && !longest.includes(name)))

describe('an example that learns reaches its target', () => {
  for (const name of [...quick, ...long, ...longest]) {
    const skip = !quick.includes(name) && !isChosen(name) && 'it takes long; CUTAWAY_EXAMPLES=all runs it'
    test(name, { skip }, async () => {
      const file = fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url))
      assert.ok(existsSync(file), file)
      const { stdout } = await promisify(execFile)(process.execPath, [file])
      assert.match(stdout, /^Reached: /m)
      assert.doesNotMatch(stdout, /^Missed: /m)
    })
  }
})
