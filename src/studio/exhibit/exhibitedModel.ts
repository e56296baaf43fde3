// A model that travels inside a page: its folder with weights in eight bits, and the parts of the program that it needs.

import type { Family } from './families.ts'

/** The file of the folder whose weights are in eight bits. */
export const weightsName = 'model.safetensors'

/** The kind of tokenizer: characters, none for what reads no text, or any other. */
type TokenizerKind = 'characters' | 'none' | 'other'

/** The things told of the model beside its folder. */
export interface ExhibitedFacts {
  readonly name: string
  /** The number of steps that it has taken. */
  readonly step: number
  readonly family: Family
  readonly tokenizer: TokenizerKind
  /** The parts of the program that it needs, of those that not every model does (tools/exhibits.ts names them by their files). */
  readonly parts: readonly string[]
}

export interface ExhibitedModel extends ExhibitedFacts {
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}
