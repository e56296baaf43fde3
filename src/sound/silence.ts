// Silence: where nobody speaks, at the ends of a recording or all through it.

import type { Sound } from './sound.ts'

/** The amplitude from which something is to be heard. */
const audible = 0.005

/** The seconds that stay before what is heard, and behind it. */
const before = 0.025
const behind = 0.05

/** True for a sound in which nothing is to be heard. */
export const isSilent = ({ samples }: Sound): boolean => samples.every((sample) => Math.abs(sample) < audible)

/** The sound from a little before the first that is heard until a little after the last; nothing of one that is silent. */
export function withoutSilentEnds({ rate, samples }: Sound): Sound {
  const isHeard = (sample: number): boolean => Math.abs(sample) >= audible
  const first = samples.findIndex(isHeard)
  if (first < 0) return { rate, samples: samples.subarray(0, 0) }
  const last = samples.findLastIndex(isHeard)
  return {
    rate,
    samples: samples.slice(Math.max(0, first - Math.round(before * rate)), last + 1 + Math.round(behind * rate)),
  }
}
