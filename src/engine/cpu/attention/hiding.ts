// Hides sources that a mask hides, or that lie outside of spans which vary along the positions: few models have either, and this is
// loaded for those that do (rare.ts).

import type { AttentionKernel } from '../../lower/kernel.ts'
import { integers, type Local, type Pushable, type WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'
import type { BlockRows, PositionBlock, ScratchLayout } from './block.ts'
import { advance, call, pushVector, set, setDifference, setLeast, setMost } from './code.ts'
import { emitSelect, forSources } from './pattern.ts'
import { emitSpan, setCount } from './span.ts'

/**
 * A function (values, mask, position, count): puts -∞ where the mask holds 0. `mask` is the address of the mask's cell
 * at the first of all positions and the panel's first source; `position` is the panel's first.
 */
export function emitHideMasked(wasm: WasmModule, block: PositionBlock, kernel: AttentionKernel): WasmFunction {
  const f = wasm.function('', integers(4))
  const [values, mask, position, count] = f.parameters
  const panel = f.locals('v128', block.vectors)
  const keep = f.local('v128')
  const stride = kernel.position.keep * 4
  // How far each position's cell is from the mask's. A panel may reach beyond the last position; there it hides the
  // same.
  const places = stride === 0 ? [] : f.locals('i32', block.panel)
  places.forEach((place, i) => {
    const clamped = f.local('i32')
    set(f, clamped, position, i)
    setLeast(f, clamped, clamped, kernel.position.size - 1)
    advance(f, place, clamped, stride)
  })
  forSources(f, values, count, block.line, (cell) => {
    if (stride === 0) f.push(mask).load('v128.load32_splat').set(keep)
    emitSelect(f, panel, cell, -Infinity, (v) => {
      places.slice(v * 4, v * 4 + 4).forEach((place, lane) => {
        f.push(mask, place).op('i32.add')
        if (lane === 0) f.load('v128.load32_zero').set(keep)
        else f.push(keep).laneMemory('v128.load32_lane', lane).set(keep)
      })
      f.push(keep).f32x4(0).op('f32x4.ne')
    })
    f.increase(mask, kernel.source.keep * 4)
  })
  return f
}

/** The spans of a block's positions, which are one panel. */
export class BlockSpans {
  /** The first source that is visited, and how many are. */
  readonly from: Local
  readonly count: Local
  readonly #f: WasmFunction
  readonly #table: readonly Pushable[]
  readonly #hide: WasmFunction
  readonly #wholeFrom: Local
  readonly #wholeTo: Local
  readonly #line: number

  /**
   * `f` works on a block of positions from `position` on. `firsts` and `lasts` are the addresses of the numbers of the first
   * position of all; `offset` is that of a causal kernel.
   */
  constructor(
    wasm: WasmModule,
    f: WasmFunction,
    kernel: AttentionKernel,
    block: PositionBlock,
    layout: ScratchLayout,
    given: {
      readonly own: Local
      readonly firsts: Local
      readonly lasts: Local
      readonly position: Local
      readonly offset: Local
      readonly rows: BlockRows
    },
  ) {
    const { own, firsts, lasts, position, offset, rows } = given
    const table = layout.lines(2, block)
    const whole = layout.floats(4)
    this.#f = f
    this.#table = [own, table]
    this.#line = block.line
    this.#hide = emitHideOutside(wasm, block)
    const [from, count, wholeFrom, wholeTo] = f.locals('i32', 4)
    this.from = from
    this.count = count
    this.#wholeFrom = wholeFrom
    this.#wholeTo = wholeTo
    const find = emitFindSpans(wasm, kernel, block)
    call(f, find, firsts, lasts, position, offset, rows.count, rows.padded, [own, table], [own, whole])
    ;[from, count, wholeFrom, wholeTo].forEach((local, i) => {
      f.push(own).load('i32.load', whole + i * 4)
      f.set(local)
    })
  }

  /** Puts -∞ where a position does not see one of `count` sources, beginning with number `skipped` of those visited. */
  emitHide(values: readonly Pushable[], skipped: Pushable, count: Local): void {
    const f = this.#f
    const [start, left, source, at] = f.locals('i32', 4)
    /** The sources from `start` to `left`, counted from the first in `values`. */
    const hide = () => {
      set(f, at, ...values)
      advance(f, at, start, this.#line)
      set(f, source, this.from, skipped, start)
      setDifference(f, left, left, start)
      call(f, this.#hide, at, left, source, this.#table)
    }
    // Between the greatest first and the least last source every position sees all: only what is before and after is hidden.
    set(f, start, 0)
    setDifference(f, left, this.#wholeFrom, skipped)
    setLeast(f, left, left, count)
    hide()
    setDifference(f, start, this.#wholeTo, skipped)
    setMost(f, start, start, 0)
    set(f, left, count)
    hide()
  }
}

/**
 * A function (firsts, lasts, position, offset, count, padded, table, whole) for `count` positions from `position` on:
 *
 *   table[0], table[1] := the first and the last source that each position sees
 *   whole              := the first source that any sees, how many from there to the last that any sees;
 *                         and, counted from it, where those begin and end that all see
 */
function emitFindSpans(wasm: WasmModule, kernel: AttentionKernel, block: PositionBlock): WasmFunction {
  const f = wasm.function('', integers(8))
  const [firsts, lasts, position, offset, count, padded, table, whole] = f.parameters
  const [row, known, first, last, from, to, leastFirst, mostFirst, leastTo, mostTo] = f.locals('i32', 10)
  const { size } = kernel.source
  set(f, leastFirst, size)
  set(f, leastTo, size)
  f.for(row, 0, padded, 1, () => {
    // Beyond the last position: as the last.
    setDifference(f, known, count, 1)
    setLeast(f, known, known, row)
    set(f, known, known, position)
    set(f, first, firsts)
    advance(f, first, known, kernel.position.first * 4)
    set(f, last, lasts)
    advance(f, last, known, kernel.position.last * 4)
    emitSpan(f, kernel, { first, last }, { from, to })
    if (kernel.causal) {
      set(f, known, known, offset, 1)
      setMost(f, known, known, 0)
      setLeast(f, to, to, known)
    }
    f.push(table, from).store('i32.store')
    f.push(table, to, 1).op('i32.sub').store('i32.store', block.line)
    f.increase(table, 4)
    setLeast(f, leastFirst, leastFirst, from)
    setMost(f, mostFirst, mostFirst, from)
    setLeast(f, leastTo, leastTo, to)
    setMost(f, mostTo, mostTo, to)
  })
  setCount(f, mostTo, leastFirst, mostTo)
  setDifference(f, mostFirst, mostFirst, leastFirst)
  setDifference(f, leastTo, leastTo, leastFirst)
  setMost(f, leastTo, leastTo, mostFirst)
  for (const [i, value] of [leastFirst, mostTo, mostFirst, leastTo].entries())
    f.push(whole, value).store('i32.store', i * 4)
  return f
}

/** A function (values, count, source, table): puts -∞ where a position does not see one of the sources from `source` on. */
function emitHideOutside(wasm: WasmModule, block: PositionBlock): WasmFunction {
  const f = wasm.function('', integers(4))
  const [values, count, source, table] = f.parameters
  const panel = f.locals('v128', block.vectors)
  const [number, step] = f.locals('v128', 2)
  f.push(source).op('i32x4.splat').set(number)
  f.i32x4(1, 1, 1, 1).set(step)
  forSources(f, values, count, block.line, (cell) => {
    emitSelect(f, panel, cell, -Infinity, (v) => {
      f.push(number)
      pushVector(f, table, v).op('i32x4.ge_s')
      pushVector(f, table, v, block.line).push(number).op('i32x4.ge_s', 'v128.and')
    })
    f.push(number, step).op('i32x4.add').set(number)
  })
  return f
}
