// The journey of a token as a figure: the short one, the full one step by step, and two side by side.

import type { Journeyed } from '../inspect/journey/journeys.ts'
import type { JourneyPair } from '../inspect/journey/parting.ts'
import type { ShortJourney } from '../inspect/journey/shortJourney.ts'
import type { Journey, JourneyStep } from '../inspect/journey/steps.ts'
import type { Figure, Panel } from './figure.ts'
import { type JourneyWords, shortSentence, shortTitle, stepName, stepNote, stepSentence } from './journeyText.ts'
import { visible } from './visible.ts'

/** The figure of a journey. `isFull`: true for all steps; they are shown too where there is no short journey. */
export function journeyFigure(
  { full, short, noShort }: Journeyed,
  words: JourneyWords,
  { isFull = false }: { readonly isFull?: boolean } = {},
): Figure {
  const of = `The journey of “${visible(words.tokens[full.position])}” (place ${full.position})`
  const isAll = isFull || short === undefined
  return {
    title: isAll ? `${of}, step by step` : shortTitle(short, words),
    notes: [
      ...(noShort === undefined ? [] : [`There is no short journey: ${noShort.replace(/^journey: /, '')}`]),
      ...(isAll ? guessNotes(full) : amountNotes(short)),
    ],
    panels: isAll ? [stepsPanel(full.steps, words)] : shortPanels(short, words),
  }
}

/** The note about guesses, where there are some. */
function guessNotes({ steps, isOfAll }: Journey): string[] {
  if (!hasGuesses(steps)) return []
  return [
    isOfAll
      ? 'A guess is what the model would say if the streams of all positions ended there (logit lens): it reads several at once.'
      : 'A guess is what the model would say if its stream ended there (logit lens).',
  ]
}

/** The notes about the amounts of a short journey: what they are, and where their sum stops. */
function amountNotes({ stopsAt }: ShortJourney): string[] {
  return [
    'A number is what the part adds to the logit, with the number of the last norm held; all parts and const are the logit.',
    ...(stopsAt === undefined
      ? []
      : [`The sum stops at the norm ${stopsAt}: what went into it cannot be told apart behind it.`]),
  ]
}

function shortPanels(short: ShortJourney, words: JourneyWords): Panel[] {
  const { parts, others, biases, position } = short
  return [
    {
      kind: 'table',
      columns: [{ name: 'adds' }, { name: 'what' }],
      rows: [
        ...parts.map((part) => [part.logit, shortSentence(part, words, position)]),
        [others.logit, `The ${others.count} other parts together.`],
        [biases.logit + short.const, 'The biases, which add the same whatever is read.'],
        [short.sum, 'All together: the logit, or the difference of both.'],
      ],
    },
  ]
}

/** True where the model says something of tokens or classes on the way. */
const hasGuesses = (steps: readonly JourneyStep[]): boolean => steps.some(({ after }) => after?.guess !== undefined)

function stepsPanel(steps: readonly JourneyStep[], words: JourneyWords): Panel {
  const guessed = hasGuesses(steps)
  return {
    kind: 'table',
    columns: [
      { name: 'step' },
      ...(guessed ? [{ name: 'guess' }, { name: 'probability' }] : []),
      { name: 'what happens' },
    ],
    rows: steps.map((step) => {
      const guess = step.after?.guess?.guesses[0]
      const note = stepNote(step)
      return [
        step.number,
        ...(guessed ? [guess ? visible(words.wordOf(guess.id)) : '', guess?.probability ?? ''] : []),
        `${stepSentence(step, words)}${note === undefined ? '' : ` ${note}`}`,
      ]
    }),
  }
}

/** The figure of two journeys, up to the first steps where they part and guess differently. `words`: those of each. */
export function journeyPairFigure(pair: JourneyPair, words: readonly [JourneyWords, JourneyWords]): Figure {
  const { steps, parts, guesses, threshold } = pair
  const last = parts === undefined || guesses === undefined ? steps.length - 1 : Math.max(parts, guesses)
  const [a, b] = [pair.a.full, pair.b.full]
  const called = [a, b].map(
    ({ position }, i) => `${i === 0 ? 'first' : 'second'}: “${visible(words[i].tokens[position])}” (place ${position})`,
  )
  const said = parts === undefined ? 'They never part' : `They part at step ${parts}, ${stepName(a.steps[parts])}`
  return {
    title: `Two journeys; ${called.join('; ')}`,
    notes: [
      `${said}: two values are apart where their distance is above ${threshold}. It is of what the step makes: 0 for the same; for shares half of what differs, for other values the length of the difference as a part of the longer of both.`,
      guesses === undefined
        ? 'They never guess different tokens.'
        : `The first step behind which they guess different tokens is ${guesses}.`,
    ],
    panels: [
      {
        kind: 'table',
        columns: [{ name: 'step' }, { name: 'what' }, { name: 'distance' }, { name: called[0] }, { name: called[1] }],
        rows: steps
          .slice(0, last + 1)
          .map(({ number, distance }) => [
            number,
            stepName(a.steps[number]),
            distance,
            stepSentence(a.steps[number], words[0]),
            stepSentence(b.steps[number], words[1]),
          ]),
      },
    ],
  }
}
