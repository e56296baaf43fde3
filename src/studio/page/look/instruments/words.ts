// The words of answers, as figures take them.

import type { TokenWords } from '../../../../show/lensFigure.ts'
import { withCodeNumbers } from '../../../talk/codeLetters.ts'
import type { OfStep } from '../../../talk/questions.ts'
import type { LookState } from '../looking.svelte.ts'

/** The tokens of the sentence, and the words of all that an answer names. */
export const wordsFor = (look: LookState, { words }: OfStep): TokenWords => ({
  tokens: look.tokens.map(withCodeNumbers),
  wordOf: (id) => withCodeNumbers(words[id] ?? String(id)),
  kind: look.studio.run?.kind,
  layerWord: 'block',
})
