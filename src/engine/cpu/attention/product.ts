// The matrix products inside attention: one register tile, and functions that cover a product with such tiles.
//
//   C[row, column] (+)= Σ over inner of A[row, inner] · B[inner, column]
//
// A tile keeps rows × vectors cells of C in registers. Each step of its loop loads one row of B (vectors of four
// adjacent columns) and, for every row of C, one cell of A that is spread over a vector. A's strides are baked into the
// loads, so A may lie in any direction and is never copied; only B must have its columns side by side.
//
// V8 pairs vectors that are stored side by side, and then all that led to them: a tile finishes its cells
// first and stores them last, in order.

import type { Machine } from '../emitted.ts'
import { integers, type Local, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import {
  type AddressSum,
  advance,
  call,
  pushMultiplyAdd,
  pushVector,
  repeat,
  set,
  setDifference,
  setLeast,
  setMost,
  storeVectors,
} from './code.ts'

export interface ProductShape {
  /** Columns of C, in vectors of four. */
  readonly vectors: number
  /** The largest tile. */
  readonly tile: Machine['tile']
  /** The numbers of rows that may be left when no whole tile fits any more. */
  readonly tails: readonly number[]
  /** Distances in bytes: between rows of A and C, and between steps along the inner axis in A and B. */
  readonly strides: { readonly aRow: number; readonly aStep: number; readonly bStep: number; readonly cRow: number }
  /**
   * The part of the inner axis that a row takes part in, for a causal pattern and `lead` (given when called):
   * rows are positions and see the sources inner ≤ row + lead; or rows are sources, seen by the positions
   * inner ≥ row - lead. A tile goes as far as any of its rows must; beyond it the pattern holds zeros.
   */
  readonly span: 'all' | 'seen' | 'seeing'
  /** C is added to (true), or overwritten. */
  readonly adds: boolean
  /** Every row of C is multiplied with a number of its own, from an array. */
  readonly hasFactors?: boolean
}

/** The addresses and numbers with which a product is called. `lead` and `factors` may be 0 where they are not used. */
export interface ProductCall {
  readonly a: AddressSum
  readonly b: AddressSum
  readonly c: AddressSum
  readonly rows: AddressSum
  readonly inner: AddressSum
  readonly lead?: AddressSum
  readonly factors?: AddressSum
}

/** A function that computes products of one shape. */
export class ProductFunction {
  readonly #function: WasmFunction

  constructor(wasm: WasmModule, machine: Machine, shape: ProductShape) {
    this.#function = emitProduct(wasm, machine, shape)
  }

  call(f: WasmFunction, { a, b, c, rows, inner, lead = 0, factors = 0 }: ProductCall): void {
    call(f, this.#function, a, b, c, rows, inner, lead, factors)
  }
}

/** Products by their shape: those of equal shape are one function. */
export class Products {
  readonly #wasm: WasmModule
  readonly #machine: Machine
  readonly #made = new Map<string, ProductFunction>()

  constructor(wasm: WasmModule, machine: Machine) {
    this.#wasm = wasm
    this.#machine = machine
  }

  of(shape: ProductShape): ProductFunction {
    const key = JSON.stringify(shape)
    const product = this.#made.get(key) ?? new ProductFunction(this.#wasm, this.#machine, shape)
    this.#made.set(key, product)
    return product
  }
}

function emitProduct(wasm: WasmModule, machine: Machine, shape: ProductShape): WasmFunction {
  const { vectors, tile, tails, strides } = shape
  const f = wasm.function('', integers(7))
  const [a, b, c, rows, inner, lead, factors] = f.parameters
  const [row, column, columnB, rowA, rowC, skipped, factor] = f.locals('i32', 7)
  const registers = tileRegisters(f, tile)

  /** The tile whose first cell is C[row, column]. */
  const emitTile = (tileRows: number, tileVectors: number) => {
    const { stepA, stepB, count } = registers
    set(f, stepA, rowA)
    set(f, stepB, columnB)
    set(f, count, inner)
    if (shape.span === 'seen') {
      set(f, count, lead, row, tileRows)
      setLeast(f, count, count, inner)
    }
    if (shape.span === 'seeing') {
      setDifference(f, skipped, row, lead)
      setMost(f, skipped, skipped, 0)
      advance(f, stepA, skipped, strides.aStep)
      advance(f, stepB, skipped, strides.bStep)
      setDifference(f, count, inner, skipped)
    }
    if (shape.hasFactors) {
      set(f, factor, factors)
      advance(f, factor, row, 4)
    }
    emitRegisterTile(f, machine, registers, {
      rows: tileRows,
      vectors: tileVectors,
      strides,
      c: rowC,
      adds: shape.adds,
      factors: shape.hasFactors ? factor : undefined,
    })
  }

  const emitColumn = (tileVectors: number) => {
    set(f, columnB, b, column)
    set(f, rowC, c, column)
    set(f, rowA, a)
    set(f, row, 0)
    f.block(() =>
      f.loop(() => {
        f.push(row, tile.rows).op('i32.add').push(rows).op('i32.gt_s').branchIf(1)
        emitTile(tile.rows, tileVectors)
        f.increase(rowA, tile.rows * strides.aRow).increase(rowC, tile.rows * strides.cRow)
        f.increase(row, tile.rows).branch(0)
      }),
    )
    for (const tail of new Set(tails)) {
      if (tail === 0) continue
      f.push(rows, row).op('i32.sub').push(tail).op('i32.eq')
      f.if(() => emitTile(tail, tileVectors))
    }
  }

  const wholeBytes = Math.floor(vectors / tile.vectors) * tile.vectors * 16
  const rest = vectors % tile.vectors
  f.for(column, 0, wholeBytes, tile.vectors * 16, () => emitColumn(tile.vectors))
  if (rest > 0) {
    set(f, column, wholeBytes)
    emitColumn(rest)
  }
  return f
}

/**
 * The registers of a tile. `stepA` and `stepB` point at the inner axis's next cells, of which `count` are left.
 */
export interface TileRegisters {
  readonly stepA: Local
  readonly stepB: Local
  readonly count: Local
  readonly sums: readonly (readonly Local[])[]
  readonly rowOfB: readonly Local[]
  readonly cellOfA: Local
}

function tileRegisters(f: WasmFunction, { rows, vectors }: Machine['tile']): TileRegisters {
  const [stepA, stepB, count] = f.locals('i32', 3)
  const sums = Array.from({ length: rows }, () => f.locals('v128', vectors))
  return { stepA, stepB, count, sums, rowOfB: f.locals('v128', vectors), cellOfA: f.local('v128') }
}

export interface RegisterTile {
  readonly rows: number
  readonly vectors: number
  readonly strides: ProductShape['strides']
  /** Where the tile's first cell of C stands. */
  readonly c: Local
  readonly adds: boolean
  /** Where the first row's factor stands. */
  readonly factors?: Local
}

/** One tile: C[rows × vectors] (+)= Σ A · B over the `count` steps that `registers` point at, perhaps none. */
function emitRegisterTile(f: WasmFunction, machine: Machine, registers: TileRegisters, tile: RegisterTile): void {
  const { stepA, stepB, count, sums, rowOfB, cellOfA } = registers
  const { rows, vectors, strides, c } = tile
  const forVectors = (body: (vector: number) => void) => {
    for (let vector = 0; vector < vectors; vector++) body(vector)
  }
  const forCells = (body: (row: number, vector: number) => void) => {
    for (let row = 0; row < rows; row++) forVectors((vector) => body(row, vector))
  }

  forCells((row, vector) => {
    if (tile.adds) pushVector(f, c, vector, row * strides.cRow)
    else f.f32x4(0)
    f.set(sums[row][vector])
  })
  repeat(f, count, () => {
    const loadB = (vector: number) => pushVector(f, stepB, vector).set(rowOfB[vector])
    // A single row needs a vector of B once: loaded where it is used, it takes no register from the sums.
    if (rows > 1) forVectors(loadB)
    for (let row = 0; row < rows; row++) {
      f.push(stepA).load('v128.load32_splat', row * strides.aRow)
      f.set(cellOfA)
      forVectors((vector) => {
        if (rows === 1) loadB(vector)
        pushMultiplyAdd(f, machine, cellOfA, rowOfB[vector], sums[row][vector]).set(sums[row][vector])
      })
    }
    f.increase(stepA, strides.aStep).increase(stepB, strides.bStep)
  })
  if (tile.factors) {
    for (let row = 0; row < rows; row++) {
      f.push(tile.factors).load('v128.load32_splat', row * 4)
      f.set(cellOfA)
      forVectors((vector) => f.push(sums[row][vector], cellOfA).op('f32x4.mul').set(sums[row][vector]))
    }
  }
  for (let row = 0; row < rows; row++) storeVectors(f, c, sums[row].slice(0, vectors), row * strides.cRow)
}
