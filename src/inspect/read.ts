// Reading values of a forward pass: any of them, by address, without a change to the model.
//
//   const seen = await read({ model, engine, ids, addresses: ['blocks.0.attention.pattern', 'blocks.0.output'] })
//
// A value that has an address is made an output of the program. For one that lies inside a fused kernel the engine runs the
// definition instead; nothing else changes, so looking does not change what is seen, rounding aside.

import type { Engine, Graph, Program, Values } from '../engine/engine.ts'
import { type AnyModel, readsSource } from '../model/language.ts'
import { inputsOf, type PassSizes, type PassText, passOf, sizesOf } from '../model/pass.ts'
import { unknownAddress } from '../tensor/address.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { checkIds } from '../text/ids.ts'

/** The addresses of all values that can be read, with the axes that they have for a text (and a source) of so many tokens. */
export function readableValues(model: AnyModel, sizes: PassSizes): Map<string, Node> {
  return valuesOf(passOf(model, sizes).names)
}

/** All values with names but the weights. */
function valuesOf({ values }: Names): Map<string, Node> {
  return new Map([...values].filter(([, { operation }]) => operation.kind !== 'parameter'))
}

/**
 * Reads values of the forward pass over one text, by address.
 *
 * - `ids`: the text's tokens, at most the model's context; `source`: those that an encoder reads
 * - `addresses`: `blocks.0.attention.pattern`, `logits`, …
 *
 * Throws for an address that is not there; the message names the nearest.
 */
export async function read({
  model,
  engine,
  addresses,
  ...text
}: PassText & {
  model: AnyModel
  engine: Engine
  addresses: readonly string[]
}): Promise<Map<string, Values>> {
  const reader = new Reader({ model, engine, addresses, ...sizesOf(text) })
  try {
    return await reader.read(text)
  } finally {
    await reader.close()
  }
}

/** Reads as `read` does, for many texts of the same length: compiles once. */
export class Reader {
  readonly #model: AnyModel
  readonly #engine: Engine
  readonly #graph: Graph
  #program: Promise<Program> | undefined

  /** Throws for an address that is not there; the message names the nearest. */
  constructor({
    model,
    engine,
    addresses,
    ...sizes
  }: PassSizes & { model: AnyModel; engine: Engine; addresses: readonly string[] }) {
    const { names } = passOf(model, sizes)
    const known = valuesOf(names)
    this.#model = model
    this.#engine = engine
    this.#graph = { outputs: Object.fromEntries(addresses.map((address) => [address, find(address, known)])), names }
  }

  /** The values that one text gives, by address. */
  async read(text: PassText): Promise<Map<string, Values>> {
    const { vocab } = this.#model.config
    checkIds('read: the text', text.ids, vocab)
    if (text.source && readsSource(this.#model))
      checkIds('read: the source', text.source, this.#model.config.sourceVocab)
    this.#program ??= this.#engine.compile(this.#graph)
    const program = await this.#program
    await program.run(inputsOf(text))
    const values = new Map<string, Values>()
    for (const address of Object.keys(this.#graph.outputs)) values.set(address, await program.read(address))
    return values
  }

  /** Gives back its program, which also goes when nobody can reach the reader any more; another is made when it reads again. */
  async close(): Promise<void> {
    const program = this.#program
    this.#program = undefined
    await (await program)?.close()
  }
}

function find(address: string, known: ReadonlyMap<string, Node>): Node {
  const found = known.get(address)
  if (found) return found
  throw unknownAddress(address, [...known.keys()], 'read')
}
