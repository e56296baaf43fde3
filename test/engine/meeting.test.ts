// How many threads help, and how long they wait awake.

import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import { Arena } from '../../src/engine/cpu/memory/arena.ts'
import { measureSpins, meetsWell } from '../../src/engine/cpu/threads/meeting.ts'
import { Pool } from '../../src/engine/cpu/threads/pool.ts'
import { startThreads } from '../../src/engine/cpu/threads/startThreads.ts'

const machine = { fma: true, paired: false, tile: { rows: 6, vectors: 2 }, arithmetic: '' }
const tooMany = Math.min(64, 4 * availableParallelism())

describe('threads that meet', () => {
  test('wait awake for a while that depends on the machine', () => {
    const spins = measureSpins()
    assert.ok(Number.isInteger(spins) && spins >= 5_000 && spins <= 2_000_000, `${spins} loads`)
  })

  test('are too many when they have to wait for processors', async () => {
    const { memory, limits } = new Arena({ shared: true })
    const pool = await Pool.start({ memory, threads: tooMany })
    assert.equal(await meetsWell(pool, { limits, spins: 200_000 }), false)
    await pool.close()
  })

  test('become fewer, where the number cannot be believed', async () => {
    const arena = new Arena({ shared: true })
    const { pool } = await startThreads(arena, { ...machine, threads: tooMany, isCertain: false })
    assert.ok(pool.threads < tooMany)
    await pool.close()
    const asked = await startThreads(arena, { ...machine, threads: 3, isCertain: true })
    assert.equal(asked.pool.threads, 3)
    assert.equal(asked.remark, undefined)
    await asked.pool.close()
  })
})
