// The places of a text that heads are looked for at: the token before, the same token, what followed it. Found once for a text, for all
// heads that are scored on it.
//
//   previous    j = i − 1
//   duplicate   x_j = x_i, j < i          tokens like this one, earlier
//   induction   x_{j−1} = x_i, j ≤ i      what followed tokens like this one

/** The kinds of places. */
export type PlaceKind = 'previous' | 'duplicate' | 'induction'

export const placeKinds: readonly PlaceKind[] = ['previous', 'duplicate', 'induction']

/** For each position of a text the sources of one kind, in order. */
export type PlacesOf = readonly Int32Array[]

/** The places of each kind in a text. */
export function textPlaces(ids: ArrayLike<number>): Readonly<Record<PlaceKind, PlacesOf>> {
  const seen = new Map<number, number[]>()
  const earlier = Array.from({ length: ids.length }, (_, i) => {
    const all = seen.get(ids[i]) ?? []
    seen.set(ids[i], all)
    const before = Int32Array.from(all)
    all.push(i)
    return before
  })
  return {
    previous: earlier.map((_, i) => (i === 0 ? new Int32Array() : Int32Array.of(i - 1))),
    duplicate: earlier,
    induction: earlier.map((own) => own.map((j) => j + 1)),
  }
}
