// Choices that are refused before anything is read: those that do not go together, or not with what the run begins with.

import type { Beginning } from './beginning.ts'
import { type Choices, type Setting, sizeNames, type TokenizerKind } from './choices.ts'
import { checkMeaning } from './meaning.ts'
import { setting, settingError, told } from './settingError.ts'
import { checkScheduleChoices } from './settings.ts'
import { checkSourceChoices, usualAs } from './source.ts'
import { checkWordChoices } from './word2vec.ts'

/** Choices, of which a given tokenizer may not have been read yet. */
export interface UnreadChoices extends Omit<Choices, 'tokenizer'> {
  readonly tokenizer?: TokenizerKind | { readonly place: string } | undefined
}

/** Throws for choices that contradict one another, or a beginning of this kind and name. */
export function checkChoices(choices: UnreadChoices, { kind, name }: Pick<Beginning, 'kind' | 'name'>): void {
  if (kind === 'stopped') {
    checkNothingIsChosenAgain(choices, name)
    checkWordChoices(choices, choices.as, name)
    return
  }
  checkTokenizer(choices, kind === 'learnt' ? name : undefined)
  if (kind === 'learnt') {
    checkSizesAreKept(choices, name)
    const of = (['patch', 'codes'] as const).find((each) => choices[each] !== undefined)
    if (of) throw settingError`${setting('from')} ${name} keeps its patches and codes. Leave out ${setting(of)}.`
  }
  const as = choices.as ?? (kind === 'new' ? usualAs(choices) : undefined)
  if (as !== undefined) checkMeaning(choices, as)
  if (as !== undefined) checkSourceChoices(as, choices)
  checkWordChoices(choices, as, kind === 'learnt' ? name : undefined)
  checkScheduleChoices(choices)
}

function checkTokenizer({ as, task, tokenizer, vocab }: UnreadChoices, learnt: string | undefined): void {
  const isChosen = tokenizer !== undefined || vocab !== undefined
  const leaveOut = told`Leave out ${setting('tokenizer')} and ${setting('vocab')}.`
  if (isChosen && learnt !== undefined)
    throw settingError`${setting('from')} ${learnt} keeps its tokenizer. ${leaveOut}`
  if (isChosen && task !== undefined) throw settingError`${setting('task')} ${task} has its own characters. ${leaveOut}`
  if (as === 'word2vec' && typeof tokenizer === 'string')
    throw settingError`${setting('as')} word2vec learns whole words, not ${tokenizer}. Leave out ${setting('tokenizer')}, or name a folder with a tokenizer.json.`
  if (vocab === undefined || tokenizer === 'bytes' || tokenizer === 'wordpiece') return
  if (as === 'word2vec' && tokenizer === undefined) return
  if (typeof tokenizer === 'object')
    throw settingError`${tokenizer.place}: it has its own vocabulary. Leave ${setting('vocab')} out.`
  throw settingError`a vocabulary of characters has as many pieces as the text has characters. Leave ${setting('vocab')} out, or add ${setting('tokenizer')} bytes.`
}

/** A model that has learnt something keeps its sizes. */
function checkSizesAreKept(choices: UnreadChoices, name: string): void {
  const from = setting('from')
  if (choices.preset !== undefined && choices.preset !== 'paper')
    throw settingError`${from} ${name} keeps its sizes, which this ${setting('preset')} would set. Leave it out.`
  const size = sizeNames.find((each) => choices[each] !== undefined)
  if (size) throw settingError`${from} ${name} keeps its sizes. Leave out ${setting(size)}.`
}

function checkNothingIsChosenAgain(choices: UnreadChoices, name: string): void {
  if (choices.tokenizer !== undefined) throw hasAlready(name, 'tokenizer', 'tokenizer')
  if (choices.vocab !== undefined) throw hasAlready(name, 'vocab', 'vocabulary')
  if (choices.preset !== undefined) throw hasAlready(name, 'preset', 'settings')
  if (choices.patch !== undefined) throw hasAlready(name, 'patch', 'patches')
  if (choices.codes !== undefined) throw hasAlready(name, 'codes', 'codes')
}

/** The error for what only the beginning of a run can choose, given to one that goes on. */
export function hasAlready(name: string, given: Setting, is: string): Error {
  return settingError`${name}: the run to go on with has its ${is} already. Leave out ${setting(given)}, or begin a new run with ${setting('out')}.`
}
