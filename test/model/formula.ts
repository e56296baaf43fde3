// Weights that are a formula of their names, as tools/transformers_model.py has them in Python: models can be compared without
// storing what they are made of. Multiples of 1/64 between −1 and 1, norms around 1; the same in any precision.

import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { cellCount, type WeightAxes } from '../../src/checkpoint/rearrange.ts'
import type { StoredTensor } from '../../src/checkpoint/safetensors.ts'
import { fromCheckpoint, type Weights } from '../../src/checkpoint/weights.ts'
import { tensorPlans, type WeightTable } from '../../src/checkpoint/weightTable.ts'

/** A name without what stands before the model's own names. */
export const bareName = (name: string): string => name.replace(/^(transformer|model|bert|vit|deit|dinov2)\./, '')

/** Numbers from −1 to 1, which depend on the name (FNV-1a) and on where they stand (murmur3's finaliser). */
export function uniform(name: string, length: number): Float64Array {
  let key = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) key = Math.imul(key ^ byte, 0x01000193)
  return Float64Array.from({ length }, (_, i) => {
    let x = (key + Math.imul(i, 0x9e3779b9)) | 0
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1
  })
}

/** The values of the weight that transformers gives this name. */
function formula(name: string, length: number, seed: string): Float32Array {
  const bare = bareName(name)
  const isNorm = /((ln_\w+|norm\w*)\.weight|lambda1)$/i.test(bare)
  const size = isNorm ? 0.5 : bare.endsWith('bias') ? 0.35 : 0.7
  return Float32Array.from(uniform(`${seed}/${bare}`, length), (value) => {
    return Math.floor(64 * ((isNorm ? 1 : 0) + size * value) + 0.5) / 64
  })
}

/** The formula's weights for a model. */
export function formulaWeights(model: object, table: WeightTable, seed: string): Weights {
  const sizes: ReadonlyMap<string, WeightAxes> = weightSizes(model)
  const tensors = tensorPlans(sizes, table).map(({ name, shape }): [string, StoredTensor] => {
    return [name, { shape, data: formula(name, cellCount(shape), seed) }]
  })
  return fromCheckpoint({ tensors: new Map(tensors), others: new Map() }, table, sizes, seed)
}
