// How a model reads its stream: the last norm, the unembedding, and the biases of both.
//
//   logits = ((r − mean r) · s ⊙ gain + shift) · W_U + b_U        s: one number for each position, 1/√(…)
//
// A classifier reads one position, that of its class token. What it does there can be done at every other: so its logits, one for
// each class, stand at all positions too, and those at the one that it reads are what it says. One that reads several (the class token
// and the mean of the patches; two tokens) says nothing at a single one: its logits stand for all positions together.

import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import { Node } from '../../tensor/node.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { lastNamed } from '../paths.ts'
import { isNumber, isWeight, numberOf, sides } from './forms.ts'
import { type FoundNorm, normOf } from './norms.ts'
import { lastState } from './states.ts'

/** The axis of what a model says: tokens of its vocabulary, or classes. */
export type AnswerAxis = 'vocab' | 'class'

/** The answers of a model: a number for each token or class, at every position; or, where it reads several at once, for all together. */
export interface Answers {
  /** The address of what it says; of a classifier that value stands at the one position that it reads. */
  readonly address: string
  readonly node: Node
  readonly axis: AnswerAxis
  /** The one position at which a classifier reads its stream; none of a model that says something at each. */
  readonly readAt?: number
  /** True of a classifier that reads several positions: its answers have no axis "position". */
  readonly isOfAll?: boolean
}

/** A readout, taken apart. */
export interface Readout {
  readonly logits: Node
  readonly axis: AnswerAxis
  /** The one position at which a classifier reads its stream. */
  readonly readAt?: number
  /** The stream that is read, before the norm. */
  readonly stream: Node
  readonly norm: FoundNorm | undefined
  /** W_U, a weight along "vocab" or "class", and "model"; the logits have it times `factor`. */
  readonly unembedding: Node
  readonly factor: number
  /** b_U */
  readonly bias: Node | undefined
}

/** The logits of a pass. Throws for a model that gives none over a vocabulary. */
export function logitsOf(names: Names, asker: string): Answers {
  const found = tokenLogits(names)
  if (found) return found
  const ends = ['classes', 'pooled', 'output'].flatMap(
    (end) => [...names.values.keys()].findLast((path) => path.split('.').at(-1) === end) ?? [],
  )
  throw new Error(
    `${asker}: the model has no logits over a vocabulary, it ends with "${ends[0] ?? [...names.values.keys()].at(-1)}". Give one that says which tokens it expects: a decoder, a translator, or one that fills in masked tokens.`,
  )
}

/** The logits over a vocabulary; undefined for a model that has none. */
function tokenLogits(names: Names): Answers | undefined {
  const found = lastNamed(names, 'logits')
  if (!found || !hasAxis(found.node.axes, 'vocab') || !hasAxis(found.node.axes, 'position')) return undefined
  return { address: found.path, node: found.node, axis: 'vocab' }
}

/** The answers of a pass, of tokens or of classes. Throws for a model that says neither, and where an edit stands in place of the stream. */
export function answersOf(names: Names, asker: string): Answers {
  const found = answersIn(names)
  if (found) return found
  const classes = lastNamed(names, 'classes')
  if (!classes) return logitsOf(names, asker)
  throw new Error(
    `${asker}: ${classes.path} is not made of the stream any more: an edit stands in its place. Leave the edit out, or look at the stream itself, with read or explain.`,
  )
}

/** As `answersOf`, where they are asked for at single positions. Throws also for a classifier that reads several at once. */
export function answersAtPositions(names: Names, asker: string): Answers {
  const found = answersOf(names, asker)
  if (!found.isOfAll) return found
  throw new Error(
    `${asker}: ${found.address} is no matter of one position: the model reads several at once. Look at all of them, with lens, attribute or patch.`,
  )
}

/** Throws for a position that is asked about in a model that reads several at once. */
export function checkNoPosition(asker: string, position: number | undefined): void {
  if (position === undefined) return
  throw new Error(
    `${asker}: position ${position} is asked about, but the model reads several at once, so that no single one says anything. Leave the position out.`,
  )
}

/** As `answersOf`; undefined where that throws. */
export function answersIn(names: Names): Answers | undefined {
  const own = tokenLogits(names)
  if (own) return own
  const found = lastNamed(names, 'classes')
  if (!found || !hasAxis(found.node.axes, 'class')) return undefined
  const { path: address, node } = found
  const reads = graphOf([node]).filter((each) => readPlace(each) !== undefined && hasAxis(each.inputs[0].axes, 'model'))
  const [read, ...more] = reads
  const readAt = read && readPlace(read)
  const everywhere = readAt !== undefined && more.length === 0 ? atEveryPosition(node, read) : undefined
  if (everywhere) return { address, node: everywhere, axis: 'class', ...(readAt !== undefined && { readAt }) }
  const last = lastState(names)
  return last && graphOf([node]).includes(last) ? { address, node, axis: 'class', isOfAll: true } : undefined
}

/** A value that is made of one position, made of each; undefined where it is no matter of single positions. `read`: where one is read. */
function atEveryPosition(value: Node, read: Node): Node | undefined {
  const [states] = read.inputs
  const position = states.axes.filter(({ name }) => name === 'position')
  let isPossible = true
  const made = new Rewriting((node, inputs) => {
    if (node === read) return states
    if (inputs.every((input, i) => input === node.inputs[i])) return node
    isPossible &&= ['apply', 'dot', 'rename'].includes(node.operation.kind) && !hasAxis(node.axes, 'position')
    const [batch, ...rest] = node.axes
    return new Node(node.operation, inputs, [batch, ...position, ...rest])
  }).of(value)
  return isPossible ? made : undefined
}

/** The place at which one position of the stream is read; undefined for what is no such reading. */
function readPlace({ operation, inputs: [, place] }: Node): number | undefined {
  if (operation.kind !== 'gather' || operation.axis !== 'position') return undefined
  return place.operation.kind === 'constant' ? place.operation.value : undefined
}

/**
 * The readout of a pass.
 *
 * Throws where anything else than a norm, a product and biases stands between the stream and the logits.
 */
export function readoutOf(names: Names, asker: string): Readout {
  const { address, node, readAt } = answersAtPositions(names, asker)
  const found = readoutIn(node)
  if (found) return { ...found, ...(readAt !== undefined && { readAt }) }
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
  const axis: AnswerAxis = hasAxis(logits.axes, 'class') ? 'class' : 'vocab'
  return { logits, axis, stream: norm?.input ?? read, norm, unembedding, factor: factor ? numberOf(factor) : 1, bias }
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
