// The tokens at both ends of a circuit: the rows that embed them, and those that the stream is compared with at the end.
//
//   OV   W_E · W_V W_O · W_U       the token that is looked at → the tokens that this raises
//   QK   W_E · W_Q W_Kᵀ · W_Eᵀ     the token that asks → the tokens that it looks at
//
// With the last norm folded in, W_O is read as that norm reads it: without its mean where the norm takes that away, and times the gain.
// Across, an encoder's tokens are looked at, and a decoder's ask.

import type { Engine } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { centre, scale } from '../alongAxis.ts'
import { passOfOne } from '../passOfOne.ts'
import { isNumber, isWeight, numberOf, sides } from '../stream/forms.ts'
import { normOf } from '../stream/norms.ts'
import { type Readout, readoutOf } from '../stream/readout.ts'
import { streamStates } from '../stream/states.ts'
import { FactoredMatrix } from './factored.ts'
import { type Basis, type HeadWeights, ovOf, qkOf } from './headWeights.ts'
import type { Matrix } from './matrix.ts'
import { held, heldValues, unnamed } from './reading.ts'

/** A row of the stream's numbers for every token: a weight along "vocab" and "model", times a factor. */
export interface TokenRows {
  readonly node: Node
  readonly factor: number
  readonly address: string
  /** The number of tokens. */
  readonly size: number
}

/** The tokens that a model reads, and those that it says. */
export interface Vocabulary {
  /** By the input that they stand for: `ids`, `source`. */
  readonly embeddings: ReadonlyMap<string, TokenRows>
  /** Undefined where the logits are no product with the stream; `problem` says why. */
  readonly unembedding: TokenRows | undefined
  readonly problem: Error | undefined
  /** The address of the unembedding's bias. */
  readonly bias: string | undefined
  /** W_O, or anything else that is written (any × model), as the unembedding reads it. */
  readonly asRead: (written: Matrix) => Matrix
}

/** A factored matrix between the tokens of its two ends. */
export interface TokenCircuit {
  readonly rows: TokenRows
  readonly columns: TokenRows
  readonly matrix: FactoredMatrix
}

/** True if the tokens at both ends are the same, or at least as many of the same stream's: tables that have eigenvalues. */
export function isSquare({ rows, columns, matrix }: TokenCircuit): boolean {
  return rows.size === columns.size && matrix.left.rows === widthOf(rows) && matrix.right.columns === widthOf(columns)
}

const widthOf = ({ node }: TokenRows): number => (hasAxis(node.axes, 'model') ? sizeOf(node.axes, 'model') : 0)

/** The tokens of a model. Throws where a row of theirs has a number that is NaN or infinite. */
export async function vocabularyOf(model: AnyModel, engine: Engine, basis: Basis = 'raw'): Promise<Vocabulary> {
  const { ends, names } = passOfOne(model)
  const { readout, problem } = readoutFrom(names)
  const norm = basis === 'folded' ? readout?.norm : undefined
  const gain = await held({ engine, names }, norm?.gain)
  const embeddings = tokenRowsOf(ends, names)
  const unembedding = readout && rowsOf(readout.unembedding, readout.factor, names)
  const tables = new Set([...embeddings.values(), ...(unembedding ? [unembedding] : [])].map(({ node }) => node))
  for (const node of tables) await heldValues({ engine, names }, node)
  return {
    embeddings,
    unembedding,
    problem,
    bias: readout?.bias && names.addressOf(readout.bias),
    asRead: (written) => (norm ? readBy(written, gain, norm.isCentred) : written),
  }
}

/** The tokens at both ends of a head's OV circuit; undefined where it does not write to the logits, or reads no tokens. */
export function ovThrough(vocabulary: Vocabulary, head: HeadWeights): TokenCircuit | undefined {
  const rows = lookedAt(vocabulary, head)
  const { unembedding: columns } = vocabulary
  if (!rows || !columns || head.part === 'encoder') return undefined
  const { left, right } = ovOf(head)
  return { rows, columns, matrix: new FactoredMatrix(left, vocabulary.asRead(right)) }
}

/** The tokens at both ends of a head's QK circuit; undefined where it reads no tokens. */
export function qkThrough(vocabulary: Vocabulary, head: HeadWeights): TokenCircuit | undefined {
  const columns = lookedAt(vocabulary, head)
  const rows = head.part === 'cross' ? vocabulary.embeddings.get('ids') : columns
  return rows && columns && { rows, columns, matrix: qkOf(head) }
}

/** The tokens whose stream a head looks at. */
function lookedAt({ embeddings }: Vocabulary, { part }: HeadWeights): TokenRows | undefined {
  return embeddings.get(part === 'encoder' || part === 'cross' ? 'source' : 'ids')
}

/** The rows that tokens are looked up in, by the name of the input that has their ids. */
export function tokenRowsOf(ends: readonly Node[], names: Names): Map<string, TokenRows> {
  const found = new Map<string, TokenRows>()
  const graph = graphOf(ends)
  for (const node of graph) {
    const { operation, inputs } = node
    if (operation.kind !== 'gather' || operation.axis !== 'vocab' || !isWeight(inputs[0])) continue
    const ids = unnamed(inputs[1])
    if (ids.operation.kind !== 'input') continue
    const times = graph.map((each) => sides(each, 'multiply', isNumber)).find((both) => both?.[0] === node)
    found.set(ids.operation.name, rowsOf(inputs[0], times ? numberOf(times[1]) : 1, names))
  }
  return found
}

const rowsOf = (node: Node, factor: number, names: Names): TokenRows => ({
  node,
  factor,
  address: names.addressOf(node) ?? '',
  size: sizeOf(node.axes, 'vocab'),
})

/** The readout of the stream, where the logits are one. */
function readoutFrom(names: Names): { readout?: Readout; problem?: Error } {
  try {
    const readout = readoutOf(names, 'circuits')
    const states = streamStates(names, 'circuits')
    const last = states[states.length - 1].node
    if (readout.stream === last || normOf(last)?.input === readout.stream) return { readout }
    return {
      problem: new Error(
        'circuits: between the last block and the logits stands a layer of its own, so that no head writes to the logits by weights alone. Ask for QK, or for a model that unembeds its stream.',
      ),
    }
  } catch (problem) {
    return { problem: problem instanceof Error ? problem : new Error(String(problem)) }
  }
}

/** Rows as a norm reads them, but for the one number of each position. */
function readBy({ rows, columns, data }: Matrix, gain: Float64Array | undefined, isCentred: boolean): Matrix {
  const read = data.slice()
  const axes = [
    { name: 'row', size: rows },
    { name: 'model', size: columns },
  ]
  if (isCentred) centre(axes, read, 'model')
  if (gain) scale(axes, read, 'model', gain)
  return { rows, columns, data: read }
}

/** Throws where a model reads no tokens, or as many numbers for each as the stream does not have. */
export function checkTokens({ embeddings }: Vocabulary, width: number | undefined): void {
  if (embeddings.size === 0)
    throw new Error('circuits: the model reads no tokens, so that there are no tables of them. Leave --tokens out.')
  if (width === undefined) return
  for (const { node, address } of embeddings.values())
    if (!hasAxis(node.axes, 'model') || sizeOf(node.axes, 'model') !== width)
      throw new Error(
        `circuits: ${address} has ${hasAxis(node.axes, 'model') ? sizeOf(node.axes, 'model') : 'no'} numbers for each token where the stream has ${width}, so that tokens are no rows of the stream.`,
      )
}
