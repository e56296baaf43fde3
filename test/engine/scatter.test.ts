// Scattering rows into a table, and placing rows in a longer operand: held to plain loops.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emitPlace } from '../../src/engine/cpu/loops/place.ts'
import { emitScatter } from '../../src/engine/cpu/loops/scatter.ts'
import type { PlaceKernel, ScatterKernel } from '../../src/engine/lower/kernel.ts'
import { uniform } from '../../src/tensor/random.ts'
import { machines, runKernel } from './kernels.ts'
import { plainResults } from './plain/kernel.ts'

const room = (n: number): number => Math.ceil(n / 4) * 4
const drawn = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => uniform(1, 2, i) * 4 - 2)

const scatters: Readonly<Record<string, (n: number) => ScatterKernel>> = {
  'rows of an embedding': (n) => ({
    kind: 'scatter',
    rows: [
      { size: 2, values: 5 * room(n), ids: 5 },
      { size: 5, values: room(n), ids: 1 },
    ],
    along: [{ size: n, values: 1, table: 1 }],
    table: { size: 7, stride: room(n) },
  }),
  'rows of an embedding, onto what is there': (n) => ({
    kind: 'scatter',
    rows: [{ size: 9, values: room(n), ids: 1 }],
    along: [{ size: n, values: 1, table: 1 }],
    table: { size: 7, stride: room(n) },
    onto: true,
  }),
  'several axes along': (n) => ({
    kind: 'scatter',
    rows: [{ size: 9, values: 3 * room(n), ids: 1 }],
    along: [
      { size: 3, values: room(n), table: 7 * room(n) },
      { size: n, values: 1, table: 1 },
    ],
    table: { size: 7, stride: room(n) },
  }),
  'single cells': (n) => ({
    kind: 'scatter',
    rows: [{ size: n, values: 1, ids: 1 }],
    along: [{ size: 1, values: 0, table: 0 }],
    table: { size: 7, stride: 1 },
  }),
  'the last axis of the table': (n) => ({
    kind: 'scatter',
    rows: [{ size: 9, values: n, ids: 1 }],
    along: [{ size: n, values: 1, table: 8 }],
    table: { size: 7, stride: 1 },
  }),
}

for (const [name, make] of Object.entries(scatters)) {
  test(`scatter: ${name}`, () => {
    for (const n of [1, 3, 4, 5, 16, 17, 67, 128, 300]) {
      for (const machine of machines) {
        const kernel = make(n)
        const values = drawn(9000)
        const ids = Float32Array.from({ length: 400 }, (_, i) => [3, 0, 6, 3, -1, 2, 3, 7][i % 8])
        const target = kernel.onto ? drawn(7000) : new Float32Array(7000).fill(Number.NaN)
        const want = plainResults(kernel, [values, ids, target])[2]
        for (const parts of [1, 2, 5]) {
          const result = runKernel((wasm) => emitScatter(wasm, kernel, machine), [values, ids, target], { parts })[2]
          want.forEach((cell, i) => {
            // Elsewhere may be padding.
            if (!Number.isNaN(cell)) assert.equal(result[i], cell, `${name}, ${n} columns, ${parts} parts, cell ${i}`)
          })
        }
      }
    }
  })
}

const places: Readonly<Record<string, (n: number) => PlaceKernel>> = {
  'keys of new positions': (n) => ({
    kind: 'place',
    axes: [
      { size: 3, values: 2 * room(n), target: 6 * room(n) },
      { size: 2, values: room(n), target: room(n) },
      { size: n, values: 1, target: 1 },
    ],
    along: { stride: room(n), size: 6, count: 2 },
  }),
  'cells of the last axis': (n) => ({
    kind: 'place',
    axes: [
      { size: 3, values: room(n), target: room(n + 6) },
      { size: n, values: 1, target: 1 },
    ],
    along: { stride: 1, size: n + 6, count: n },
  }),
  'one run of cells': (n) => ({
    kind: 'place',
    axes: [{ size: n, values: 1, target: 1 }],
    along: { stride: 1, size: n + 6, count: n },
  }),
}

for (const [name, make] of Object.entries(places)) {
  test(`place: ${name}`, () => {
    for (const n of [1, 3, 4, 5, 16, 17, 67, 128]) {
      for (const at of [0, 1, 3]) {
        const kernel = make(n)
        const values = drawn(1000)
        const target = Float32Array.from({ length: 3000 }, (_, i) => 100 + i)
        const want = plainResults(kernel, [values, Float32Array.of(at), target])[2]
        for (const parts of [1, 3]) {
          const result = runKernel(
            (wasm) => emitPlace(wasm, kernel, machines[0]),
            [values, Float32Array.of(at), target],
            { parts },
          )[2]
          assert.deepEqual(result, want, `${name}, ${n} cells at ${at}`)
        }
      }
    }
  })
}
