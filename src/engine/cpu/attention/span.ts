// Which sources are visited: only those between the first and the last that any position of a block sees.
//
// Where both are the same for all positions (a padded batch), they are known once for each place on the outer axes, and
// nothing has to be hidden. Where they vary (packed sentences, a sliding window), every block finds out its own, and hides
// inside what the single position does not see (hiding.ts).

import type { AttentionKernel } from '../../lower/kernel.ts'
import type { Local, Pushable, WasmFunction } from '../wasm/function.ts'
import { advance, set, setDifference, setLeast, setMost } from './code.ts'
import type { AttentionStage, OperandName, PlacedAddress } from './stage.ts'

/** True if the positions of one place see different sources, beyond what is causal. */
export function spansVary({ position, first, last }: AttentionKernel): boolean {
  const varies = (operand: number | undefined, stride: number): boolean => operand !== undefined && stride !== 0
  return position.size > 1 && (varies(first, position.first) || varies(last, position.last))
}

/** The numbers of sources that may be left when no whole tile fits any more. */
export function sourceTails({ source, first, last }: AttentionKernel, rows: number): number[] {
  if (first === undefined && last === undefined) return [source.size % rows]
  return Array.from({ length: rows - 1 }, (_, i) => i + 1)
}

/** Sets the first source and the one after the last that the numbers at these addresses mean. */
export function emitSpan(
  f: WasmFunction,
  kernel: AttentionKernel,
  { first, last }: { readonly first: Pushable; readonly last: Pushable },
  { from, to }: { readonly from: Local; readonly to: Local },
): void {
  const { size } = kernel.source
  set(f, from, 0)
  set(f, to, size)
  if (kernel.first !== undefined) {
    f.push(first).load('f32.load').op('f32.ceil', 'i32.trunc_sat_f32_s').set(from)
    setMost(f, from, from, 0)
    setLeast(f, from, from, size)
  }
  if (kernel.last === undefined) return
  f.push(last).load('f32.load').op('f32.floor', 'i32.trunc_sat_f32_s').set(to)
  setLeast(f, to, to, size - 1)
  setMost(f, to, to, -1)
  f.increase(to, 1)
}

/** The number of sources from `from` on, before `to`: perhaps none. */
export function setCount(f: WasmFunction, count: Local, from: Local, to: Local): void {
  setDifference(f, count, to, from)
  setMost(f, count, count, 0)
}

/**
 * Where spans do not vary along the positions: moves the addresses along the sources to the first that is visited, and gives
 * back how many are, and the offset of a causal kernel as it is counted from there.
 */
export function emitVisited(
  stage: AttentionStage,
  kernel: AttentionKernel,
  addresses: readonly PlacedAddress[],
): { readonly offset: Local; readonly count: Local } {
  const { f } = stage
  const [offset, count, from] = f.locals('i32', 3)
  set(f, offset, stage.offset)
  set(f, count, kernel.source.size)
  if (spansVary(kernel) || (kernel.first === undefined && kernel.last === undefined)) return { offset, count }
  const at = (name: OperandName) => addresses.find(({ operand }) => operand === name)?.address ?? 0
  emitSpan(f, kernel, { first: at('first'), last: at('last') }, { from, to: count })
  setCount(f, count, from, count)
  setDifference(f, offset, offset, from)
  for (const { operand, address } of addresses) advance(f, address, from, strideAlongSources(kernel, operand) * 4)
  return { offset, count }
}

function strideAlongSources({ source }: AttentionKernel, operand: OperandName): number {
  if (operand === 'key' || operand === 'keyGradient') return source.key
  if (operand === 'value' || operand === 'valueGradient') return source.value
  return operand === 'keep' ? source.keep : 0
}
