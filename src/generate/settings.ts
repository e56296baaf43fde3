// Settings of generation: what a text begins with, how it goes on, and what of that is refused.

import type { WritingModel } from '../model/language.ts'
import { checkIds } from '../text/ids.ts'
import type { AdjustSettings } from './adjust.ts'
import type { BeamSettings } from './beams.ts'
import { longestText, type Text } from './rows.ts'
import type { SampleSettings } from './sample.ts'
import type { Slide } from './window.ts'

/** The beginning of a text: a prompt, and a source where the model looks at one. */
export interface Opening {
  /** Ids, at least one: for a model that looks at a source it is the token that begins a target. */
  readonly prompt: Text
  readonly source?: ArrayLike<number> | undefined
  /** The number of the text, on which its draws depend; its place in the list if not given. */
  readonly row?: number
}

interface CommonSettings extends AdjustSettings {
  /** The number of tokens that are written at most. */
  readonly tokens: number
  /** Ids that end the text; they are not given out. */
  readonly stop?: readonly number[]
  /** Ends it after the token that is under way. */
  readonly signal?: AbortSignal
}

export interface SearchSettings extends CommonSettings, BeamSettings {}

export interface GenerateSettings extends CommonSettings, SampleSettings {
  /** Gives tokens their probabilities. */
  readonly logProbabilities?: boolean
  /** Told, once, when the text has become too long for the model, which from then on sees only the last part of it. */
  readonly onWindow?: (window: Slide) => void
}

/** Throws for openings that a model cannot go on from, and for numbers and ids in the settings that mean nothing to it. */
export function checkAsked(model: WritingModel, openings: readonly Opening[], settings: CommonSettings): void {
  const { tokens } = settings
  if (openings.length === 0) throw new Error('generate: there is no prompt. Give at least one.')
  if (!(Number.isSafeInteger(tokens) && tokens >= 0))
    throw new Error(`generate: tokens is ${tokens}; it must be a whole number, at least 0.`)
  const { vocab, context } = model.config
  checkIds('generate: stop', settings.stop ?? [], vocab)
  const isReader = model.kind === 'encoder-decoder'
  for (const { prompt, source } of openings) {
    if (prompt.length === 0) throw new Error('generate: the prompt is empty. Give at least one token to go on from.')
    if (isReader && source === undefined)
      throw new Error('generate: this model looks at a source, but none was given. Give one with the prompt.')
    if (source?.length === 0) throw new Error('generate: the source is empty. Give at least one token.')
    if (!isReader && source)
      throw new Error('generate: this model looks at no source, but one was given. Give it as a part of the prompt.')
    if (isReader && prompt.length > context)
      throw new Error(
        `generate: the prompt has ${prompt.length} tokens, but the model was made for ${context}. Give a shorter one.`,
      )
    checkIds('generate: the prompt', prompt, model.reads.ids.below ?? vocab)
  }
}

/** The settings that change scores; nothing where there are none. */
export function adjusting({
  tokens,
  stop,
  signal,
  logProbabilities,
  onWindow,
  temperature,
  topK,
  topP,
  minP,
  topH,
  typicalP,
  epsilon,
  eta,
  seed,
  ...others
}: GenerateSettings): AdjustSettings | undefined {
  return Object.values(others).some((each) => each !== undefined) ? others : undefined
}

export const longestPrompt = (openings: readonly Pick<Opening, 'prompt'>[]): number =>
  longestText(openings.map(({ prompt }) => prompt))

export const longestSource = (openings: readonly Opening[]): number =>
  longestText(openings.map(({ source = [] }) => source))
