// Runs that learn vectors of words (skip-gram): what may be chosen for them, their model, what they learn, and their settings. Where
// nobody says otherwise they are gensim's: window 5, negative 5, sample 0.001, words that stand 5 times, 5 epochs, a rate that falls from
// 0.025 to 0.0001 in a straight line.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { wordBatches } from '../data/wordBatches.ts'
import { wordCounts, wordStream } from '../data/wordStream.ts'
import { wordsBeside } from '../evaluate/pairLoss.ts'
import { SkipGram } from '../model/skipGram.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { TrainSettings } from '../train/settings.ts'
import { bySingleRows } from '../train/sparseGraphs.ts'
import type { Choices } from './choices.ts'
import type { Learner, Learning } from './learning.ts'
import { newBlueprint } from './newBlueprint.ts'
import { setting, settingError } from './settingError.ts'

/** The words of a piece of text that are learnt from at once, and those drawn for it. */
const piece = { position: 32, drawn: 32 }

/** The most pieces of a batch: so many words learn from one and the same state of the tables. */
const mostPieces = 64
/** A text is read in at least so many steps. */
const leastSteps = 200
/** A row of the tables that is read more often than about so often in a step may move too far. */
const mostReads = 16

const usualEpochs = 5

const lasting = ['window', 'negative', 'sample', 'minCount'] as const satisfies readonly (keyof Choices)[]
/** Throws for choices of vectors of words that contradict one another, or the run `kept` that begins with others. */
export function checkWordChoices(choices: Omit<Choices, 'tokenizer'>, as: Choices['as'], kept?: string): void {
  const again = kept === undefined ? undefined : lasting.find((name) => choices[name] !== undefined)
  if (again) throw settingError`${kept}: it keeps its words and their windows. Leave out ${setting(again)}.`
  if (as !== 'word2vec') return
  if (choices.steps !== undefined && choices.epochs !== undefined)
    throw settingError`${setting('epochs')} says the steps as ${setting('steps')} does. Give one of them.`
  for (const name of ['window', 'negative', 'epochs'] as const) {
    const value = choices[name]
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1))
      throw settingError`${setting(name)} is ${value}; it must be a whole number, at least 1.`
  }
}

/** The model of a new run, and its batch. */
export function wordModel(
  { model = 100, batch, window, negative, sample }: Choices,
  { tokenizer, characters }: { tokenizer: Tokenizer; characters: number },
): { readonly blueprint: Blueprint; readonly batch: number } {
  const beside = Object.fromEntries(
    Object.entries({ window, negative, sample }).filter(([, value]) => value !== undefined),
  )
  const sizes = { vocab: tokenizer.size, model, context: 1, layer: 1, head: 1, hidden: undefined, dropout: 0 }
  // About six characters a word; about window + 1 words beside each.
  const readsOfPiece = (piece.position * (1 + (window ?? 5)) * (1 + (negative ?? 5))) / tokenizer.size
  const pieces = Math.min(mostPieces, characters / 6 / piece.position / leastSteps, mostReads / readsOfPiece)
  return { blueprint: newBlueprint('word2vec', { ...sizes, beside }), batch: batch ?? Math.max(1, Math.floor(pieces)) }
}

/** The words beside each other, and those of the last tenth of the text, which are held back. Throws for too few. */
export function wordLearning(text: string, { model, tokenizer, batch, seed }: Learner): Learning {
  if (!(model instanceof SkipGram)) throw new Error('train: only a skip-gram model learns vectors of words.')
  const { vocab, window = 5, negative = 5, sample = 1e-3 } = model.config
  const words = wordStream(text, tokenizer)
  const cut = Math.floor(words.length * 0.9)
  const [learnt, heldBack] = [words.subarray(0, cut), words.subarray(cut)]
  const counted = (part: Int32Array): number => part.reduce((sum, id) => sum + (id < 0 ? 0 : 1), 0)
  const [training, validation] = [counted(learnt), counted(heldBack)]
  if (Math.min(training, validation) <= window)
    throw settingError`the text has ${training + validation} words that are frequent enough, of which a tenth is held back: too few for a ${setting('window')} of ${window} words on either side. Give a longer text, or a smaller window.`
  const options = { counts: wordCounts(learnt, vocab), window, sample, batch, ...piece, seed }
  const batches = { training: wordBatches(learnt, options), validation: wordBatches(heldBack, options) }
  return {
    learning: { objective: bySingleRows(wordsBeside(model, piece)), ...batches },
    baselines: [{ name: 'telling nothing apart', loss: (1 + negative) * Math.LN2, because: `${1 + negative} ln 2` }],
    counts: { training, validation, tooLong: 0 },
    unit: 'token',
    stepsPerEpoch: batches.training.stepsPerEpoch,
  }
}

/** The settings of such a run where nobody says others. */
export function wordSettings({ rate = 0.025 }: Choices): Partial<TrainSettings> {
  return {
    schedule: 'linear',
    ...{ rate, leastRate: Math.min(1e-4, rate), warmup: 0, beta1: 0, decay: 0, clip: 0 },
    ...{ context: piece.position, reportEvery: 10 },
  }
}

/** The steps of such a run. */
export const wordSteps = ({ epochs = usualEpochs }: Choices, stepsPerEpoch: number): number => epochs * stepsPerEpoch
