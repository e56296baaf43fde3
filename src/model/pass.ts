// A forward pass to look into: any model over one text, and over its source where it has one.

import type { Node } from '../tensor/node.ts'
import { type Pass, trace } from '../tensor/pass.ts'
import { input } from '../tensor/primitives.ts'
import type { AnyModel } from './language.ts'
import { memoryOf, readsSource } from './language.ts'

/** What a pass runs over: how many tokens the text has, and its source. */
export interface PassSizes {
  readonly positions: number
  /** For models with an encoder of their own. */
  readonly sources?: number | undefined
}

/** The text of a pass: ids, and those of its source. */
export interface PassText {
  readonly ids: ArrayLike<number>
  readonly source?: ArrayLike<number> | undefined
}

export const sizesOf = ({ ids, source }: PassText): PassSizes => ({ positions: ids.length, sources: source?.length })

/** What a program over a text is given: the inputs `ids` and `source` of a pass. */
export const inputsOf = ({ ids, source }: PassText): Record<string, ArrayLike<number>> =>
  source ? { ids, source } : { ids }

/**
 * A pass of a model: what comes out at its end, as a graph with the inputs `ids` and, for models with an encoder, `source`, and
 * the names of all values on the way.
 *
 * Throws for a text that is empty or too long, and where a source is missing or has no place to go.
 */
export const passOf = (model: AnyModel, sizes: PassSizes): Pass<Node[]> => trace(model, () => endsOf(model, sizes))

function endsOf(model: AnyModel, { positions, sources }: PassSizes): Node[] {
  const { vocab, context } = model.config
  checkLength('text', positions, context)
  const ids = input('ids', { batch: 1, position: positions }, { below: vocab })
  if (readsSource(model)) {
    if (sources === undefined)
      throw new Error('read: the model looks at a source, but none was given. Give its ids too.')
    checkLength('source', sources, context)
    const source = input('source', { batch: 1, position: sources }, { below: model.config.sourceVocab })
    return [model.logits(ids, { memory: memoryOf(model.encode(source)) })]
  }
  if (sources !== undefined) throw new Error('read: a source was given, but the model looks at none. Leave it out.')
  if ('logits' in model) return [model.logits(ids)]
  if ('classes' in model) return [model.classes(ids)]
  return [model.states(ids)]
}

function checkLength(what: string, positions: number, context: number): void {
  if (positions >= 1 && positions <= context) return
  const text = positions === 0 ? 'is empty' : `has ${positions} tokens`
  throw new Error(
    `read: the ${what} ${text}, but the model looks at 1 to ${context} tokens at once. Give ${positions === 0 ? 'a longer one' : 'a part of it'}.`,
  )
}
