// The tokenizer of a model that reads no text.

import { noTemplate } from './special.ts'
import { outside, type Tokenizer } from './tokenizer.ts'

const none = (): never => {
  throw new Error('tokenizer: this model reads no text. Give it what it reads.')
}

/** A tokenizer without a piece: a text is an error, and so is every id. */
export const noText: Tokenizer = {
  size: 0,
  special: {},
  template: noTemplate,
  encode: none,
  decode(ids) {
    if (ids.length > 0) throw outside(ids[0], 0)
    return ''
  },
  piece(id) {
    throw outside(id, 0)
  },
  isSpecial: () => false,
  stream: none,
  toJSON: none,
}
