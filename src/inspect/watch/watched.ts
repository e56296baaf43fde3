// What is watched: each number by its labels, which stay the same from look to look, and the rows of one look.

import type { Values } from '../../engine/engine.ts'
import { type Axis, cells } from '../../tensor/axes.ts'
import type { HeadLabel } from '../circuits/headLabels.ts'

/** A thing that is watched: a number, or the numbers of a value. */
export interface Watched {
  /** `induction`, `composition-k`, `loss`, `weight-norm`; of an address `value`, `norm` or `mean`. */
  readonly score: string
  readonly unit: string
  readonly layer?: number
  readonly head?: number
  /** encoder, decoder or cross, in a model of two halves. */
  readonly part?: HeadLabel['part']
  /** Of what: a value, a tensor of weights, or a part of the model with all that is in it. Norms without one are of the whole model. */
  readonly address?: string
  readonly position?: number
  /** The head that writes and the one that reads, of composition. */
  readonly from?: HeadLabel
  readonly to?: HeadLabel
  /** The score of chance. */
  readonly baseline?: number
  /** The axes of a value; where there are none it is one number. */
  readonly axes?: readonly Axis[]
}

/** A thing that is watched, at a step. */
export interface WatchedRow extends Watched {
  /** The number of steps that were taken. */
  readonly step: number
  /** NaN where nothing could tell. */
  readonly value?: number
  /** In place of it, where a value has axes. */
  readonly values?: Values
}

/** A thing that looks at the model again and again: its programs are compiled once. */
export interface Gauge {
  readonly watched: readonly Watched[]
  /** The numbers of all that it watches, one behind the other. */
  look(): Promise<ArrayLike<number>>
  /** Remembers what a look after the next step compares with. */
  remember?(): Promise<void>
  close(): Promise<void>
}

/** The count of numbers that a thing has. */
const sizeWatched = ({ axes = [] }: Watched): number => cells(axes)

/** The count of numbers of one look. */
export const countWatched = (watched: readonly Watched[]): number =>
  watched.reduce((sum, each) => sum + sizeWatched(each), 0)

/** The rows of a look; numbers are kept in single precision. */
export function rowsOf(step: number, watched: readonly Watched[], numbers: Float32Array): WatchedRow[] {
  let at = 0
  return watched.map((each) => {
    const data = numbers.subarray(at, at + sizeWatched(each))
    at += data.length
    const { axes = [] } = each
    return { step, ...each, ...(axes.length === 0 ? { value: data[0] } : { values: { axes, data: data.slice() } }) }
  })
}

/** The numbers of the rows of a look, one behind the other. */
export const flattened = (rows: readonly WatchedRow[]): Float32Array =>
  Float32Array.from(rows.flatMap(({ value, values }) => (values ? [...values.data] : [value ?? Number.NaN])))
