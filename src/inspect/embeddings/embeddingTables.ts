// The tables that a model keeps of its tokens: those that it looks them up in, and the one that it compares its last state with.
//
// They are found in the graph, whatever the architecture: a look-up along "vocab" by one of the model's inputs, the weight of the
// readout, and any other weight along "vocab" and one axis more. In many models both are one table (Press and Wolf 2017, "Using the output embedding …").

import type { Engine } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { type Names, parametersOf } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { didYouMean } from '../../text/spelling.ts'
import { tokenRowsOf } from '../circuits/vocabulary.ts'
import { passOfOne } from '../passOfOne.ts'
import { logitsOf, readoutIn } from '../stream/readout.ts'
import { TokenVectors } from './tokenVectors.ts'

/** A table of tokens in a model. */
export interface EmbeddingTable {
  /** The address of its weight: `embedding.token`. */
  readonly address: string
  /** The inputs whose ids are looked up in it: `ids`, `source`. */
  readonly inputs: readonly string[]
  /** True if the logits are products with it. */
  readonly isUnembedding: boolean
  /** The number of its rows, and of the numbers in each. */
  readonly count: number
  readonly width: number
}

/** The tables of a model's tokens, those that are looked up in first. Throws for a model that reads no tokens. */
export function embeddingTables(model: AnyModel): EmbeddingTable[] {
  return foundTables(model).map(({ table }) => table)
}

/**
 * The vectors that a model keeps of its tokens, as they stand in the weight, whatever they are multiplied with.
 *
 * - `address`: the weight of the table; the first of `embeddingTables` if not given
 *
 * Throws for an address that is no such table, naming those there are.
 */
export async function readEmbedding({
  model,
  engine,
  address,
}: {
  readonly model: AnyModel
  readonly engine: Engine
  readonly address?: string | undefined
}): Promise<{
  readonly table: EmbeddingTable
  /** The other tables of the model. */
  readonly others: readonly EmbeddingTable[]
  readonly vectors: TokenVectors
}> {
  const tables = foundTables(model)
  const known = tables.map(({ table }) => table.address)
  const found = address === undefined ? tables[0] : tables[known.indexOf(address)]
  if (!found)
    throw new Error(
      `embeddings: "${address}" is no table of tokens.${didYouMean(address ?? '', known)} There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}.`,
    )
  const { table, node } = found
  const held = await engine.get(node)
  const { count, width } = table
  const data = node.axes[0].name === 'vocab' ? held : turned(held, width, count)
  const others = tables.flatMap((other) => (other === found ? [] : [other.table]))
  return { table, others, vectors: new TokenVectors({ count, width, data }) }
}

interface FoundTable {
  readonly table: EmbeddingTable
  readonly node: Node
}

function foundTables(model: AnyModel): FoundTable[] {
  const { ends, names } = passOfOne(model)
  const inputsOf = new Map<Node, string[]>()
  for (const [input, { node }] of tokenRowsOf(ends, names)) inputsOf.set(node, [...(inputsOf.get(node) ?? []), input])
  const unembedding = unembeddingIn(names)
  // Word vectors are trained beside a second table, of contexts, that no forward pass looks anything up in.
  const paths = new Map([...parametersOf(model)].map(([path, node]) => [node, path]))
  const nodes = [...new Set([...inputsOf.keys(), ...(unembedding ? [unembedding] : []), ...paths.keys()])]
  const found = nodes.flatMap((node): FoundTable[] => {
    const { axes } = node
    const across = axes.find(({ name }) => name !== 'vocab')
    if (axes.length !== 2 || !hasAxis(axes, 'vocab') || !across) return []
    const table = {
      address: paths.get(node) ?? names.addressOf(node) ?? '',
      inputs: inputsOf.get(node) ?? [],
      isUnembedding: node === unembedding,
      count: sizeOf(axes, 'vocab'),
      width: across.size,
    }
    return [{ table, node }]
  })
  if (found.length === 0) throw new Error('embeddings: the model keeps no table of tokens. Give one that reads tokens.')
  return found
}

/** The weight that the last state is compared with; undefined where there are no logits, or they are no such product. */
function unembeddingIn(names: Names): Node | undefined {
  const isEnd = [...names.values.keys()].some((path) => /(^|\.)logits$/.test(path))
  return isEnd ? readoutIn(logitsOf(names, 'embeddings').node)?.unembedding : undefined
}

/** A matrix of so many rows, turned. */
function turned(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = data[i * columns + j]
  return result
}
