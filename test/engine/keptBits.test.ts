// No bit differs from what is stored: every architecture, trained a little and used, on both kinds of arithmetic.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import { type Kept, keptBits } from './keptBits.ts'

const stored = JSON.parse(readFileSync(new URL('../fixtures/bits.json', import.meta.url), 'utf8')) as Record<
  'fused' | 'rounded',
  Record<string, Kept>
>

for (const [arithmetic, fma] of [
  ['fused', true],
  ['rounded', false],
] as const)
  test(`every model gives the bits that are stored, ${arithmetic}`, async (context) => {
    const engine = await cpu({ threads: 1, fma }).catch((error: Error) => error.message)
    if (typeof engine === 'string') return context.skip(engine)
    engine.close()
    assert.deepEqual(await keptBits(fma), stored[arithmetic])
  })
