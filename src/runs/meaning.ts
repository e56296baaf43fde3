// Choices that mean something for some kinds of runs only. One that means nothing for the kind that is trained is refused by its name, in one
// line, whatever the kind is. (Whether a source has columns, patches or codes, source.ts and codec.ts say, who know it.)

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Choices } from './choices.ts'
import { setting, settingError } from './settingError.ts'

type Named = readonly (keyof Choices)[]

/** The choices that only one kind of run has, and what they are for. */
const own: Partial<Record<RunKind, { readonly is: string; readonly choices: Named }>> = {
  word2vec: { is: 'vectors of words', choices: ['window', 'negative', 'sample', 'minCount', 'epochs'] },
  'picture-classifier': { is: 'classes of pictures', choices: ['shift', 'data'] },
}

/** The choices that a kind of run has not, though others do, and why. */
const lacking: Partial<Record<RunKind, { readonly because: string; readonly choices: Named }>> = {
  word2vec: {
    because: 'its model is two tables',
    choices: [
      ...(['layer', 'head', 'hidden', 'context', 'dropout', 'smoothing', 'preset'] as const),
      ...(['accumulate', 'decay', 'beta2', 'clip'] as const),
    ],
  },
  'picture-classifier': {
    because: 'it reads pictures, and writes nothing',
    choices: ['context', 'preset', 'tokenizer', 'vocab', 'codes'],
  },
  clip: { because: 'it compares texts with pictures, and writes nothing', choices: ['preset', 'codes', 'smoothing'] },
}

/** Throws for a choice that means nothing for a kind of run. */
export function checkMeaning(
  choices: Omit<Choices, 'tokenizer'> & { readonly tokenizer?: unknown },
  as: RunKind,
): void {
  const isChosen = (name: keyof Choices): boolean => choices[name] !== undefined
  for (const [kind, { is, choices: named }] of Object.entries(own)) {
    const strange = kind === as ? undefined : named.find(isChosen)
    if (strange)
      throw settingError`${setting(strange)} is for ${is}, but this trains ${setting('as')} ${as}. Leave it out, or train ${setting('as')} ${kind}.`
  }
  const { because, choices: others = [] } = lacking[as] ?? {}
  const strange = others.find(isChosen)
  if (strange) throw settingError`${setting('as')} ${as} has no ${setting(strange)}: ${because}. Leave it out.`
}
