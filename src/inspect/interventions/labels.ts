// The labels of a row by its address: where in the model the value stands that it is about.
//
//   blocks.3.attention.mixed {head: 1}      part attention, layer 3, head 1
//   encoder.blocks.0.output {position: 5}   half encoder, part output, layer 0, position 5

import type { Address } from '../../tensor/address.ts'
import { type Axis, sizeOf } from '../../tensor/axes.ts'
import { layerOfPath } from '../paths.ts'
import { partNameOf } from '../stream/summands.ts'

/** Where a value stands. */
export interface AddressLabel {
  /** attention, cross, mlp; a value of a block itself, or of the model, is called by its own name: output, embedded, logits. */
  readonly part: string
  /** The half that it belongs to, in models with an encoder and a decoder. */
  readonly half?: 'encoder' | 'decoder'
  /** The number of the block. */
  readonly layer?: number
  /** The number of the head; heads that share keys and values come one after the other, and what they share has a number of its own. */
  readonly head?: number
  readonly position?: number
}

/** The labels of an address. `axes`: those of its value. */
export function labelOfAddress({ path, at = {} }: Address, axes: readonly Axis[]): AddressLabel {
  const [first] = path.split('.')
  const layer = layerOfPath(path)
  const half = first === 'encoder' || first === 'decoder' ? first : undefined
  const head = headOf(at, axes)
  return {
    part: partNameOf(path),
    ...(half && { half }),
    ...(layer !== undefined && { layer }),
    ...(head !== undefined && { head }),
    ...(at['position'] !== undefined && { position: fromStart(at['position'], axes, 'position') }),
  }
}

/** The number of the head at places on "head" and "group"; undefined where they mean several. */
function headOf(at: NonNullable<Address['at']>, axes: readonly Axis[]): number | undefined {
  const own = ['head', 'group'].filter((name) => axes.some((axis) => axis.name === name))
  if (own.length === 0 || own.some((name) => at[name] === undefined)) return undefined
  return own.reduce((number, name) => number * sizeOf(axes, name) + fromStart(at[name], axes, name), 0)
}

const fromStart = (place: number, axes: readonly Axis[], name: string): number =>
  place < 0 ? place + sizeOf(axes, name) : place
