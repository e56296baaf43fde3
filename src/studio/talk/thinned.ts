// What is remembered of a run that goes on for hours: all of what is recent, less of what is long ago.

/** The entries where there are no more than `most`; of more, every second one of the older half goes. The first and the last stay. */
export function thinned<Entry>(entries: readonly Entry[], most: number): readonly Entry[] {
  if (entries.length <= most) return entries
  return entries.filter((_, i) => i > entries.length / 2 || i % 2 === 0)
}

/** The most looks at heads, and samples for the diary, that are kept. */
export const mostGlances = 100
