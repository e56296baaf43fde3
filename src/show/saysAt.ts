// Where a model's answers belong in what it reads: at a position, or after it.

import type { ModelKind } from '../model/language.ts'

/** The model that answers, for words about where. */
export interface SaidThere {
  /** That of the model: a classifier names a class of what it reads. */
  readonly kind?: ModelKind | undefined
  /** True where positions are called by what is written at them: `1·2`, the row and column of a patch, of a picture that the model draws. */
  readonly isNamedByWritten?: boolean | undefined
}

/** True for a model that says what a position is: a class, the token that stands there, the code that is written there. Others say what comes after it. */
export const saysAt = ({ kind, isNamedByWritten }: SaidThere): boolean =>
  isNamedByWritten === true || kind === 'classifier' || kind === 'masked'
