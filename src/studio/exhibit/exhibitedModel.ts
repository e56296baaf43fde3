// A model that travels inside a page: its folder with weights in eight bits, and the parts of the program that it needs.

import type { Blueprint } from '../../checkpoint/blueprint.ts'
import { CharacterTokenizer } from '../../text/characters.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { type Family, familyOf } from './families.ts'

/** The file of the folder whose weights are in eight bits. */
export const weightsName = 'model.safetensors'

/** The kind of tokenizer: characters, none for what reads no text, or any other. */
type TokenizerKind = 'characters' | 'none' | 'other'

/** The things told of the model beside its folder. */
export interface ExhibitedFacts {
  readonly name: string
  readonly family: Family
  readonly tokenizer: TokenizerKind
  /** The parts of the program that it needs, of those that not every model does (tools/exhibits.ts names them by their files). */
  readonly parts: readonly string[]
}

export interface ExhibitedModel extends ExhibitedFacts {
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/** The facts of a model. Throws for one that cannot be exhibited. */
export function exhibitedFacts(name: string, blueprint: Blueprint, tokenizer: Tokenizer): ExhibitedFacts {
  const { architecture, sizes } = blueprint
  const family = familyOf(architecture.name)
  const { hasColours = false } = architecture
  const kind = hasColours ? 'none' : tokenizer instanceof CharacterTokenizer ? 'characters' : 'other'
  const parts = [
    family,
    ...(kind === 'other' ? ['tokenizers'] : []),
    ...(hasColours ? ['loadColours'] : []),
    ...(!hasColours && sizes['sourceVocab'] !== undefined ? ['loadCodec'] : []),
    ...(sizes['mel'] === undefined ? [] : ['featureExtractor']),
  ]
  return { name, family, tokenizer: kind, parts }
}
