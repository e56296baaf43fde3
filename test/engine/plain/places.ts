// Places on axes, and where they lie.

/** Every place on axes of these sizes, the last running fastest. */
export function placesOf(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  )
}

/** Σ place · strides. */
export function offsetOf(place: readonly number[], strides: readonly number[]): number {
  let offset = 0
  for (let axis = 0; axis < place.length; axis++) offset += place[axis] * strides[axis]
  return offset
}

/** The offset of every place, the last axis running fastest. */
export const offsetsOf = (sizes: readonly number[], strides: readonly number[]): number[] =>
  sizes.reduce<number[]>(
    (offsets, size, axis) =>
      offsets.flatMap((offset) => Array.from({ length: size }, (_, i) => offset + i * strides[axis])),
    [0],
  )

/** Sets `place` to every place in turn on those axes that `runs`; on the others it stays where it is. */
export function forPlaces(
  place: number[],
  sizes: readonly number[],
  runs: readonly boolean[],
  body: () => void,
  axis = 0,
): void {
  if (axis === sizes.length) body()
  else if (!runs[axis]) forPlaces(place, sizes, runs, body, axis + 1)
  else
    for (let i = 0; i < sizes[axis]; i++) {
      place[axis] = i
      forPlaces(place, sizes, runs, body, axis + 1)
    }
}

/** The cells of one operand, from its beginning on. */
export type Cells = Float32Array | Float64Array
