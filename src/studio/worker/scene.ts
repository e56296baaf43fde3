// A scene as instruments take it: the model, what it is given, and what is changed in it.

import type { Looking } from '../../inspect/editedPass.ts'
import { sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { textLimits } from '../../model/reads.ts'
import type { Node } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { openingOf, openingOfNone } from '../../text/opening.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { tokenText } from '../../text/tokenText.ts'
import type { Scene, TokenList } from '../talk/questions.ts'
import type { Shown } from './workshop.ts'

export interface OpenScene {
  readonly looking: Looking
  readonly tokenizer: Tokenizer
  readonly ids: Int32Array
  /** The number of tokens at the beginning that the model cannot see any more. */
  readonly skipped: number
  /** The ids that an encoder reads. */
  readonly source?: Int32Array
}

/** The scene in the model that is shown. Throws for a text that the model cannot read. */
export function openScene({ engine, model, tokenizer }: Shown, { text, source, edits }: Scene): OpenScene {
  const { context } = textLimits('look', model)
  const all = idsOf(model, tokenizer, text)
  const ids = all.slice(-context)
  const sources =
    model.kind === 'encoder-decoder' ? tokenizer.encode(source, { special: true }).slice(0, context) : undefined
  return {
    looking: { model, engine, edits, inputs: { ids, ...(sources && { source: sources }) } },
    tokenizer,
    ids,
    skipped: all.length - ids.length,
    ...(sources && { source: sources }),
  }
}

/** A pass of the model over the scene, without edits: what can be looked at. */
export function passOver({ looking: { model, inputs } }: OpenScene): Pass<Node[]> {
  return passOf(model, sizesOfValues('look', model.reads, inputs))
}

export const rowOf = (tokenizer: Tokenizer, ids: Int32Array): TokenList => ({
  ids: [...ids],
  tokens: Array.from(ids, (id) => tokenText(tokenizer, id)),
})

function idsOf(model: AnyModel, tokenizer: Tokenizer, text: string): Int32Array {
  if (model.kind === 'decoder') return text === '' ? openingOfNone(tokenizer) : openingOf(tokenizer, text)
  if (model.kind !== 'encoder-decoder') return tokenizer.encode(text, { special: true })
  const { begin, pad } = tokenizer.special
  const start = begin ?? pad
  if (start === undefined) throw new Error('look: the tokenizer has no token that begins a target. Open another run.')
  return Int32Array.of(start, ...tokenizer.encode(text))
}
