// The steps of a journey in words: one sentence each, with live numbers. The command and the page say the same.

import type { JourneyPair } from '../inspect/journey/parting.ts'
import type { ShortJourney, ShortPart } from '../inspect/journey/shortJourney.ts'
import type {
  AnswerStep,
  BringStep,
  HiddenStep,
  JourneyGuess,
  JourneyStep,
  NormaliseStep,
  SourceShare,
  StepEffect,
} from '../inspect/journey/steps.ts'
import { enumerated } from '../text/enumeration.ts'
import { count, percent } from './amounts.ts'
import { sentenceNumber } from './figureNumbers.ts'
import type { TokenWords } from './lensFigure.ts'
import { saysAt } from './saysAt.ts'
import { capital, partWords } from './sentenceWords.ts'
import { nameOfPart } from './streamNames.ts'
import { visible } from './visible.ts'

/** The words of a journey: those of the text, of a translator's source, and of any id. */
export interface JourneyWords extends TokenWords {
  readonly source?: readonly string[] | undefined
  /** True while somebody is to predict: sentences then do not say what the model would guess. */
  readonly hidesGuesses?: boolean | undefined
}

/** The sentence of a step. */
export function stepSentence(step: JourneyStep, words: JourneyWords): string {
  switch (step.kind) {
    case 'token':
      return `${token(words, step.id)} is the number ${step.id} to the model.`
    case 'row': {
      const near = step.nearest.map(({ id, cosine }) => `${token(words, id)} (cosine ${sentenceNumber(cosine)})`)
      const scaled = step.factor === 1 ? '' : `, times ${sentenceNumber(step.factor)}`
      const nearest =
        near.length === 0 ? '' : ` The rows that point most nearly the same way: ${enumerated(near.slice(0, 3))}.`
      return `Row ${step.id} of the table's ${step.rows}${scaled} is where its stream begins.${nearest}`
    }
    case 'position': {
      if (step.added === 0) return `${positionWord(step.of)} says nothing here.`
      return step.before
        ? `${positionWord(step.of)} is added: a row ${sentenceNumber(step.added)} long, onto a stream ${sentenceNumber(step.before.norm)} long.`
        : `${positionWord(step.of)} is where its stream begins, ${sentenceNumber(step.added)} long.`
    }
    case 'normalise':
      return normaliseSentence(step)
    case 'ask': {
      const longest = largestOf(step.heads, ({ norm }) => norm)
      const across = step.isAcross ? ' of the source' : ''
      return step.heads.length === 1
        ? `Its head asks a question${across} of ${count(step.width, 'number')}.`
        : `Each of ${step.heads.length} heads asks a question${across} of ${count(step.width, 'number')}; that of head ${longest.head} is the longest, ${sentenceNumber(longest.norm)}.`
    }
    case 'answer':
      return answerSentence(step, words)
    case 'bring':
      return bringSentence(step, words)
    case 'hidden':
      return hiddenSentence(step)
    case 'add': {
      const added = `What ${partWord(step.part)} has made, ${sentenceNumber(step.added)} long, is added to its stream`
      return words.hidesGuesses ? `${added}.` : `${added}; ${guessChange(step.before?.guess, step.after?.guess, words)}`
    }
    case 'other':
      return `${step.address ?? 'A layer of its own'} = ${step.formula.text}.`
    case 'logits': {
      const [first, second] = step.guess.guesses
      const before = second ? `, before ${token(words, second.id)}, ${sentenceNumber(second.logit)}` : ''
      return `Its stream is compared with all ${step.vocab} ${step.of === 'class' ? 'classes' : 'tokens'}: ${token(words, first.id)} gets the largest logit, ${sentenceNumber(first.logit)}${before}.`
    }
    case 'temperature':
      return `At temperature ${sentenceNumber(step.temperature)} the logits become probabilities: ${enumerated(step.guess.guesses.slice(0, 3).map(({ id, probability }) => `${token(words, id)} ${percent(probability)}`))}.`
    case 'draw': {
      const next = step.next
      const text =
        next === undefined
          ? ''
          : next.id === step.id
            ? ' So it stands in the text.'
            : ` In the text stands ${token(words, next.id)}, which had ${percent(next.probability)}.`
      return `${token(words, step.id)} is drawn, which had ${percent(step.probability)}.${text}`
    }
  }
}

/** The honest line below what attention does; for other parts that are added, their effect. */
export function stepNote(step: JourneyStep): string | undefined {
  if (step.kind === 'answer' || step.kind === 'bring')
    return `This is where it looked, not why.${step.effect ? ` ${effectText(step.effect)}` : ''}`
  return step.kind === 'hidden' && step.effect ? effectText(step.effect) : undefined
}

const effectText = ({ logit, by }: StepEffect): string =>
  `Effect on the guess${by === 'lens' ? ', by the lens' : ''}: ${signed(logit)}.`

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${sentenceNumber(Math.abs(value))}`

const token = ({ wordOf }: TokenWords, id: number): string => `“${visible(wordOf(id))}”`

function largestOf<T>(items: readonly T[], of: (item: T) => number): T {
  return items.reduce((best, item) => (of(item) > of(best) ? item : best))
}

const positionWords: Readonly<Record<string, string>> = {
  position: 'Its place',
  kind: 'Its kind of token',
  patches: 'The patch, its pixels times a matrix,',
  'class token': 'The class token',
  'distillation token': 'The distillation token',
}

const positionWord = (of: string): string => positionWords[of] ?? `What the model calls ${of}`

/** The part of a model in a sentence. */
function partWord(part: string): string {
  const own = part.split('.').at(-1) ?? ''
  return own === '' ? 'a part' : (partWords[own] ?? part)
}

function normaliseSentence({ of, before, norm, factor }: NormaliseStep): string {
  const lengths = `${sentenceNumber(before?.norm ?? 0)} long becomes ${sentenceNumber(norm)} long, by the factor ${sentenceNumber(factor)}`
  if (of === 'copy')
    return `A copy of its stream is brought to a common length: what was ${lengths}. The stream itself stays.`
  return `${of === 'last' ? 'For the last time its' : 'Its'} stream is brought to a common length: what was ${lengths}.`
}

/** A source: its token and its place, or that it is the token itself; with a share. */
function sourceWord(
  { source, id, share }: SourceShare,
  words: JourneyWords,
  { position, isAcross, isShared = true }: { position?: number | undefined; isAcross: boolean; isShared?: boolean },
): string {
  const shared = isShared ? percent(share) : ''
  if (source === position) return `itself${isShared ? ` (${shared})` : ''}`
  if (id !== undefined) return `${token(words, id)} (place ${source}${isShared ? `, ${shared}` : ''})`
  const name = (isAcross ? words.source : words.tokens)?.[source]
  return `${name === undefined ? `place ${source}` : `“${visible(name)}”`}${isShared ? ` (${shared})` : ''}`
}

/** The place of the token in its own text, which an attention to itself may look at. */
function ownPlace({ isAcross, address }: AnswerStep | BringStep): number | undefined {
  const found = /\{position: (\d+)\}/.exec(address ?? '')?.[1]
  return isAcross || found === undefined ? undefined : Number(found)
}

/** The most heads that a sentence tells of. */
const mostHeads = 4

function answerSentence(step: AnswerStep, words: JourneyWords): string {
  const own = ownPlace(step)
  const looked = step.heads.filter(({ sources }) => sources.length > 0)
  const shown = looked.toSorted((a, b) => b.sources[0].share - a.sources[0].share).slice(0, mostHeads)
  const told = shown.map(
    ({ head, sources: [first] }, i) =>
      `head ${head}${i === 0 ? ' looks most at' : ' at'} ${sourceWord(first, words, { position: own, isAcross: step.isAcross })}`,
  )
  if (told.length === 0) return 'It may look at nothing.'
  const of = step.isAcross
    ? `the ${count(step.seen, 'token')} of the source`
    : `${count(step.seen, 'token')} that it may see`
  return `Of ${of}, ${enumerated(told)}.`
}

function bringSentence(step: BringStep, words: JourneyWords): string {
  const own = ownPlace(step)
  const most = largestOf(step.heads, ({ norm }) => norm)
  const [first] = most.sources.toSorted((a, b) => b.moved - a.moved)
  const from = first
    ? `, mostly from ${sourceWord(first, words, { position: own, isAcross: step.isAcross, isShared: false })}`
    : ''
  const heads =
    step.heads.length === 1 ? 'Its head brings' : `Of ${step.heads.length} heads head ${most.head} brings the most,`
  return `${heads} ${sentenceNumber(most.norm)}${from}; all together bring ${sentenceNumber(step.norm)}.`
}

function hiddenSentence({ units, firing, top, norm }: HiddenStep): string {
  const [first, ...others] = top
  const told = first
    ? `; unit ${first.unit} the most, ${sentenceNumber(first.value)}${others.length > 0 ? `, then ${enumerated(others.slice(0, 2).map(({ unit, value }) => `${unit} (${sentenceNumber(value)})`))}` : ''}`
    : ''
  return `${firing} of ${units} hidden units fire${told}. They write ${sentenceNumber(norm)}.`
}

function guessChange(before: JourneyGuess | undefined, after: JourneyGuess | undefined, words: JourneyWords): string {
  if (!before || !after) return 'no guess can be read from it.'
  const [[was], [is]] = [before.guesses, after.guesses]
  if (was.id === is.id)
    return `the guess stays ${token(words, is.id)}, ${percent(was.probability)} → ${percent(is.probability)}.`
  return `the guess goes from ${token(words, was.id)}, ${percent(was.probability)}, to ${token(words, is.id)}, ${percent(is.probability)}.`
}

/** The name of a step: what is done, and where. */
export const stepName = ({ kind, part }: JourneyStep): string => (part === '' ? kind : `${kind}, ${part}`)

/** Deeds of steps, as a title says them. */
const deeds: Readonly<Record<JourneyStep['kind'], string>> = {
  token: 'their tokens',
  row: 'their rows of the table',
  position: 'what is added for their places',
  normalise: 'what is read of their streams',
  ask: 'what they ask',
  answer: 'who answers',
  bring: 'what is brought to them',
  hidden: 'which hidden units fire',
  add: 'their streams',
  other: 'a layer of its own',
  logits: 'the logits',
  temperature: 'the shares',
  draw: 'what is drawn',
}

/** The first step at which two journeys part, as a title. Steps are counted from 1 here. */
export function partingTitle({ parts, steps, a }: JourneyPair): string {
  if (parts === undefined) return 'They never part'
  const { kind, part } = a.full.steps[parts]
  return `They part at step ${parts + 1} of ${steps.length}: ${deeds[kind]}${part === '' ? '' : `, in ${part}`}`
}

/** The question that a short journey answers. */
export function shortTitle(short: ShortJourney, words: JourneyWords): string {
  const { token: id, against, position, probability, againstProbability } = short
  const rather =
    against === undefined ? '' : ` rather than ${token(words, against)} (${percent(againstProbability ?? 0)})`
  return `Why ${token(words, id)} (${percent(probability)})${rather} ${saysAt(words) ? 'at' : 'after'} “${visible(words.tokens[position])}”, place ${position}?`
}

/** The sentence of a part that mattered. */
export function shortSentence(part: ShortPart, words: JourneyWords, position: number): string {
  const amount = signed(part.logit)
  const name = nameOfPart(part, words.layerWord)
  const first = part.sources?.[0]
  if (part.head !== undefined && first) {
    const at = sourceWord(first, words, {
      position: part.isAcross ? undefined : position,
      isAcross: part.isAcross ?? false,
    })
    return `${capital(name)} looked most at ${at} and added ${amount}, of which that is ${signed(first.logit)}.`
  }
  if (part.neuron !== undefined)
    return `${capital(name)} fired at ${sentenceNumber(part.value ?? 0)} and added ${amount}.`
  if (part.part === 'token') return `The row of “${visible(words.tokens[position])}” itself added ${amount}.`
  if (part.part === 'position') return `Its place added ${amount}.`
  if (part.part === 'norm')
    return `All that came before ${part.address} added ${amount}; behind a norm it cannot be told apart.`
  return `${capital(name)} added ${amount}.`
}
