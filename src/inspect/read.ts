// Reading values of a forward pass: any of them, by address, without a change to the model.
//
//   const seen = await read({ model, engine, inputs: { ids }, addresses: ['blocks.0.attention.pattern', 'blocks.0.output'] })
//
// A value that has an address is made an output of the program. For one that lies inside a fused kernel the engine runs the
// definition instead; nothing else changes, so looking does not change what is seen, rounding aside.

import type { Edit } from '../edit/edit.ts'
import { checkAddresses } from '../edit/editedModel.ts'
import { type Engine, type Program, runWith, type Values } from '../engine/engine.ts'
import { givenOf, type InputValues, sizesOfValues } from '../model/inputValues.ts'
import type { AnyModel } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import type { AxisSizes } from '../model/reads.ts'
import { type Address, addressText } from '../tensor/address.ts'
import { cells } from '../tensor/axes.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { placed } from '../tensor/placed.ts'
import { addressesIn } from './asked.ts'
import { namesWithEdits } from './editedPass.ts'

/**
 * The addresses of all values that one example gives, with the axes that they have then: `{ position: 12 }` for a text of so many
 * tokens. Weights, which no example gives, can be read by their paths too.
 */
export const readableValues = (model: AnyModel, sizes: AxisSizes = {}): Map<string, Node> =>
  new Map([...passOf(model, sizes).names.values].filter(([, { operation }]) => operation.kind !== 'parameter'))

/** The values that are read: addresses, which may say places and have stars, of a model that may be edited. */
export interface ReadSettings {
  readonly model: AnyModel
  readonly engine: Engine
  readonly addresses: readonly (Address | string)[]
  readonly edits?: readonly Edit[] | undefined
  /** The most bytes that all values together may have; 1 GiB if not given. */
  readonly limit?: number | undefined
}

/**
 * Reads values of the forward pass over one example, by address. At places, `blocks.3.attention.pattern {head: 0, position: -1}`,
 * no more is computed than is needed for these, and the value lacks their axes.
 *
 * - `inputs`: the values that the model reads: `{ ids }` of a text, with `{ source }` for an encoder, or whatever it declares
 * - `addresses`: `blocks.0.attention.pattern`, `blocks.*.output`, `logits {position: -1}`, …; a weight's path is one too
 * - `edits`: the replacements; values are read as they are with all edits done
 *
 * Gives each value under its address as `addressText` writes it, with the block's number in place of a star; one example is no
 * batch, so that the value has no axis "batch". Throws for an address that is not there, naming the nearest, and before anything runs
 * where the values would have more bytes than `limit`.
 */
export async function read({
  model,
  engine,
  addresses,
  edits,
  limit,
  inputs,
}: ReadSettings & { readonly inputs: InputValues }): Promise<Map<string, Values>> {
  const sizes = sizesOfValues('read', model.reads, inputs)
  const optional = Object.keys(givenOf(inputs))
  const reader = new Reader({ model, engine, addresses, edits, limit, sizes, optional })
  try {
    return await reader.read(inputs)
  } finally {
    await reader.close()
  }
}

/** Reads as `read` does, for many examples of the same size: compiles once. */
export class Reader {
  readonly #settings: ReadSettings
  readonly #names: Names
  /** The values that are asked for, with the address of each. */
  readonly #wanted: ReadonlyMap<string, Address>
  #program: Promise<Program> | undefined

  /**
   * - `sizes`: those of the examples: `{ position: 12 }`; `optional`: what they bring that the model does without too
   *
   * Throws for an address that is not there; the message names the nearest.
   */
  constructor({
    sizes,
    optional = [],
    ...settings
  }: ReadSettings & { readonly sizes: AxisSizes; readonly optional?: readonly string[] }) {
    const { model, addresses, edits } = settings
    this.#settings = settings
    this.#names = passOf(model, sizes, optional).names
    const wanted = addressesIn(this.#names, addresses, 'read')
    checkBytes(
      wanted.map((address) => valueAt(this.#names, address)),
      settings.limit,
    )
    this.#wanted = new Map(wanted.map((address) => [addressText(address), address]))
    checkAddresses(this.#names.values, edits ?? [])
  }

  /** The values that one example gives, by address. */
  async read(inputs: InputValues): Promise<Map<string, Values>> {
    sizesOfValues('read', this.#settings.model.reads, inputs)
    this.#program ??= this.#compile()
    const program = await this.#program
    await runWith(program, givenOf(inputs))
    const values = new Map<string, Values>()
    for (const address of this.#wanted.keys()) values.set(address, withoutBatch(await program.read(address)))
    return values
  }

  /** Gives back its program, which also goes when nobody can reach the reader any more; another is made when it reads again. */
  async close(): Promise<void> {
    const program = this.#program
    this.#program = undefined
    await (await program)?.close()
  }

  async #compile(): Promise<Program> {
    const names = await namesWithEdits(this.#names, this.#settings, 'read')
    const outputs = Object.fromEntries([...this.#wanted].map(([text, address]) => [text, valueAt(names, address)]))
    return this.#settings.engine.compile({ outputs, names })
  }
}

const valueAt = (names: Names, { path, at = {} }: Address): Node => placed(names.valueAt(path), at)

/** One example is no batch: its values have no axis of that name. */
export const withoutBatch = ({ axes, data }: Values): Values => ({
  axes: axes.filter(({ name, size }) => name !== 'batch' || size > 1),
  data,
})

/** The most bytes that values may have where nothing else is said. */
export const usualLimit = 2 ** 30

/** Throws where values would have more bytes than is allowed. */
export function checkBytes(values: readonly Node[], limit = usualLimit): void {
  const bytes = values.reduce((sum, { axes }) => sum + 4 * cells(axes), 0)
  if (bytes <= limit) return
  throw new Error(
    `read: ${values.length === 1 ? 'the value has' : `the ${values.length} values have`} ${amountOf(bytes)}, but the limit is ${amountOf(limit)}. Ask for places, such as blocks.3.attention.pattern {head: 0}, or raise the limit.`,
  )
}

/** `640 bytes`, `1.5 MB` */
export const amountOf = (bytes: number): string =>
  bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
