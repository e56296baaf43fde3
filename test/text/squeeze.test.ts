// Squeezed texts come back as they were, and are smaller than deflate makes them.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { squeeze, unsqueeze } from '../../src/text/squeeze.ts'

const program = readFileSync(new URL('../../src/text/squeeze.ts', import.meta.url))

describe('squeezing', () => {
  test('gives every byte back: of nothing, of one, of what has no pattern, of what has only one', () => {
    let state = 1
    const noise = Uint8Array.from({ length: 5000 }, () => {
      state = Math.imul(state, 1664525) + 1013904223
      return state >>> 24
    })
    for (const bytes of [
      new Uint8Array(0),
      Uint8Array.of(255),
      noise,
      new Uint8Array(20_000),
      new Uint8Array(program),
    ]) {
      const squeezed = squeeze(bytes)
      assert.deepEqual(unsqueeze(squeezed), bytes)
      assert.ok(squeezed.length <= bytes.length * 1.03 + 16)
    }
  })

  test('makes a program smaller than deflate does', (t) => {
    const [squeezed, deflated] = [squeeze(program).length, deflateRawSync(program, { level: 9 }).length]
    t.diagnostic(`${program.length} bytes: ${squeezed} squeezed, ${deflated} deflated`)
    assert.ok(squeezed < 0.9 * deflated)
  })

  test('writes the same bits on every machine', () => {
    assert.equal(
      Buffer.from(squeeze(new TextEncoder().encode('to be or not to be, to be'))).toString('hex'),
      '00000019954c2ad389d938ce3f7cc9394ed7e9cbe3',
    )
  })
})
