// Where a model's logits belong in a sentence: at a position, or after it.

import type { ModelKind } from '../model/language.ts'

/** True for a model that says what a position is: a class, or the token that stands there. Others say what comes after it. */
export const saysAt = (kind: ModelKind | undefined): boolean => kind === 'classifier' || kind === 'masked'
