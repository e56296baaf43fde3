// The three steps of an attention at one position: what every head asks, who answers, and what is brought.

import { sizeOf } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { isWeight } from '../stream/forms.ts'
import { vectorLength } from '../stream/vectors.ts'
import {
  entropyOfShares,
  headAxes,
  largestShares,
  numbersPerHead,
  outputWeights,
  valuesOfHeads,
  written,
} from './headVectors.ts'
import {
  addressesOf,
  effectOfPart,
  type JourneySight,
  numbersHere,
  productsOf,
  stepEffect,
  weightPathsIn,
} from './journeySight.ts'
import type { AttentionNodes } from './route.ts'
import type { AnswerStep, AskStep, BringStep, MovedSource } from './steps.ts'

/** The facts of a step besides those that all steps have; `value`: the node of what it makes. */
export type OwnFacts<S> = Omit<S, 'number' | 'part' | 'layer' | 'before' | 'after' | 'cosine' | 'address' | 'numbers'>

/** The questions of every head. */
export function askFacts(sight: JourneySight, part: string, { query, isAcross }: AttentionNodes): OwnFacts<AskStep> {
  return {
    kind: 'ask',
    isAcross,
    addresses: [...addressesOf(sight, [query]), ...weightPathsIn(sight, `${part}.query`, `${part}.queryNorm`)],
    products: productsOf(sight, part, 'query'),
    width: sizeOf(query.axes, 'key'),
    heads: numbersPerHead(numbersHere(sight, query), ['key']).map((numbers, head) => ({
      head,
      norm: vectorLength(numbers),
    })),
  }
}

/** The sources that answer every head. */
export function answerFacts(
  sight: JourneySight,
  part: string,
  { scores, pattern, query, key, isAcross }: AttentionNodes,
  [before, sum]: readonly [Node, Node],
): OwnFacts<AnswerStep> {
  const heads = numbersPerHead(numbersHere(sight, pattern), ['source'])
  const ids = sourceIds(sight, isAcross)
  const effect = stepEffect(sight, part, before, sum)
  return {
    kind: 'answer',
    isAcross,
    addresses: addressesOf(sight, [pattern, scores, query, key]),
    products: productsOf(sight, part, 'scores'),
    sources: sizeOf(pattern.axes, 'source'),
    seen: seenSources(scores ? numbersPerHead(numbersHere(sight, scores), ['source']) : heads, scores ? -Infinity : 0),
    heads: heads.map((shares, head) => ({
      head,
      sources: largestShares(shares, ids, sight.most.sources),
      entropy: entropyOfShares(shares),
    })),
    ...(effect && { effect }),
  }
}

/** The number of sources at which some head may look: those whose number is above that of what is hidden. */
const seenSources = (heads: readonly Float32Array[], hidden: number): number =>
  heads[0].filter((_, source) => heads.some((numbers) => numbers[source] > hidden)).length

/** The values that every head brings, and what they become by W_O. */
export function bringFacts(
  sight: JourneySight,
  part: string,
  attention: AttentionNodes,
  [before, sum]: readonly [Node, Node],
): OwnFacts<BringStep> {
  const { mixed, value, output, pattern, isAcross } = attention
  const heads = mixedHeads(sight, attention)
  const effect = stepEffect(sight, part, before, sum)
  return {
    kind: 'bring',
    isAcross,
    addresses: [
      ...addressesOf(sight, [output, mixed, value, pattern]),
      ...weightPathsIn(sight, `${part}.value`, `${part}.output`),
    ],
    products: productsOf(sight, part, 'mixed', 'output'),
    norm: vectorLength(numbersHere(sight, output).data),
    heads: heads.map(({ head, norm, sources }) => {
      const own = effectOfPart(sight, part, 'head', head)
      return { head, norm, sources, ...(own !== undefined && { effect: own }) }
    }),
    ...(effect && { effect }),
  }
}

/** A head's part of what is brought. `moves`: what a source alone would write, if it had the whole share. */
export interface MixedHead {
  readonly head: number
  readonly norm: number
  readonly sources: readonly MovedSource[]
  moves(source: number): Float64Array
}

/** The heads of an attention with what they bring. */
export function mixedHeads(
  sight: JourneySight,
  { mixed, value, pattern, product, isAcross }: AttentionNodes,
): MixedHead[] {
  const weights = product && outputWeights(numbersHere(sight, product.weight), product.factor)
  const values = valuesOfHeads(numbersHere(sight, value), headAxes(mixed.axes))
  const shares = numbersPerHead(numbersHere(sight, pattern), ['source'])
  const ids = sourceIds(sight, isAcross)
  return numbersPerHead(numbersHere(sight, mixed), ['value']).map((numbers, head) => {
    const moves = (source: number): Float64Array => written(values[head](source), weights?.[head])
    return {
      head,
      norm: vectorLength(written(numbers, weights?.[head])),
      moves,
      // Of heads that nobody asks for none are computed.
      get sources() {
        return largestShares(shares[head], ids, sight.most.sources).map((each) => ({
          ...each,
          moved: each.share * vectorLength(moves(each.source)),
        }))
      },
    }
  })
}

/** The ids of the sources: those of the text itself, or of the encoder's; none where what is read has no ids. */
const sourceIds = ({ ids, source }: JourneySight, isAcross: boolean): ArrayLike<number> =>
  isAcross ? (source ?? []) : ids

/** The nodes of an attention that are read at the position, and those of which all positions are. */
export function nodesOfAttention({ query, scores, pattern, mixed, output, value, product, scale }: AttentionNodes): {
  readonly here: readonly Node[]
  readonly whole: readonly Node[]
} {
  const weight = product && isWeight(product.weight) ? [product.weight] : []
  const optional = [scores, scale].filter((node) => node !== undefined)
  return { here: [query, ...optional, pattern, mixed, output, ...weight], whole: [value] }
}
