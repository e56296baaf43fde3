// Reading values of a forward pass: any of them, by address, without a change to the model.
//
//   const seen = await read({ model, engine, ids, addresses: ['blocks.0.attention.pattern', 'blocks.0.output'] })
//
// A value that has an address is made an output of the program. For one that lies inside a fused kernel the engine runs the
// definition instead; nothing else changes, so looking does not change what is seen, rounding aside.

import type { Engine, Program, Values } from '../engine/engine.ts'
import { type AnyModel, readsSource } from '../model/language.ts'
import { namedValues, unknownAddress } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { checkIds } from '../text/ids.ts'
import { inputsOf, type PassSizes, type PassText, passOf, sizesOf } from './pass.ts'

/** The addresses of all values that can be read, with the axes that they have for a text (and a source) of so many tokens. */
export function readableValues(model: AnyModel, sizes: PassSizes): Map<string, Node> {
  const values = namedValues(passOf(model, sizes))
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
  const program = await compileReading({ model, engine, addresses, ...sizesOf(text) })
  try {
    return await readAll({ program, model, addresses }, text)
  } finally {
    await program.close()
  }
}

/** As `read`, for many texts of the same length: compiles once. What it has is given back when nobody can reach it any more. */
export async function createReader({
  addresses,
  ...settings
}: PassSizes & {
  model: AnyModel
  engine: Engine
  addresses: readonly string[]
}): Promise<(text: PassText) => Promise<Map<string, Values>>> {
  const program = await compileReading({ addresses, ...settings })
  return (text) => readAll({ program, model: settings.model, addresses }, text)
}

async function compileReading({
  model,
  engine,
  addresses,
  ...sizes
}: PassSizes & { model: AnyModel; engine: Engine; addresses: readonly string[] }): Promise<Program> {
  const known = readableValues(model, sizes)
  return engine.compile({ outputs: Object.fromEntries(addresses.map((address) => [address, find(address, known)])) })
}

async function readAll(
  { program, model, addresses }: { program: Program; model: AnyModel; addresses: readonly string[] },
  text: PassText,
): Promise<Map<string, Values>> {
  checkIds('read: the text', text.ids, model.config.vocab)
  if (text.source && readsSource(model)) checkIds('read: the source', text.source, model.config.sourceVocab)
  await program.run(inputsOf(text))
  const values = new Map<string, Values>()
  for (const address of addresses) values.set(address, await program.read(address))
  return values
}

function find(address: string, known: ReadonlyMap<string, Node>): Node {
  const found = known.get(address)
  if (found) return found
  throw unknownAddress(address, [...known.keys()], 'read')
}
