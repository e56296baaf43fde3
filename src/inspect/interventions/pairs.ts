// Pairs of texts that line up: what a patch takes from one and puts into the other.

import { type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { LogitMetric, MetricTokens } from './metric.ts'

/** Two texts of one length, in which the same things stand at the same positions. */
export interface PatchPair {
  readonly clean: InputValues
  readonly corrupt: InputValues
  /** The tokens that this pair is about, if not those of all. */
  readonly metric?: MetricTokens | undefined
}

/** The way of a patch: values of the clean text put into the corrupt one (denoising), or the other way (noising). */
export type PatchDirection = 'denoising' | 'noising'

/** The pairs that an instrument looks at, and what it measures. */
export interface Paired {
  readonly pairs: readonly PatchPair[]
  readonly metric: LogitMetric
  /** Denoising if not given. */
  readonly direction?: PatchDirection | undefined
}

/** The text that is patched, and the one that values come from. */
export const wayOf = (
  { clean, corrupt }: PatchPair,
  direction: PatchDirection = 'denoising',
): { readonly base: InputValues; readonly other: InputValues } =>
  direction === 'denoising' ? { base: corrupt, other: clean } : { base: clean, other: corrupt }

/** The sizes of all texts. Throws where there are none, or of several lengths. `asker`: who asks, for messages. */
export function sizesOfPairs(
  { model, pairs }: { readonly model: AnyModel; readonly pairs: readonly PatchPair[] },
  asker: string,
): Readonly<Record<string, number>> {
  if (pairs.length === 0) throw new Error(`${asker}: there are no pairs. Give at least one clean and one corrupt text.`)
  const all = pairs.flatMap(({ clean, corrupt }) => [
    sizesOfValues(`${asker}: clean`, model.reads, clean),
    sizesOfValues(`${asker}: corrupt`, model.reads, corrupt),
  ])
  for (const [i, sizes] of all.entries())
    for (const [axis, size] of Object.entries(sizes))
      if (size !== all[0][axis])
        throw new Error(
          `${asker}: the ${i % 2 === 0 ? 'clean' : 'corrupt'} text of pair ${Math.floor(i / 2)} has ${size} tokens along "${axis}", the first text has ${all[0][axis]}: from token ${Math.min(size, all[0][axis])} on they do not line up. Give texts of one length.`,
        )
  return all[0]
}
