// How a model reads its stream: the last norm, the unembedding, and the biases of both.
//
//   logits = ((r − mean r) · s ⊙ gain + shift) · W_U + b_U        s: one number for each position, 1/√(…)

import { hasAxis } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { isNumber, isWeight, numberOf, sides } from './forms.ts'
import { type FoundNorm, normOf } from './norms.ts'

/** A readout, taken apart. */
export interface Readout {
  readonly logits: Node
  /** The stream that is read, before the norm. */
  readonly stream: Node
  readonly norm: FoundNorm | undefined
  /** W_U, a weight along "vocab" and "model"; the logits have it times `factor`. */
  readonly unembedding: Node
  readonly factor: number
  /** b_U */
  readonly bias: Node | undefined
}

/** The logits of a pass. Throws for a model that gives none over a vocabulary. */
export function logitsOf(names: Names, asker: string): { readonly address: string; readonly node: Node } {
  const [address, node] = [...names.values].findLast(([path]) => /(^|\.)logits$/.test(path)) ?? []
  if (address !== undefined && node !== undefined && hasAxis(node.axes, 'vocab') && hasAxis(node.axes, 'position'))
    return { address, node }
  const ends = ['classes', 'pooled', 'output'].flatMap(
    (end) => [...names.values.keys()].findLast((path) => path.split('.').at(-1) === end) ?? [],
  )
  throw new Error(
    `${asker}: the model has no logits over a vocabulary, it ends with "${ends[0] ?? [...names.values.keys()].at(-1)}". Give one that says which tokens it expects: a decoder, a translator, or one that fills in masked tokens.`,
  )
}

/**
 * The readout of a pass.
 *
 * Throws where anything else than a norm, a product and biases stands between the stream and the logits.
 */
export function readoutOf(names: Names, asker: string): Readout {
  const { address, node } = logitsOf(names, asker)
  const found = readoutIn(node)
  if (found) return found
  throw new Error(
    `${asker}: ${address} is no product of the stream and an unembedding, so that it cannot be divided among the parts. Leave edits of it out, or look at the stream itself.`,
  )
}

/** The readout that gives these logits; undefined where anything else stands between the stream and them. */
export function readoutIn(logits: Node): Readout | undefined {
  const [biased, bias] = sides(logits, 'add', isWeight) ?? [logits]
  const [product, factor] = sides(biased, 'multiply', isNumber) ?? [biased]
  const [read, unembedding] = dotSides(product) ?? []
  if (!read || !unembedding) return undefined
  const norm = normOf(read)
  return { logits, stream: norm?.input ?? read, norm, unembedding, factor: factor ? numberOf(factor) : 1, bias }
}

/** The stream as the unembedding reads it, behind the last norm; undefined where the logits are no product with a weight. */
export function readIn(logits: Node): Node | undefined {
  const [biased] = sides(logits, 'add', isWeight) ?? [logits]
  const [product] = sides(biased, 'multiply', isNumber) ?? [biased]
  return dotSides(product)?.[0]
}

/** The two sides of a product along "model" with a weight, which is the second. */
function dotSides({ operation, inputs }: Node): readonly [Node, Node] | undefined {
  if (operation.kind !== 'dot' || operation.over.join() !== 'model') return undefined
  const [a, b] = inputs
  return isWeight(b) ? [a, b] : isWeight(a) ? [b, a] : undefined
}
