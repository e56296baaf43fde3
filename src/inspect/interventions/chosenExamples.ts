// The examples that an ablation reads: some of many, evenly over all, filled up to one shape, so that one program runs all of them.

import { bucketedBatches } from '../../data/bucketed.ts'
import { type Examples, lengthsOf } from '../../data/examples.ts'

/** An example, filled up to the shape of all, with its lengths before that. */
export interface ChosenExample {
  readonly inputs: Readonly<Record<string, ArrayLike<number>>>
  readonly lengths: Readonly<Record<string, number>>
}

/** The examples that are read, evenly over all, and the shape in which all of them fit. */
export function chosenExamples({
  examples,
  most = 16,
}: {
  readonly examples: Examples
  readonly most?: number | undefined
}): {
  readonly shape: Readonly<Record<string, number>>
  readonly all: readonly ChosenExample[]
} {
  const count = Math.min(examples.count, most)
  if (count === 0) throw new Error('ablate: there are no examples. Give at least one.')
  const numbers = Array.from({ length: count }, (_, i) => Math.floor((i * examples.count) / count))
  const lengths = numbers.map(lengthsOf(examples))
  const axes = new Set(lengths.flatMap((each) => Object.keys(each)))
  const sizes = Object.fromEntries([...axes].map((axis) => [axis, Math.max(...lengths.map((each) => each[axis]))]))
  const shape = { ...sizes, batch: 1 }
  const own: Examples = {
    ...examples,
    count,
    lengths: (i) => lengths[i],
    row: (i, epoch) => examples.row(numbers[i], epoch),
  }
  const batches = [...bucketedBatches(own, { batch: 1, seed: 0, shapes: [shape] }).evaluation()]
  return { shape, all: batches.map(({ inputs }, i) => ({ inputs, lengths: lengths[i] })) }
}
