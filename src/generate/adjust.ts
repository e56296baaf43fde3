// Adjusting: what makes some tokens less likely than the model says, or likelier, or impossible, before one is chosen. In this
// order:
//
//   bias                 added to the score of the token that would complete a sequence
//   source penalty       scores of tokens that do not stand in the source: tokens that do are made likelier by it
//   repetition penalty   scores of tokens that stand in the text already: divided by it if above 0, multiplied if below
//   no repeats           tokens that would complete a run of n that stands in the text already, or in the source, are impossible
//   banned               tokens that would complete one of these sequences are impossible
//   least length         those that end the text are impossible before it is so long
//   forced               only these tokens are possible as the first one, or as the last
//   invalid              what is no number becomes 0, what is infinite the largest number there is
//   growing end          those that end the text become likelier with every token
//   suppressed           these tokens are impossible: everywhere, or in the beginning
//   own                  whatever a caller changes besides
//   renormalized         scores become ln p again
//
// Repetition penalty: Keskar et al. 2019, section 4.1; no repeats: Paulus et al. 2017, section 2.5. Order and meaning are those of
// Hugging Face's `generate`. For a model that looks at no source its prompt counts as one.

import * as elementary from '../tensor/elementary.ts'
import { checkIds } from '../text/ids.ts'

/** A sequence of ids and what is added to the score of its last one where the others stand at the end of the text. */
export interface SequenceBias {
  readonly ids: readonly number[]
  readonly bias: number
}

export interface AdjustSettings {
  readonly bias?: readonly SequenceBias[] | undefined
  /** Above 1 makes what stands in the source likelier; 1 for no difference. */
  readonly sourcePenalty?: number | undefined
  /** Above 1 makes what stands in the text already less likely; 1 for no difference. */
  readonly repetitionPenalty?: number | undefined
  /** No run of so many tokens stands twice in a text; 0 for no such limit. */
  readonly noRepeat?: number | undefined
  /** No run of so many tokens of the source is written; 0 for no such limit. */
  readonly noRepeatOfSource?: number | undefined
  /** Ids that are never chosen, and sequences of ids that are never completed. */
  readonly banned?: readonly (number | readonly number[])[] | undefined
  /** The number of tokens that a text has at least, its prompt among them, before one ends it. */
  readonly leastLength?: number | undefined
  /** The number of tokens that are written at least before one ends the text. */
  readonly leastTokens?: number | undefined
  /** The token that follows the first of all: the language of a translation, say. */
  readonly forcedBegin?: number | undefined
  /** The token that the text ends with when it becomes as long as it may. */
  readonly forcedEnd?: number | readonly number[] | undefined
  /** Makes scores that are no numbers, or infinite, numbers rather than an error. */
  readonly replacesInvalid?: boolean | undefined
  /** After so many tokens the scores of those that end a text grow by |score| · (factor^n − 1), n tokens later. */
  readonly growingEnd?: { readonly after: number; readonly factor: number } | undefined
  /** Ids that are never chosen, not even where they end a text. */
  readonly suppressed?: readonly number[] | undefined
  /** Ids that are not chosen first. */
  readonly suppressedFirst?: readonly number[] | undefined
  /** Changes of a caller's own, one after the other. */
  readonly own?: readonly Adjust[] | undefined
  /** Makes the scores ln p again at last: it matters to a beam search alone. */
  readonly renormalizes?: boolean | undefined
}

/** The text that is adjusted for. */
export interface Adjusted {
  /** The prompt, and what has been written so far. */
  readonly text: ArrayLike<number>
  /** The number of its tokens that are the model's own. */
  readonly written: number
  readonly source: ArrayLike<number>
}

/** Changes the scores of what comes after a text. */
export type Adjust = (scores: Float32Array, text: Adjusted) => void

/**
 * The function by which these settings change scores; undefined if they do not. Throws for settings that mean nothing, and for ids
 * outside the vocabulary.
 */
export function adjuster(
  settings: AdjustSettings & { readonly stop?: readonly number[] | undefined; readonly tokens: number },
  vocab: number,
): Adjust | undefined {
  checkSettings(settings)
  checkSettingIds(settings, vocab)
  const { bias = [], sourcePenalty = 1, repetitionPenalty = 1, noRepeat = 0, noRepeatOfSource = 0 } = settings
  const { banned = [], leastLength = 0, leastTokens = 0, forcedBegin, forcedEnd, growingEnd } = settings
  const { suppressed = [], suppressedFirst = [], stop = [], tokens } = settings
  const steps: Adjust[] = []
  if (bias.length > 0) steps.push(biased(bias))
  if (sourcePenalty !== 1) steps.push((scores, { source }) => penalise(scores, source, 1 / sourcePenalty))
  if (repetitionPenalty !== 1) steps.push((scores, { text }) => penalise(scores, text, repetitionPenalty))
  if (noRepeat > 0) steps.push((scores, { text }) => forbidRuns(scores, text, text, noRepeat))
  if (noRepeatOfSource > 0) steps.push((scores, { text, source }) => forbidRuns(scores, source, text, noRepeatOfSource))
  const words = banned.map((each) => (typeof each === 'number' ? [each] : each))
  const impossible = words.filter((ids) => ids.length > 1 || !stop.includes(ids[0]))
  if (impossible.length > 0) steps.push(biased(impossible.map((ids) => ({ ids, bias: -Infinity }))))
  if (stop.length > 0 && (leastLength > 0 || leastTokens > 0))
    steps.push((scores, { text, written }) => {
      if (text.length < leastLength || written < leastTokens) forbid(scores, stop)
    })
  if (forcedBegin !== undefined)
    steps.push((scores, { text }) => {
      if (text.length === 1) allowOnly(scores, [forcedBegin])
    })
  if (forcedEnd !== undefined)
    steps.push((scores, { written }) => {
      if (written === tokens - 1) allowOnly(scores, [forcedEnd].flat())
    })
  if (settings.replacesInvalid) steps.push(replaceInvalid)
  if (growingEnd) steps.push((scores, { written }) => grow(scores, stop, growingEnd.factor, written - growingEnd.after))
  if (suppressed.length > 0) steps.push((scores) => forbid(scores, suppressed))
  if (suppressedFirst.length > 0)
    steps.push((scores, { text, written }) => {
      const isSecond = forcedBegin !== undefined && text.length - written <= 1
      if (written === (isSecond ? 1 : 0)) forbid(scores, suppressedFirst)
    })
  steps.push(...(settings.own ?? []))
  if (settings.renormalizes) steps.push(renormalize)
  if (steps.length === 0) return undefined
  return (scores, text) => {
    for (const step of steps) step(scores, text)
  }
}

function penalise(scores: Float32Array, text: ArrayLike<number>, penalty: number): void {
  for (const id of new Set(Array.from(text))) scores[id] = scores[id] < 0 ? scores[id] * penalty : scores[id] / penalty
}

function forbid(scores: Float32Array, ids: readonly number[]): void {
  for (const id of ids) scores[id] = -Infinity
}

function allowOnly(scores: Float32Array, ids: readonly number[]): void {
  scores.fill(-Infinity)
  for (const id of ids) scores[id] = 0
}

/** Adds what belongs to each sequence that the next token would complete. */
const biased =
  (sequences: readonly SequenceBias[]): Adjust =>
  (scores, { text }) => {
    for (const { ids, bias } of sequences) {
      const before = ids.length - 1
      const from = text.length - before
      if (from < 0) continue
      let equal = 0
      while (equal < before && text[from + equal] === ids[equal]) equal++
      if (equal === before) scores[ids[before]] += bias
    }
  }

/** Whatever follows, in `runs`, a run that equals the last `length` − 1 tokens of the text. */
function forbidRuns(scores: Float32Array, runs: ArrayLike<number>, text: ArrayLike<number>, length: number): void {
  const last = text.length - (length - 1)
  if (last < 0) return
  for (let from = 0; from + length <= runs.length; from++) {
    let equal = 0
    while (equal < length - 1 && runs[from + equal] === text[last + equal]) equal++
    if (equal === length - 1) scores[runs[from + equal]] = -Infinity
  }
}

const largestNumber = 3.4028234663852886e38

function replaceInvalid(scores: Float32Array): void {
  for (const [id, score] of scores.entries())
    if (!Number.isFinite(score)) scores[id] = Number.isNaN(score) ? 0 : Math.sign(score) * largestNumber
}

function grow(scores: Float32Array, ids: readonly number[], factor: number, since: number): void {
  if (since <= 0) return
  let power = 1
  for (let i = 0; i < since; i++) power *= factor
  for (const id of ids) if (Number.isFinite(scores[id])) scores[id] += Math.abs(scores[id]) * (power - 1)
}

function renormalize(scores: Float32Array): void {
  let largest = -Infinity
  for (const score of scores) largest = Math.max(largest, score)
  let sum = 0
  for (const score of scores) sum += elementary.expOf(score - largest)
  const all = largest + elementary.logOf(sum)
  for (const [id, score] of scores.entries()) scores[id] = score - all
}

function checkSettings(settings: AdjustSettings): void {
  const { repetitionPenalty, sourcePenalty, growingEnd, banned = [], bias = [] } = settings
  const counts = {
    noRepeat: '0 forbids nothing',
    noRepeatOfSource: '0 forbids nothing',
    leastLength: 'at least 0',
    leastTokens: 'at least 0',
  } as const
  for (const [name, penalty] of Object.entries({ repetitionPenalty, sourcePenalty }))
    if (penalty !== undefined && !(penalty > 0 && penalty < Infinity))
      throw new Error(`generate: ${name} is ${penalty}; it must be a number above 0; 1 changes nothing.`)
  for (const [name, what] of Object.entries(counts)) {
    const count = settings[name as keyof typeof counts]
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
      throw new Error(
        `generate: ${name} is ${count}; it must be a whole number${what === 'at least 0' ? ', ' : '; '}${what}.`,
      )
  }
  if (growingEnd && !(Number.isSafeInteger(growingEnd.after) && growingEnd.factor > 0 && growingEnd.factor < Infinity))
    throw new Error(
      `generate: growingEnd is after ${growingEnd.after} tokens by the factor ${growingEnd.factor}; the first must be a whole number, the second above 0.`,
    )
  if ([...banned, ...bias.map(({ ids }) => ids)].some((ids) => typeof ids !== 'number' && ids.length === 0))
    throw new Error('generate: a sequence that is banned, or has a bias, is empty. Give at least one id.')
  const nameless = bias.find(({ bias }) => Number.isNaN(bias) || bias === Infinity)
  if (nameless) throw new Error(`generate: the bias of ${nameless.ids} is ${nameless.bias}; it must be a number.`)
}

/** Throws for an id in the settings that the model does not have. */
function checkSettingIds(settings: AdjustSettings, vocab: number): void {
  const { banned = [], bias = [], suppressed, suppressedFirst, forcedBegin, forcedEnd } = settings
  const named = {
    banned: banned.flat(),
    bias: bias.flatMap(({ ids }) => ids),
    suppressed,
    suppressedFirst,
    forcedBegin,
    forcedEnd,
  }
  for (const [name, ids] of Object.entries(named))
    if (ids !== undefined) checkIds(`generate: ${name}`, [ids].flat(), vocab)
}
