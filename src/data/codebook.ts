// A codebook: a tokenizer of vectors. A vector, be it a patch of a picture or a few frames of a sound, becomes the number of the
// nearest of a few hundred vectors, its code; so whatever is made of vectors can be written token by token, as a text is.
//
// Where there are no more different vectors than codes, each is a code of its own and nothing is lost (the 2×2 patches of a picture
// in black and white are 16). Otherwise codes are k-means' (codebookOf.ts).

/** Codes of vectors of one width. Ids run from 0 to size − 1. */
export class Codebook {
  readonly width: number
  readonly size: number
  /** The vectors of all codes, one after the other. */
  readonly vectors: Float32Array
  readonly #order: ByLength

  /** Throws for vectors that are none of this width, and for numbers that are not finite; `place`: their file's name. */
  constructor(vectors: ArrayLike<number>, width: number, place = 'codebook') {
    this.vectors = checkedVectors(vectors, width, place)
    this.width = width
    this.size = vectors.length / width
    this.#order = byLength(this.vectors, width)
  }

  /** The id of each vector's nearest code; of two that are as near, the lower. Throws for numbers that are not finite. */
  encode(vectors: ArrayLike<number>): Int32Array {
    const { width } = this
    checkWhole(vectors, width)
    checkFinite(vectors, width)
    const ids = new Int32Array(vectors.length / width)
    for (let i = 0; i < ids.length; i++) ids[i] = nearestCode(this.vectors, this.#order, vectors, i * width).id
    return ids
  }

  /** The vectors of ids, one after the other. Throws for an id that no code has. */
  decode(ids: ArrayLike<number>): Float32Array {
    const { width, size } = this
    const vectors = new Float32Array(ids.length * width)
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]
      if (!Number.isInteger(id) || id < 0 || id >= size)
        throw new Error(
          `codebook: id ${id} is outside of it (0..${size - 1}). The model and the codebook may not belong together.`,
        )
      vectors.set(this.vectors.subarray(id * width, (id + 1) * width), i * width)
    }
    return vectors
  }

  /** The mean of the squared differences between the numbers of these vectors and those of their codes. */
  error(vectors: ArrayLike<number>): number {
    const { width } = this
    checkWhole(vectors, width)
    let sum = 0
    for (let at = 0; at < vectors.length; at += width)
      sum += nearestCode(this.vectors, this.#order, vectors, at).distance
    return sum / vectors.length
  }
}

/** Vectors of a width, copied. Throws where there is none, and for numbers that are not finite. */
export function checkedVectors(vectors: ArrayLike<number>, width: number, place = 'codebook'): Float32Array {
  const count = vectors.length / width
  if (!Number.isSafeInteger(width) || width < 1 || !Number.isSafeInteger(count) || count < 1)
    throw new Error(
      `${place}: ${vectors.length} numbers are no vectors of ${width} numbers each. Give whole ones, at least one.`,
    )
  checkFinite(vectors, width, place)
  return Float32Array.from(vectors)
}

/** Codes in the order of their lengths: two vectors are no nearer to each other than their lengths are. */
export interface ByLength {
  readonly width: number
  readonly ids: Int32Array
  readonly lengths: Float64Array
}

export function byLength(vectors: Float32Array, width: number): ByLength {
  const length = (id: number): number => {
    let sum = 0
    for (let i = id * width; i < (id + 1) * width; i++) sum += vectors[i] * vectors[i]
    return Math.sqrt(sum)
  }
  const all = Float64Array.from({ length: vectors.length / width }, (_, id) => length(id))
  const ids = Int32Array.from(all.keys()).sort((a, b) => all[a] - all[b] || a - b)
  return { width, ids, lengths: Float64Array.from(ids, (id) => all[id]) }
}

/** The share of a vector's length by which it may be wrong, being a sum of rounded squares. */
const slack = 1e-9

/**
 * The code that is nearest to the vector at `at`, and the square of their distance. The search begins with the code whose length is
 * nearest to the vector's and goes both ways from there, until lengths alone are farther away than the best.
 */
export function nearestCode(
  codes: Float32Array,
  { width, ids, lengths }: ByLength,
  vectors: ArrayLike<number>,
  at: number,
): { readonly id: number; readonly distance: number } {
  let sum = 0
  for (let i = 0; i < width; i++) sum += vectors[at + i] * vectors[at + i]
  const length = Math.sqrt(sum)
  const doubt = slack * (length + 1)
  let above = firstFrom(lengths, length)
  let below = above - 1
  let [id, distance] = [-1, Infinity]
  while (true) {
    const up = above < ids.length ? lengths[above] - length : Infinity
    const down = below >= 0 ? length - lengths[below] : Infinity
    const gap = Math.min(up, down) - doubt
    if (gap === Infinity || (gap > 0 && gap * gap > distance)) break
    const code = up <= down ? ids[above++] : ids[below--]
    let difference = 0
    for (let i = 0, from = code * width; i < width && difference <= distance; i++) {
      const step = vectors[at + i] - codes[from + i]
      difference += step * step
    }
    if (difference < distance || (difference === distance && code < id)) [id, distance] = [code, difference]
  }
  return { id, distance }
}

/** The first place whose number is at least this. */
function firstFrom(sorted: Float64Array, least: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < least) low = middle + 1
    else high = middle
  }
  return low
}

function checkWhole(vectors: ArrayLike<number>, width: number): void {
  if (vectors.length % width !== 0)
    throw new Error(`codebook: ${vectors.length} numbers are no vectors of ${width} numbers each. Give whole ones.`)
}

function checkFinite(vectors: ArrayLike<number>, width: number, place = 'codebook'): void {
  for (let i = 0; i < vectors.length; i++)
    if (!Number.isFinite(vectors[i]))
      throw new Error(
        `${place}: vector ${Math.floor(i / width)} has ${vectors[i]} in it; every number must be finite. Mend it, or leave it out.`,
      )
}
