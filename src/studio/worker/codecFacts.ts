// The codes of a model that draws or speaks, as the page shows them.

import type { Codec } from '../../data/codec.ts'
import type { CodecFacts } from '../talk/codecFacts.ts'

export function codecFacts(codec: Codec): CodecFacts {
  const { codebook } = codec
  const vectors = codebook.decode(Int32Array.from({ length: codebook.size }, (_, id) => id))
  if (codec.kind === 'picture') {
    const { patch, channels } = codec.layout
    // Clamped bytes are rounded.
    return {
      kind: 'picture',
      grid: codec.grid,
      patch,
      channels,
      codes: Uint8Array.from(Uint8ClampedArray.from(vectors)),
    }
  }
  const { frames, mels } = codec.layout
  let [least, most] = [Infinity, -Infinity]
  for (const value of vectors) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const codes = vectors.map((value) => (value - least) / (most - least || 1))
  return { kind: 'speech', secondsEach: codec.secondsEach, frames, mels, codes }
}
