// V8's pairing of neighbouring vector operations, which Node alone can switch on: put to the test, bits and speed.

import type { WasmFunction } from '../wasm/function.ts'
import { WasmModule } from '../wasm/module.ts'

/** The comparison takes 6 to 12 ms; on a busy machine V8 may need long to optimise what is compared. */
const mostProbeMs = 200
/** And no fewer rounds than this, should the process be stopped meanwhile. */
const fewestRounds = 100

/** Switches V8's pairing on; true if that could be done. Node 24 is the first that has it, and it exists for x64 only. */
export function switchPairingOn(isForced: boolean): boolean {
  const node = globalThis.process
  const isV8 = node.release?.name === 'node' && !('bun' in node.versions) && !('deno' in node.versions)
  const hasIt = isV8 && node.arch === 'x64' && Number.parseInt(node.versions.node, 10) >= 24
  if (hasIt) node.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-revectorize')
  else if (isForced) {
    const here = `${node.version} on ${node.arch}`
    throw new Error(`engine: simd 256 (CUTAWAY_SIMD) needs Node 24 or later on x64; this is ${here}. Leave it out.`)
  }
  return hasIt
}

const decoder = new TextDecoder()
const fewBytes = new Uint8Array(32)

/**
 * V8 leaves behind in the upper halves of vector registers what its paired operations had there. Until they are cleared, code that was
 * compiled for the lower halves alone waits for them at every step: Math.log10 and Math.exp take 130 ns in place of 9. Node decodes
 * texts by code that has wide vectors too, and clears them at its end. Takes 0.2 µs.
 */
export function clearUpperHalves(): void {
  decoder.decode(fewBytes)
}

type Probe = (a: number, b: number, c: number, steps: number) => void

/** Where the probe's operands stand in its one page of memory, and how many steps along the inner axis there are. */
const probe = { a: 0, b: 8192, c: 32768, steps: 256, checked: 64 }

/** True if the tile of four vectors is computed right, and quicker than that of two, as only pairing makes it. */
export function pairingPays(fma: boolean, rows: number): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
  const module = new WebAssembly.Module(writeProbe(fma, rows))
  const { exports } = new WebAssembly.Instance(module, { host: { memory } })
  const [narrow, wide] = [exports['narrow'] as Probe, exports['wide'] as Probe]
  const cells = new Float32Array(memory.buffer)
  // Whole numbers of 12 bits: their products are exact, the sums of products are not, and a float64 holds either.
  for (let i = 0; i < probe.c / 4; i++) cells[i] = Math.imul(i + 1, 0x9e3779b1) >> 20
  const pays = isQuicker(wide, narrow) && isRight(wide, cells, rows, 4) && isRight(narrow, cells, rows, 2)
  clearUpperHalves()
  return pays
}

/**
 * V8 compiles twice, first quickly and then well, which makes these kernels three times as fast and more. Then, paired,
 * the wide one is 1.4 times as fast as the narrow one; unpaired it does not fit into registers, and is the slower one.
 */
function isQuicker(wide: Probe, narrow: Probe): boolean {
  const start = performance.now()
  const kernels = [
    { run: narrow, work: 2, first: 0, best: 0 },
    { run: wide, work: 4, first: 0, best: 0 },
  ]
  let optimised = 0
  for (let round = 0; ; round++) {
    for (const kernel of kernels) {
      const from = performance.now()
      for (let i = 0; i < 8; i++) kernel.run(probe.a, probe.b, probe.c, probe.steps)
      kernel.best = Math.max(kernel.best, kernel.work / (performance.now() - from))
      if (round < 2) kernel.first = kernel.best
    }
    const ratio = kernels[1].best / kernels[0].best
    if (kernels.every(({ first, best }) => best > 2 * first)) optimised++
    if (optimised > 8 && ratio > 1.15) return true
    if (optimised > 8 && ratio < 0.9) return false
    if (round > fewestRounds && performance.now() - start > mostProbeMs) return false
  }
}

/** Compares with plain loops, bit for bit. */
function isRight(kernel: Probe, cells: Float32Array, rows: number, vectors: number): boolean {
  kernel(probe.a, probe.b, probe.c, probe.checked)
  const columns = vectors * 4
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0
      for (let k = 0; k < probe.checked; k++) {
        sum = Math.fround(sum + cells[k * rows + row] * cells[probe.b / 4 + k * columns + column])
      }
      if (sum !== cells[probe.c / 4 + row * columns + column]) return false
    }
  }
  return true
}

/** A module with the innermost loop of a product, for a tile of two vectors and for one of four. */
function writeProbe(fma: boolean, rows: number): Uint8Array<ArrayBuffer> {
  const wasm = new WasmModule()
  writeTile(wasm.function('narrow', ['i32', 'i32', 'i32', 'i32']), fma, rows, 2)
  writeTile(wasm.function('wide', ['i32', 'i32', 'i32', 'i32']), fma, rows, 4)
  return wasm.encode({ shared: false, maximumPages: 1 })
}

/** C[row, column] = Σ over k of A[k, row] · B[k, column], each contiguous. */
function writeTile(f: WasmFunction, fma: boolean, rows: number, vectors: number): void {
  const [a, b, c, steps] = f.parameters
  // V8 remembers how it optimised a module: one that differs each time begins anew.
  f.push(performance.now() * 1000).op('drop')
  const sums = f.locals('v128', rows * vectors)
  const columns = f.locals('v128', vectors)
  const cell = f.local('v128')
  f.loop(() => {
    for (const [j, column] of columns.entries())
      f.push(b)
        .load('v128.load', 16 * j)
        .set(column)
    for (let row = 0; row < rows; row++) {
      f.push(a)
        .load('v128.load32_splat', 4 * row)
        .set(cell)
      for (const [j, column] of columns.entries()) {
        const sum = sums[row * vectors + j]
        if (fma) f.push(cell, column, sum).op('f32x4.relaxed_madd').set(sum)
        else f.push(sum, cell, column).op('f32x4.mul', 'f32x4.add').set(sum)
      }
    }
    f.increase(a, rows * 4).increase(b, vectors * 16)
    f.push(steps, 1).op('i32.sub').tee(steps).branchIf(0)
  })
  for (const [j, sum] of sums.entries()) f.push(c, sum).store('v128.store', j * 16)
}
