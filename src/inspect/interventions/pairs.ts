// Pairs of texts that line up: what a patch takes from one and puts into the other.

import { type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { AxisSizes } from '../../model/reads.ts'
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
): AxisSizes {
  if (pairs.length === 0) throw new Error(`${asker}: there are no pairs. Give at least one clean and one corrupt text.`)
  const all = pairs.map(({ clean, corrupt }, i) => {
    const sizes = sizesOfValues(`${asker}: clean`, model.reads, clean)
    const others = sizesOfValues(`${asker}: corrupt`, model.reads, corrupt)
    const axis = Object.keys(sizes).find((each) => sizes[each] !== others[each])
    if (axis !== undefined)
      throw new Error(
        `${asker}: the clean text of pair ${i} has ${sizes[axis]} tokens along "${axis}", the corrupt one ${others[axis]}. ${firstApart(clean, corrupt, axis)} Give texts of as many tokens.`,
      )
    return sizes
  })
  for (const [i, sizes] of all.entries())
    for (const [axis, size] of Object.entries(sizes))
      if (size !== all[0][axis])
        throw new Error(
          `${asker}: the texts of pair ${i} have ${size} tokens along "${axis}", those of pair 0 have ${all[0][axis]}. Give pairs of one length.`,
        )
  return all[0]
}

/** The first token that does not line up, in words. */
function firstApart(clean: InputValues, corrupt: InputValues, axis: string): string {
  const name = axis === 'source' ? 'source' : 'ids'
  const [one, other] = [clean, corrupt].map((inputs) => Array.from(inputs[name] ?? []))
  const at = Array.from({ length: Math.max(one.length, other.length) }).findIndex((_, i) => one[i] !== other[i])
  const said = (ids: readonly number[]): string => (at < ids.length ? `id ${ids[at]}` : 'its end')
  return `The first that does not line up is token ${at}: ${said(one)} in the clean one, ${said(other)} in the corrupt one.`
}
