// The codec of a run, in its folder beside the tokenizer: what kind it is, and its codes to the bit. loadCodec.ts reads it.
//
//   codec.json           { "kind": "picture", "width": 28, … }
//   codec.safetensors    vectors (codes, numbers of each)

import type { Codec } from '../data/codec.ts'
import { writeSafetensors } from './safetensors.ts'
import { codecNames } from './savedNames.ts'
import { bytesFile, jsonFile, type SavedFile } from './saveWeights.ts'

const [description, codes] = codecNames

/** The files that keep a codec. */
export function codecFiles(codec: Codec): SavedFile[] {
  const { vectors, size, width } = codec.codebook
  const tensors = new Map([['vectors', { shape: [size, width], data: vectors }]])
  return [jsonFile(description, codec.toJSON()), bytesFile(codes, ...writeSafetensors(tensors))]
}
