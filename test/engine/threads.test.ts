// Programs on one thread and on several: every unit is done once, nothing is read before it is written, and whatever
// goes wrong ends in an error.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { addUp, Bench, call, trapAt, turnRound, turnRoundTwice } from './stages.ts'

for (const threads of [1, 2, 3, 4, 7]) {
  // More threads than processors take turns, and wait for the system at every one.
  const takeTurns = threads > Math.min(4, availableParallelism())
  describe(`programs on ${threads} threads`, () => {
    // Fewer units than threads, as many, one more, many, and with a last chunk that is not full.
    const sizes = [
      [1, 1],
      [threads, 1],
      [threads + 1, 1],
      [100, 1],
      [101, 8],
      [1000, 16],
    ] // prettier-ignore

    test('do each unit once', async () => {
      const bench = await Bench.open(threads)
      const cells = sizes.map(([units]) => bench.cells(units))
      const run = await bench.program((wasm) => [
        sizes.map(([units, grain], i) => call(addUp(wasm, units, grain), [cells[i].address])),
        sizes.map(([units, grain], i) => call(addUp(wasm, units, grain), [cells[i].address])),
      ])
      const runs = takeTurns ? 200 : 2000
      for (let i = 0; i < runs; i++) await run()
      for (const { values } of cells) {
        assert.deepEqual(
          [...values()],
          [...values().keys()].map((unit) => 2 * runs * (unit + 1)),
        )
      }
      await bench.pool.close()
    })

    test('finish each stage before the next', async () => {
      const bench = await Bench.open(threads)
      const pairs = sizes.map(([units]) => [bench.cells(units), bench.cells(units)])
      // There and back thirty-five times, which makes more phases than fit into one function.
      const run = await bench.program((wasm) => {
        const emitted = sizes.map(([units, grain], i) =>
          i % 2 ? turnRound(wasm, units, grain) : turnRoundTwice(wasm, units, grain),
        )
        return Array.from({ length: 70 }, (_, i) =>
          pairs.map((pair, j) => call(emitted[j], [pair[i % 2].address, pair[1 - (i % 2)].address])),
        )
      })
      for (const [{ values }] of pairs) values().forEach((_, unit, all) => void (all[unit] = unit * 1000))
      const runs = takeTurns ? 10 : 100
      for (let i = 0; i < runs; i++) await run()
      for (const [{ values }] of pairs) {
        assert.deepEqual(
          [...values()],
          [...values().keys()].map((unit) => unit * 1000 + 70 * runs),
        )
      }
      await bench.pool.close()
    })

    test('take more calls in a wave than there are counters', async () => {
      const bench = await Bench.open(threads)
      const cells = Array.from({ length: 80 }, () => bench.cells(20))
      const run = await bench.program((wasm) => {
        const emitted = addUp(wasm, 20)
        const wave = cells.map(({ address }) => call(emitted, [address]))
        return [wave, wave]
      })
      for (let i = 0; i < 50; i++) await run()
      for (const { values } of cells) {
        assert.deepEqual(
          [...values()],
          [...values().keys()].map((unit) => 100 * (unit + 1)),
        )
      }
      await bench.pool.close()
    })

    test('tell how long each stage took', async () => {
      const bench = await Bench.open(threads)
      const [a, b] = [bench.cells(5000), bench.cells(5000)]
      const program = await bench.measured((wasm) => [
        [call(addUp(wasm, 5000), [a.address], 'add'), call(addUp(wasm, 1), [b.address], 'one')],
        [{ ...call(turnRoundTwice(wasm, 5000), [a.address, b.address], 'turn'), flops: 5000, bytes: 40000 }],
      ])
      assert.deepEqual(program.slots, [
        { label: 'add', stage: 0, flops: 0, bytes: 0 },
        { label: 'one', stage: 0, flops: 0, bytes: 0 },
        { label: 'turn', stage: 0, flops: 5000, bytes: 40000 },
        { label: 'turn', stage: 1, flops: 5000, bytes: 40000 },
      ])
      const start = performance.now()
      for (let i = 0; i < 20; i++) await program.run()
      const elapsed = performance.now() - start
      const total = program.times().reduce((sum, time) => sum + time)
      assert.ok(
        program.times().every((time) => time >= 0) && total > 0 && total <= elapsed,
        `${program.times()} of ${elapsed} ms`,
      )
      assert.equal(b.values()[10], 20 * (4989 + 1) + 1)
      await bench.pool.close()
    })
  })
}

describe('a pool', () => {
  test('loads another program while its workers sleep, in memory that has grown', async () => {
    for (const threads of [1, 3]) {
      const bench = await Bench.open(threads)
      const a = bench.cells(100)
      const first = await bench.program((wasm) => [[call(addUp(wasm, 100), [a.address])]])
      await first()
      await sleep(30)
      const far = bench.cells(20_000_000)
      const b = bench.cells(100)
      const second = await bench.program((wasm) => [
        [call(turnRoundTwice(wasm, 100), [a.address, b.address])],
        [call(addUp(wasm, 20_000_000, 10_000), [far.address])],
      ])
      await sleep(30)
      await second()
      await first()
      await second()
      assert.deepEqual(
        [...b.values()],
        [...b.values().keys()].map((unit) => 2 * (100 - unit) + 1),
      )
      assert.equal(far.values().at(-1), 40_000_000)
      await bench.pool.close()
    }
  })

  test('does what it is asked one after another', async () => {
    const bench = await Bench.open(2)
    const cells = bench.cells(10)
    const loads = Array.from({ length: 5 }, () => bench.program((wasm) => [[call(addUp(wasm, 10), [cells.address])]]))
    const runs = (await Promise.all(loads)).flatMap((run) => [run(), run()])
    await Promise.all(runs)
    assert.equal(cells.values()[9], 100)
    await bench.pool.close()
  })

  test('forgets a program', async () => {
    const bench = await Bench.open(2)
    const run = await bench.program((wasm) => [[call(addUp(wasm, 10), [bench.cells(10).address])]])
    await bench.pool.drop(0)
    await bench.pool.drop(0)
    await assert.rejects(run, { message: 'engine: no program 0 is loaded.' })
    await bench.pool.close()
  })

  test('tells which thread failed, and goes on', async () => {
    for (const threads of [1, 2, 4]) {
      const bench = await Bench.open(threads)
      const turns = bench.cells(1)
      const sum = bench.cells(8)
      for (let thread = 0; thread < threads; thread++) {
        // As many units as threads: each has its own. Waves follow in which the others wait for the one that failed.
        const run = await bench.program((wasm) => [
          [call(trapAt(wasm, threads, thread), [turns.address])],
          ...Array.from({ length: 3 }, () => [call(addUp(wasm, 8), [sum.address])]),
        ])
        for (let i = 0; i < 10; i++) {
          // At once, or when the others have long gone to sleep.
          turns.values()[0] = i % 2 ? 1 : 2_000_000
          await assert.rejects(run, { message: `engine: thread ${thread} failed: RuntimeError: unreachable` })
          turns.values()[0] = 0
          sum.values().fill(0)
          await run()
          assert.equal(sum.values()[7], 24)
        }
      }
      await bench.pool.close()
    }
  })

  test('says so when a program does not fit', async () => {
    const bench = await Bench.open(2)
    const foreign = new WebAssembly.Module(
      // A module that imports host.nothing, a function that nobody gives it.
      new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 16, 1, 4, 104, 111, 115, 116, 7, 110, 111, 116, 104, 105,
        110, 103, 0, 0,
      ]), // prettier-ignore
    )
    await assert.rejects(bench.pool.load(foreign), /^Error: engine: thread 1 failed: LinkError: .*nothing/)
    const cells = bench.cells(3)
    const run = await bench.program((wasm) => [[call(addUp(wasm, 3), [cells.address])]])
    await run()
    assert.deepEqual([...cells.values()], [1, 2, 3])
    await bench.pool.close()
  })

  test('is closed once, after what it is doing', async () => {
    const bench = await Bench.open(3)
    const cells = bench.cells(10)
    const run = await bench.program((wasm) => [[call(addUp(wasm, 10), [cells.address])]])
    const last = run()
    await Promise.all([bench.pool.close(), bench.pool.close(), last])
    assert.equal(cells.values()[9], 10)
    await assert.rejects(run, { message: 'engine: its threads were closed; start another one.' })
  })

  test('costs nothing while it is idle', async () => {
    const bench = await Bench.open(4)
    const run = await bench.program((wasm) => [[call(addUp(wasm, 100), [bench.cells(100).address])]])
    for (let i = 0; i < 100; i++) await run()
    await sleep(50)
    const before = process.cpuUsage()
    await sleep(500)
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 50_000, `${(user + system) / 1000} ms of 500`)
    await bench.pool.close()
  })

  test('does not keep a process alive', () => {
    const stages = fileURLToPath(new URL('stages.ts', import.meta.url))
    const source = `
      import { addUp, Bench, call } from ${JSON.stringify(stages)}
      const bench = await Bench.open(3)
      const cells = bench.cells(10)
      const run = await bench.program((wasm) => [[call(addUp(wasm, 10), [cells.address])]])
      await run()
      console.log(cells.values()[9])
    `
    const args = [...process.execArgv.filter((arg) => arg.includes('strip-types')), '--input-type=module', '-e', source]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 })
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '10\n' }, stderr)
  })
})
