// Making a codebook of vectors: all of them, where they are few; otherwise by k-means.
//
//   begin    k-means++: each further code is one of the vectors, the likelier the farther it is from all codes so far
//   repeat   every vector goes to its nearest code; every code becomes the mean of its vectors
//
// Lloyd 1982, "Least squares quantization in PCM"; Arthur and Vassilvitskii 2007, "k-means++". Draws are made by the seed, so equal
// vectors give equal codebooks.

import { shuffled, uniforms } from '../text/random.ts'
import { byLength, Codebook, checkedVectors, nearestCode } from './codebook.ts'

export interface CodebookOptions {
  /** The number of numbers in a vector. */
  readonly width: number
  /** The most codes. */
  readonly codes: number
  readonly seed: number
  /** The most vectors that k-means looks at, drawn from all; 20,000 if not given. */
  readonly most?: number
  /** The most rounds of k-means; it ends before where nothing changes. 25 if not given. */
  readonly rounds?: number
}

/**
 * A codebook of vectors that stand one after the other. Its codes are in the order of their numbers, the first number first.
 *
 * Throws where there is no vector, and for numbers that are not finite.
 */
export function codebookOf(vectors: ArrayLike<number>, options: CodebookOptions): Codebook {
  const { width, codes, seed, most = 20_000, rounds = 25 } = options
  for (const [name, value] of Object.entries({ width, codes, most, rounds }))
    if (!Number.isSafeInteger(value) || value < 1)
      throw new Error(`codebook: ${name} is ${value}. Give a whole number from 1.`)
  const all = checkedVectors(vectors, width)
  const few = different(all, width, codes) ?? means(drawn(all, { width, most, seed }), { width, codes, seed, rounds })
  return new Codebook(inOrder(few, width), width)
}

/** The different vectors, where they are no more than so many. */
function different(all: Float32Array, width: number, most: number): Float32Array | undefined {
  const bits = new Uint32Array(all.buffer)
  const places: number[] = []
  const known = new Map<number, number[]>()
  const isSame = (one: number, other: number): boolean => {
    for (let i = 0; i < width; i++) if (all[one + i] !== all[other + i]) return false
    return true
  }
  for (let at = 0; at + width <= all.length; at += width) {
    let hash = 0x811c9dc5
    // −0 is 0.
    for (let i = at; i < at + width; i++) hash = Math.imul(hash ^ (all[i] === 0 ? 0 : bits[i]), 0x01000193)
    const alike = known.get(hash)
    if (alike?.some((place) => isSame(place, at))) continue
    if (places.length === most) return undefined
    places.push(at)
    if (alike) alike.push(at)
    else known.set(hash, [at])
  }
  return rowsAt(all, places, width)
}

/** As many of the vectors as are looked at, each once, in the order in which they are drawn. */
function drawn(
  all: Float32Array,
  { width, most, seed }: { readonly width: number; readonly most: number; readonly seed: number },
): Float32Array {
  const count = Math.floor(all.length / width)
  if (count <= most) return all
  const places = Array.from({ length: most }, (_, i) => shuffled(i, count, seed, 0) * width)
  return rowsAt(all, places, width)
}

function rowsAt(all: Float32Array, places: readonly number[], width: number): Float32Array {
  const rows = new Float32Array(places.length * width)
  for (const [i, place] of places.entries()) rows.set(all.subarray(place, place + width), i * width)
  return rows
}

interface Means {
  readonly width: number
  readonly codes: number
  readonly seed: number
  readonly rounds: number
}

function means(vectors: Float32Array, { width, codes: count, seed, rounds }: Means): Float32Array {
  const codes = beginning(vectors, { width, codes: count, seed })
  const own = new Int32Array(vectors.length / width).fill(-1)
  const distances = new Float64Array(own.length)
  for (let round = 0; round < rounds; round++) {
    const order = byLength(codes, width)
    let changed = 0
    for (let i = 0; i < own.length; i++) {
      const { id, distance } = nearestCode(codes, order, vectors, i * width)
      if (id !== own[i]) changed++
      own[i] = id
      distances[i] = distance
    }
    if (changed === 0) break
    moveToMeans(codes, vectors, width, { own, distances })
  }
  return codes
}

/** Moves codes to the means of their vectors; one that has none goes to the vector that is farthest from its code. */
function moveToMeans(
  codes: Float32Array,
  vectors: Float32Array,
  width: number,
  { own, distances }: { readonly own: Int32Array; readonly distances: Float64Array },
): void {
  const sums = new Float64Array(codes.length)
  const counts = new Int32Array(codes.length / width)
  for (let i = 0; i < own.length; i++) {
    counts[own[i]]++
    for (let j = 0; j < width; j++) sums[own[i] * width + j] += vectors[i * width + j]
  }
  for (let code = 0; code < counts.length; code++) {
    const at = code * width
    if (counts[code] > 0) for (let j = 0; j < width; j++) codes[at + j] = sums[at + j] / counts[code]
    else {
      const farthest = distances.reduce((best, distance, i) => (distance > distances[best] ? i : best), 0)
      codes.set(vectors.subarray(farthest * width, (farthest + 1) * width), at)
      distances[farthest] = 0
    }
  }
}

/** The codes to begin with. */
function beginning(
  vectors: Float32Array,
  { width, codes: count, seed }: { readonly width: number; readonly codes: number; readonly seed: number },
): Float32Array {
  const draw = uniforms(seed, 1, 0)
  const all = vectors.length / width
  const codes = new Float32Array(count * width)
  const distances = new Float64Array(all).fill(Infinity)
  let next = Math.floor(draw() * all)
  for (let code = 0; code < count; code++) {
    codes.set(vectors.subarray(next * width, (next + 1) * width), code * width)
    let sum = 0
    for (let i = 0; i < all; i++) {
      let distance = 0
      for (let j = 0; j < width && distance < distances[i]; j++) {
        const step = vectors[i * width + j] - codes[code * width + j]
        distance += step * step
      }
      if (distance < distances[i]) distances[i] = distance
      sum += distances[i]
    }
    next = drawnBy(distances, draw() * sum)
  }
  return codes
}

/** The vector at which the running sum of these weights first exceeds a number. */
function drawnBy(weights: Float64Array, at: number): number {
  let sum = 0
  let last = 0
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] > 0) last = i
    sum += weights[i]
    if (sum > at) return i
  }
  return last
}

function inOrder(vectors: Float32Array, width: number): Float32Array {
  const places = Array.from({ length: vectors.length / width }, (_, i) => i * width)
  places.sort((a, b) => {
    for (let j = 0; j < width; j++) if (vectors[a + j] !== vectors[b + j]) return vectors[a + j] - vectors[b + j]
    return 0
  })
  return rowsAt(vectors, places, width)
}
