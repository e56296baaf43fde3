// The vectors that the heads of a layer write of each source, in double precision, and the lengths of what positions make of them.

import type { Values } from '../../engine/engine.ts'
import { type Axis, sizeOf } from '../../tensor/axes.ts'
import { axesNamed, offsets } from '../layout.ts'
import type { AttentionPattern } from '../pattern.ts'

/** Lengths by position and source. */
export interface WeightedGrid {
  readonly axes: readonly Axis[]
  readonly data: Float64Array
}

/** One head, weighted. */
export interface WeightedHead extends WeightedGrid {
  readonly head: number
  /** A_h[i, j] · f_h(x_j) itself, by position, source and model, where it was asked for. */
  readonly vectors?: Values
}

/** The lengths of what positions make of the vectors of their sources. */
export interface WeightedLengths {
  /** The heads that were asked for. */
  readonly heads: readonly WeightedHead[]
  /** All heads of the layer together. */
  readonly together: WeightedGrid
  /** The same with the stream, and behind the norm where one stands after the sum; not of attention across, nor where nothing is added. */
  readonly withStream?: WeightedGrid
  /** For each position the part that comes from others, from 0 to 1; where `withStream` is. */
  readonly mixing?: Float64Array
}

/** The numbers of one attention. */
export interface LayerNumbers {
  /** Of all its heads. */
  readonly patterns: readonly AttentionPattern[]
  /** By source, head and value, dense; heads that share values have them each. */
  readonly values: Values
  /** W_O; undefined where values are written as they are. */
  readonly weights: Values | undefined
  /** The factor of the product of values and W_O. */
  readonly factor: number
  /** The stream that is added, by position and model. */
  readonly stream: Float32Array | undefined
  readonly norm: AfterNorm | undefined
}

/** The norm after the sum. */
interface AfterNorm {
  readonly isCentred: boolean
  readonly gain: Float32Array | undefined
  /** Its number for each position. */
  readonly factors: Float32Array
}

export class SourceVectors {
  readonly #numbers: LayerNumbers
  readonly #weights: Float32Array | undefined
  readonly #heads: number
  readonly #positions: number
  readonly #sources: number
  readonly #depth: number
  readonly #width: number

  constructor(numbers: LayerNumbers) {
    const { patterns, values, weights } = numbers
    this.#numbers = numbers
    this.#heads = patterns.length
    this.#positions = patterns[0].positions
    this.#sources = patterns[0].sources
    this.#depth = sizeOf(values.axes, 'value')
    this.#width = weights ? sizeOf(weights.axes, 'model') : this.#depth
    this.#weights = weights && inOrder(weights, ['head', 'group', 'value', 'model'])
  }

  /** The lengths, those of single heads for the heads that are wanted; with the vectors of these. */
  weighed(wanted: readonly number[], hasVectors: boolean): WeightedLengths {
    const { stream, norm } = this.#numbers
    const [positions, sources, heads] = [this.#positions, this.#sources, this.#heads]
    const grid = (): Float64Array => new Float64Array(positions * sources)
    const [together, withStream, lengths] = [grid(), grid(), wanted.map(grid)]
    const vectors = wanted.map(() => new Float32Array(hasVectors ? positions * sources * this.#width : 0))
    const own = new Float64Array(stream ? positions * this.#width : 0)
    const factorAt = (i: number): number => norm?.factors[i] ?? 1
    for (let j = 0; j < sources; j++) {
      const each = Array.from({ length: heads }, (_, head) => this.#written(head, j))
      const products = productsOf(each)
      const normed = stream && norm ? productsOf(each.map((vector) => this.#normed(vector))) : products
      for (let i = 0; i < positions; i++) {
        const cell = i * sources + j
        const shares = Float64Array.from(each, (_, head) => this.#numbers.patterns[head].shares[cell])
        together[cell] = lengthOf(shares, products)
        withStream[cell] = factorAt(i) * lengthOf(shares, normed)
        for (const [which, head] of wanted.entries()) {
          lengths[which][cell] = Math.abs(shares[head]) * Math.sqrt(products[head * heads + head])
          if (hasVectors)
            vectors[which].set(
              each[head].map((x) => shares[head] * x),
              cell * this.#width,
            )
        }
        if (i === j && stream) own.set(sumOf(each, shares), i * this.#width)
      }
    }
    const axes = [
      { name: 'position', size: positions },
      { name: 'source', size: sources },
    ]
    const model = { name: 'model', size: this.#width }
    const asked = wanted.map(
      (head, which): WeightedHead => ({
        head,
        axes,
        data: lengths[which],
        ...(hasVectors && { vectors: { axes: [...axes, model], data: vectors[which] } }),
      }),
    )
    const all = { heads: asked, together: { axes, data: together } }
    if (!stream) return all
    const mixing = new Float64Array(positions)
    for (let i = 0; i < positions; i++) {
      const kept = this.#row(own, i).map((x, at) => x + stream[i * this.#width + at])
      const [ofOthers, ofItself] = [this.#ofOthers(i), kept].map((vector) => length(this.#normed(vector)))
      withStream[i * sources + i] = factorAt(i) * ofItself
      mixing[i] = ofOthers / (ofOthers + ofItself)
    }
    return { ...all, withStream: { axes, data: withStream }, mixing }
  }

  #row(rows: Float64Array, i: number): Float64Array {
    return rows.subarray(i * this.#width, (i + 1) * this.#width)
  }

  /** f_h(x_j) */
  #written(head: number, source: number): Float64Array {
    const start = (source * this.#heads + head) * this.#depth
    return this.#projected(head, Float64Array.from(this.#numbers.values.data.subarray(start, start + this.#depth)))
  }

  /** Numbers of a head, through W_O. */
  #projected(head: number, numbers: Float64Array): Float64Array {
    const { factor } = this.#numbers
    const weights = this.#weights
    if (!weights) return numbers
    const vector = new Float64Array(this.#width)
    for (const [place, number] of numbers.entries()) {
      const from = (head * this.#depth + place) * this.#width
      for (let at = 0; at < vector.length; at++) vector[at] += factor * number * weights[from + at]
    }
    return vector
  }

  /** Σ_{j≠i} Σ_h A_h[i, j] · f_h(x_j): the values are mixed first, and then go through W_O. */
  #ofOthers(i: number): Float64Array {
    const { patterns, values } = this.#numbers
    const all = patterns.map(({ shares }, head) => {
      const mixed = new Float64Array(this.#depth)
      for (let j = 0; j < this.#sources; j++) {
        if (j === i) continue
        const share = shares[i * this.#sources + j]
        const from = (j * this.#heads + head) * this.#depth
        if (share !== 0)
          for (let place = 0; place < this.#depth; place++) mixed[place] += share * values.data[from + place]
      }
      return this.#projected(head, mixed)
    })
    return sumOf(
      all,
      all.map(() => 1),
    )
  }

  /** Behind the norm, but for its number, which is the same for the whole position. */
  #normed(vector: Float64Array): Float64Array {
    const { norm } = this.#numbers
    if (!norm) return vector
    const mean = norm.isCentred ? vector.reduce((sum, x) => sum + x, 0) / vector.length : 0
    return vector.map((x, at) => (x - mean) * (norm.gain?.[at] ?? 1))
  }
}

/** The products of vectors with one another. */
function productsOf(vectors: readonly Float64Array[]): Float64Array {
  const count = vectors.length
  const products = new Float64Array(count * count)
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      let product = 0
      for (let at = 0; at < vectors[a].length; at++) product += vectors[a][at] * vectors[b][at]
      products[a * count + b] = product
      products[b * count + a] = product
    }
  return products
}

/** ‖Σ_h share_h · vector_h‖, of the products of the vectors. */
function lengthOf(shares: ArrayLike<number>, products: Float64Array): number {
  let square = 0
  for (let a = 0; a < shares.length; a++)
    if (shares[a] !== 0)
      for (let b = 0; b < shares.length; b++) square += shares[a] * shares[b] * products[a * shares.length + b]
  return Math.sqrt(Math.max(0, square))
}

const length = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0))

function sumOf(vectors: readonly Float64Array[], factors: ArrayLike<number>): Float64Array {
  const sum = new Float64Array(vectors[0].length)
  for (const [i, vector] of vectors.entries())
    for (let at = 0; at < sum.length; at++) sum[at] += factors[i] * vector[at]
  return sum
}

/** The cells of a value, lying in the order of these axes, as far as it has them. */
function inOrder({ axes, data }: Values, order: readonly string[]): Float32Array {
  const ordered = axesNamed(axes, order)
  if (ordered.every((axis, i) => axis === axes[i])) return data
  return Float32Array.from(offsets(ordered, axes), (at) => data[at])
}
