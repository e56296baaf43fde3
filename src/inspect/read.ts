// Reading values of a forward pass: any of them, by address, without a change to the model.
//
//   const seen = await read({ model, engine, ids, addresses: ['blocks.0.attention.pattern', 'blocks.0.output'] })
//
// A value that has an address is made an output of the program. For one that lies inside a fused kernel the engine runs the
// definition instead; nothing else changes, so looking does not change what is seen, rounding aside.

import type { Engine, Program, Values } from '../engine/engine.ts'
import type { LanguageModel } from '../model/language.ts'
import { nearest } from '../tensor/axes.ts'
import { namedValues } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { input } from '../tensor/primitives.ts'

/** The addresses of all values that can be read, with the axes that they have for a text of so many positions. */
export function readableValues(model: LanguageModel, positions: number): Map<string, Node> {
  checkLength(positions, model.config.context)
  const ids = input('ids', { batch: 1, position: positions }, { below: model.config.vocab })
  const values = namedValues([model.logits(ids)])
  return new Map([...values].filter(([, { operation }]) => operation.kind !== 'parameter'))
}

/**
 * Reads values of the forward pass over one text, by address.
 *
 * - `ids`: the text's tokens, at most the model's context
 * - `addresses`: `blocks.0.attention.pattern`, `logits`, …
 *
 * Throws for an address that is not there; the message names the nearest.
 */
export async function read({
  model,
  engine,
  ids,
  addresses,
}: {
  model: LanguageModel
  engine: Engine
  ids: ArrayLike<number>
  addresses: readonly string[]
}): Promise<Map<string, Values>> {
  const reader = await createReader({ model, engine, positions: ids.length, addresses })
  return reader(ids)
}

/** As `read`, for many texts of the same length: compiles once. */
export async function createReader({
  model,
  engine,
  positions,
  addresses,
}: {
  model: LanguageModel
  engine: Engine
  positions: number
  addresses: readonly string[]
}): Promise<(ids: ArrayLike<number>) => Promise<Map<string, Values>>> {
  const known = readableValues(model, positions)
  const outputs = Object.fromEntries(addresses.map((address) => [address, find(address, known)]))
  const program = await engine.compile({ outputs })
  return async (ids) => {
    await program.run({ ids })
    return readAll(program, addresses)
  }
}

async function readAll(program: Program, addresses: readonly string[]): Promise<Map<string, Values>> {
  const values = new Map<string, Values>()
  for (const address of addresses) values.set(address, await program.read(address))
  return values
}

function find(address: string, known: ReadonlyMap<string, Node>): Node {
  const found = known.get(address)
  if (found) return found
  const meant = nearest(address, [...known.keys()])
  throw new Error(`read: there is no value "${address}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`)
}

function checkLength(positions: number, context: number): void {
  if (positions >= 1 && positions <= context) return
  const text = positions === 0 ? 'is empty' : `has ${positions} tokens`
  throw new Error(
    `read: the text ${text}, but the model looks at 1 to ${context} tokens at once. Give ${positions === 0 ? 'a longer one' : 'a part of it'}.`,
  )
}
