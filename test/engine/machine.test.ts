// What is found out about the machine, what can be forced, and the memory it gives.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { MachineOptions } from '../../src/engine/cpu/machine/choices.ts'
import { type DetectedMachine, detectMachine } from '../../src/engine/cpu/machine/machine.ts'
import { Arena } from '../../src/engine/cpu/memory/arena.ts'
import { dot, parameter } from '../../src/tensor/primitives.ts'
import { canPair } from './pairing.ts'

const major = Number.parseInt(process.versions.node, 10)

/** Detects with some environment variables set. */
async function detectWith(variables: Record<string, string>, options?: MachineOptions): Promise<DetectedMachine> {
  for (const [name, value] of Object.entries(variables)) process.env[name] = value
  try {
    return await detectMachine(options)
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name]
  }
}

describe('the machine', () => {
  test('is described by what it found', async () => {
    const { fma, paired, tile, threads, arithmetic } = await detectWith({
      CUTAWAY_FMA: '',
      CUTAWAY_SIMD: '',
      CUTAWAY_THREADS: '',
    })
    assert.equal(fma, true)
    assert.ok(canPair || !paired)
    assert.deepEqual(tile, { rows: major < 24 ? 4 : 6, vectors: paired ? 4 : 2 })
    assert.ok(threads >= 1 && threads <= 16)
    assert.equal(arithmetic, `fused multiply-add, ${paired ? 256 : 128} bits, ${tile.rows}x${tile.vectors} tile`)
  })

  test('can be told, by options and by the environment, of which options count', async () => {
    const plain = await detectMachine({ fma: false, simd: 128, threads: 3 })
    const rows = major < 24 ? 4 : 5
    assert.deepEqual(plain, {
      fma: false,
      paired: false,
      tile: { rows, vectors: 2 },
      threads: 3,
      isCertain: true,
      arithmetic: `multiply, then add, 128 bits, ${rows}x2 tile`,
    })
    const variables = { CUTAWAY_FMA: '0', CUTAWAY_SIMD: '128', CUTAWAY_THREADS: '3' }
    assert.deepEqual(await detectWith(variables), plain)
    assert.equal((await detectWith(variables, { fma: true })).fma, true)
    assert.equal((await detectWith(variables, { threads: 1 })).threads, 1)
  })

  test('pairs without asking if it is told to', { skip: !canPair && 'needs Node 24 on x64' }, async () => {
    const { paired, tile } = await detectMachine({ simd: 256, fma: false })
    assert.deepEqual({ paired, tile }, { paired: true, tile: { rows: 5, vectors: 4 } })
  })

  test('does not pair where V8 cannot', { skip: canPair && 'this one can' }, async () => {
    await assert.rejects(detectMachine({ simd: 256 }), {
      message: `engine: simd 256 (CUTAWAY_SIMD) needs Node 24 or later on x64; this is ${process.version} on ${process.arch}. Leave it out.`,
    })
  })

  test('leaves no wide numbers behind, for which Math.log10 would wait', {
    skip: !canPair && 'pairs no vectors',
  }, async () => {
    const engine = await cpu({ simd: 256, threads: 1 })
    const [a, b] = [parameter({ row: 128, inner: 128 }), parameter({ inner: 128, column: 128 })]
    const program = await engine.compile({ outputs: { c: dot(a, b, 'inner') } })
    const logarithms = (): number => {
      const begun = performance.now()
      let sum = 0
      for (let i = 1; i < 2000; i++) sum += Math.log10(i)
      assert.ok(sum > 0)
      return performance.now() - begun
    }
    const best = async (run: () => Promise<void>): Promise<number> => {
      let least = Infinity
      for (let i = 0; i < 50; i++) {
        await run()
        least = Math.min(least, logarithms())
      }
      return least
    }
    // V8 compiles what is done often once more, for speed, and only then pairs.
    const often = async (run: () => Promise<void>): Promise<void> => {
      for (let i = 0; i < 6; i++) await best(run)
    }
    await often(async () => {})
    const before = await best(async () => {})
    await often(() => program.run({}))
    const after = await best(() => program.run({}))
    assert.ok(after < 4 * before, `${after} ms in place of ${before}`)
    engine.close()
  })

  const wrong: readonly [Record<string, string>, MachineOptions, string][] = [
    [{ CUTAWAY_SIMD: '512' }, {}, 'CUTAWAY_SIMD is "512"; allowed are 128 and 256.'],
    [{ CUTAWAY_FMA: 'yes' }, {}, 'CUTAWAY_FMA is "yes"; allowed are 0 and 1.'],
    [{ CUTAWAY_THREADS: 'all' }, {}, 'CUTAWAY_THREADS is "all"; allowed are whole numbers from 1 to 64.'],
    [{ CUTAWAY_THREADS: '0' }, {}, 'CUTAWAY_THREADS is "0"; allowed are whole numbers from 1 to 64.'],
    [{}, { threads: 2.5 }, 'threads is 2.5; allowed are whole numbers from 1 to 64.'],
    [{}, { threads: 65 }, 'threads is 65; allowed are whole numbers from 1 to 64.'],
    [{}, JSON.parse('{"simd":64}'), 'simd is 64; allowed are 128 and 256.'],
  ]
  for (const [variables, options, message] of wrong) {
    test(`refuses: ${message}`, async () => {
      await assert.rejects(detectWith(variables, options), { message: `engine: ${message}` })
    })
  }
})

for (const shared of [false, true]) {
  describe(`${shared ? 'a shared' : 'an'} arena`, () => {
    test('gives memory that is aligned, zero and nobody else’s', () => {
      const arena = new Arena({ shared })
      const [a, b, c] = [arena.allocate(4), arena.allocate(400_000), arena.allocate(12, 1024)]
      assert.deepEqual([a % 64, b % 64, c % 1024], [0, 0, 0])
      assert.ok(a >= 65536 && a + 4 <= b && b + 400_000 <= c)
      // Whole grains of 64, and the page of the control words; what was skipped to be aligned is free.
      assert.equal(arena.bytesInUse, 65536 + 64 + 400_000 + 64)
      arena.floats(b, 100_000).fill(1)
      assert.deepEqual([...arena.floats(a, 1), ...arena.floats(c, 3)], [0, 0, 0, 0])
      // What stood there stands there still when it has grown.
      arena.allocate(10_000_000)
      assert.ok(arena.floats(b, 100_000).every((value) => value === 1))
    })

    test('shares one passing region among programs, and keeps those given out', () => {
      const arena = new Arena({ shared })
      const first = arena.reserve(1000)
      const { base } = first
      assert.equal(base % 128, 0)
      assert.equal(arena.reserve(10), first)
      // Nothing has come after it: it grows where it is.
      assert.equal(arena.reserve(5000), first)
      assert.equal(first.base, base)
      const lasting = arena.allocate(64)
      assert.ok(lasting >= base + 5000)
      assert.equal(arena.reserve(5000), first)
      const second = arena.reserve(6000)
      assert.ok(second.base >= lasting + 64)
      assert.equal(arena.reserve(1000), second)
    })

    test('takes back a passing region with the last program that reserved it', () => {
      const arena = new Arena({ shared })
      const empty = arena.bytesInUse
      const small = [arena.reserve(1000), arena.reserve(1000)]
      const lasting = arena.allocate(64)
      const large = arena.reserve(6000)
      const full = arena.bytesInUse
      arena.leave(small[0])
      assert.equal(arena.bytesInUse, full)
      arena.leave(small[1])
      assert.equal(arena.bytesInUse, full - 1024)
      arena.leave(large)
      assert.equal(arena.bytesInUse, empty + 64)
      // The hole of the small one is in front of what lasts, and with room behind that it would be made longer.
      const again = arena.reserve(1000)
      assert.equal(again.base, small[0].base)
      arena.release(lasting, 64)
      assert.equal(arena.reserve(6000), again)
      arena.leave(again)
      arena.leave(again)
      assert.equal(arena.bytesInUse, empty)
    })

    test('gives out again what it took back, as zeros', () => {
      const arena = new Arena({ shared })
      const empty = arena.bytesInUse
      const all = Array.from({ length: 50 }, (_, i) => ({
        bytes: 100 + 300 * i,
        address: arena.allocate(100 + 300 * i),
      }))
      const full = arena.bytesInUse
      for (let round = 0; round < 20; round++) {
        for (const { address, bytes } of all) arena.floats(address, bytes / 4).fill(round + 1)
        const gone = all.filter((_, i) => (i * 7 + round) % 3 !== 0)
        for (const { address, bytes } of gone) arena.release(address, bytes)
        for (const each of gone) each.address = arena.allocate(each.bytes)
        for (const { address, bytes } of gone) assert.ok(arena.floats(address, bytes / 4).every((value) => value === 0))
        for (const { address, bytes } of all) arena.floats(address, bytes / 4).fill(address)
        assert.ok(
          all.every(({ address, bytes }) => arena.floats(address, bytes / 4).every((value) => value === address)),
        )
        assert.equal(arena.bytesInUse, full)
      }
      for (const { address, bytes } of all) arena.release(address, bytes)
      assert.equal(arena.bytesInUse, empty)
      assert.equal(arena.allocate(4), 65536)
    })

    test('ends at 4 GB, with an error that says so, and stays usable', () => {
      const arena = new Arena({ shared })
      const before = arena.bytesInUse
      assert.throws(() => arena.allocate(4.65 * 2 ** 30), {
        message:
          "engine: 4.7 GB more are asked for and 1 MB are in use, which makes an arena of 4.7 GB, but WebAssembly's memory ends at 4 GB. Lower the batch or the context, keep weights as bf16, or close programs and forget models that are done with.",
      })
      assert.throws(() => arena.reserve(2 ** 32), /makes an arena of 4\.1 GB/)
      assert.equal(arena.bytesInUse, before)
      assert.equal(arena.floats(arena.allocate(4), 1)[0], 0)
    })
  })
}
