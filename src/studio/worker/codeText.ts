// What a model writes, as a tokenizer of texts: its own tokenizer, or where it draws or speaks one whose letters are codes (talk/codeLetters.ts).

import type { Processor } from '../../checkpoint/processor.ts'
import { type Codec, edgeOf, vocabOf } from '../../data/codec.ts'
import { noTemplate } from '../../text/special.ts'
import { outside, type Tokenizer } from '../../text/tokenizer.ts'
import { codeOfLetter, letterOfCode } from '../talk/codeLetters.ts'

/** The name of the token that begins what is written, and ends it. */
const edgeName = '∎'

const known = new WeakMap<Codec, Tokenizer>()

/** The tokenizer of what a model writes. */
export function writtenTokenizer({ tokenizer, codec }: Pick<Processor, 'tokenizer' | 'codec'>): Tokenizer {
  if (!codec) return tokenizer
  const own = known.get(codec) ?? codeTokenizer(codec)
  known.set(codec, own)
  return own
}

function codeTokenizer(codec: Codec): Tokenizer {
  const [edge, size] = [edgeOf(codec), vocabOf(codec)]
  const what = codec.kind === 'picture' ? 'a patch of a picture' : 'a piece of sound'
  const piece = (id: number): string => {
    if (!(Number.isInteger(id) && id >= 0 && id < size)) throw outside(id, size)
    return id === edge ? edgeName : letterOfCode(id)
  }
  const decode = (ids: ArrayLike<number>): string =>
    Array.from(ids, piece)
      .filter((_, i) => ids[i] !== edge)
      .join('')
  return {
    size,
    special: { begin: edge, end: edge },
    template: noTemplate,
    encode: (text) =>
      Int32Array.from(text, (letter) => {
        const code = codeOfLetter(letter)
        if (code !== undefined && code < edge) return code
        throw new Error(`look: “${letter}” is not ${what}, which is all that this model writes. Let it write anew.`)
      }),
    decode,
    piece,
    isSpecial: (id) => id === edge,
    stream: () => ({ push: (id) => decode([id]), end: () => '' }),
    toJSON: () => ({}),
  }
}
