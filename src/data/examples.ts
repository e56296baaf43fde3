// Examples: what batches are made of, before anything is padded.
//
// An example is a row of every input of a batch: what stands along an axis that is padded (the ids of a sentence), a single
// number (its label), or a block that is always as large (the numbers of a picture). Its lengths say what shape it fits in.

/** One input of a batch, as one example sees it. */
export interface Field {
  /** The axis besides `batch` along which its rows lie, if there is one. */
  readonly axis?: string
  /** Further axes, which are always as long: `{ down: 8, across: 8 }`. */
  readonly sizes?: Readonly<Record<string, number>>
  /** True where its cells are numbers as they are; ids, and other whole numbers, if not given. */
  readonly holds?: 'numbers'
  /** The numbers that stand where no example has anything to say: in padding, and in rows that fill up a batch. */
  readonly fill: number
}

/** The lengths of an example on each axis that is padded: `{ position: 12, source: 9 }`. */
export type Lengths = Readonly<Record<string, number>>

/** A row of each input. */
export type Row = Readonly<Record<string, ArrayLike<number> | number>>

export interface Examples {
  readonly count: number
  readonly fields: Readonly<Record<string, Field>>
  /** The lengths of an example by its number; or those of all examples, where they are the same. */
  readonly lengths: Lengths | ((example: number) => Lengths)

  /**
   * The rows of an example. A pure function of its arguments, though some examples look different in every epoch (other
   * tokens are masked).
   *
   * - `epoch`: counted from 0; −1 in an evaluation
   */
  row(example: number, epoch: number): Row
}

/** A function that gives the lengths of any example. */
export function lengthsOf({ lengths }: Examples): (example: number) => Lengths {
  return typeof lengths === 'function' ? lengths : () => lengths
}

/** A row that is nobody's still has a length: attention that may look nowhere has no pattern, and gives no number. */
export const emptyLength = 1

/** The fields of what every kind of example has at the positions: ids, and how many of them are real. */
export function idFields(pad: number): { readonly ids: Field; readonly lengths: Field } {
  return { ids: { axis: 'position', fill: pad }, lengths: { fill: emptyLength } }
}
