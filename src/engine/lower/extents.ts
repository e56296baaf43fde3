// How often each value of a kernel must be computed.

import type { JoinedAxes } from './joinedAxes.ts'
import type { KernelOperand, Value } from './kernel.ts'
import { allValues, inputsOf } from './values.ts'

/** The frequency of computing a value: once for the kernel, once a row (a place on all axes but the last), or for every cell. */
export type ValueExtent = 'kernel' | 'row' | 'cell'

const extentOrder: readonly ValueExtent[] = ['kernel', 'row', 'cell']
const widest = (extents: readonly ValueExtent[]): ValueExtent =>
  extentOrder[Math.max(...extents.map((extent) => extentOrder.indexOf(extent)))]
export const isNarrower = (a: ValueExtent, b: ValueExtent): boolean => extentOrder.indexOf(a) < extentOrder.indexOf(b)

/** The extents of all values that the roots are made of. A reduction's is told. */
export function extentsOf(
  roots: readonly Value[],
  operands: readonly KernelOperand[],
  axes: JoinedAxes,
  ofReduction: ValueExtent,
): Map<Value, ValueExtent> {
  const extents = new Map<Value, ValueExtent>()
  const last = axes.sizes.length - 1
  const ofStrides = (strides: readonly number[]): ValueExtent => {
    if (strides[last] !== 0) return 'cell'
    return strides.some((stride) => stride !== 0) ? 'row' : 'kernel'
  }
  const ofOperand = (operand: number): ValueExtent => {
    const { strides, lookup } = operands[operand]
    return widest([ofStrides(axes.strides(strides)), lookup ? ofOperand(lookup.ids) : 'kernel'])
  }
  const ofValue = (value: Value): ValueExtent => {
    if (value.kind === 'load') return ofOperand(value.operand)
    if (value.kind === 'random') return ofStrides(axes.strides(value.strides))
    if (value.kind !== 'index') return 'kernel'
    const place = axes.placeOf(value.axis)
    if (place === undefined) return 'kernel'
    return place === last ? 'cell' : 'row'
  }
  for (const value of allValues(roots)) {
    const extent =
      value.kind === 'reduce'
        ? ofReduction
        : widest([ofValue(value), ...inputsOf(value).map((input) => extents.get(input) ?? 'kernel')])
    extents.set(value, extent)
  }
  return extents
}
