// The flags of writing, which `generate` and `translate` share, and what a run says where they are not given.

import { type GenerationConfig, plainSampling } from '../checkpoint/generationConfig.ts'
import type { MoreGeneration } from '../checkpoint/generationFields.ts'
import type { AdjustSettings } from '../generate/adjust.ts'
import type { BeamSettings } from '../generate/beams.ts'
import { textLimits } from '../model/reads.ts'
import { choice, type FlagValues, number, text, whole } from './flags.ts'
import type { OpenRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'

export const writingFlags = {
  beam: whole('search for the likeliest whole text, with so many beams', { least: 1 }),
  nBest: whole('how many texts are written for each', { least: 1, usual: '1' }),
  lengthPenalty: number('with --beam: above 0 favours long texts, below 0 short ones', { usual: '1' }),
  earlyStopping: choice(
    'with --beam: end as soon as so many texts as beams are finished, or only when none can be better',
    ['soon', 'never'],
  ),
  repetitionPenalty: number('above 1 makes tokens less likely that stand in the text already', {
    least: 0,
    isAbove: true,
    usual: '1',
  }),
  noRepeat: whole('no run of so many tokens is written twice; 0 for no such limit', { least: 0 }),
  stop: text('end before this text; \\n is the end of a line'),
  batch: whole('how many texts are written at once', { least: 1, otherwise: 16 }),
}

type Values = FlagValues<typeof writingFlags>

/** The ways of a run that writes, by config.json and generation_config.json. */
export interface Habits extends MoreGeneration {
  /** The tokens that end a text. */
  readonly end: readonly number[]
}

export function habitsOf({ blueprint, generation, tokenizer, model }: OpenRun): Habits {
  const { special = {} } = blueprint.config
  const { more = {} } = generation
  const own = tokenizer.special.end
  return {
    ...(special.begin !== undefined && { begin: special.begin }),
    ...(special.start !== undefined && { start: special.start }),
    ...(special.forcedEnd && { forcedEnd: special.forcedEnd }),
    ...more,
    // An id that the model does not have ends no text.
    end: (more.end ?? special.end ?? (own === undefined ? [] : [own])).filter(
      (id) => id < textLimits('generate', model).vocab,
    ),
  }
}

/** The id that a translator's target begins with; throws, naming the run's folder, where nothing says it. */
export function targetStart(folder: string, { tokenizer: { special } }: OpenRun, { start }: Habits): number {
  const found = start ?? special.begin ?? special.pad
  if (found !== undefined) return found
  throw new Error(
    `${folder}/config.json: decoder_start_token_id is missing, so nobody knows what a translation begins with. Write it there.`,
  )
}

/** The way that tokens are drawn: what flags say, or else the run; chance is another in every call where no flag says it. */
export function samplingOf(
  { generation }: Pick<OpenRun, 'generation'>,
  {
    temperature = generation.isSampled ? generation.temperature : 0,
    topK = generation.topK,
    topP = generation.topP,
    seed = Math.floor(Math.random() * 2 ** 32),
  }: { readonly [K in 'temperature' | 'topK' | 'topP' | 'seed']: number | undefined },
) {
  return { temperature, topK, topP, seed }
}

/** Changes to the scores of tokens, and the ends of texts. */
export function adjustments(
  values: Partial<Values>,
  habits: Habits,
): AdjustSettings & { readonly stop: readonly number[]; readonly stopStrings: readonly string[] } {
  const { end, stopStrings = [], leastTokens, leastLength } = habits
  const { bias, sourcePenalty, repetitionPenalty, noRepeat, noRepeatOfSource, banned, forcedBegin, forcedEnd } = habits
  const { replacesInvalid, growingEnd, suppressed, suppressedFirst, renormalizes } = habits
  return {
    stop: end,
    stopStrings: values.stop === undefined ? stopStrings : [unescaped(values.stop)],
    bias,
    sourcePenalty,
    repetitionPenalty: values.repetitionPenalty ?? repetitionPenalty,
    noRepeat: values.noRepeat ?? noRepeat,
    noRepeatOfSource,
    banned,
    // Where both are given, that of new tokens counts.
    leastLength: leastTokens === undefined ? leastLength : undefined,
    leastTokens,
    forcedBegin,
    forcedEnd,
    replacesInvalid,
    growingEnd,
    suppressed,
    suppressedFirst,
    renormalizes,
  }
}

/**
 * The most tokens that are written where no flag says it: what the run says; undefined where it does not.
 *
 * - `longest`: the length of the longest prompt
 */
export function mostTokensOf(command: string, { mostTokens, mostLength }: Habits, longest: number): number | undefined {
  if (mostTokens !== undefined || mostLength === undefined) return mostTokens
  if (mostLength > longest) return mostLength - longest
  throw new Error(
    `${command}: the run's max_length is ${mostLength} tokens, prompt and all, but the prompt has ${longest}. Say with --tokens how many are written.`,
  )
}

/** Tells what a run asks for and does not get. */
export function noteUnused(
  {
    generation,
    beams,
    isSearching,
  }: { generation: GenerationConfig; beams: BeamSettings | undefined; isSearching: boolean },
  terminal: Terminal,
): void {
  const isDrawn = generation.isSampled && generation !== plainSampling && isSearching
  const lines = [
    ...(generation.unused ?? []),
    ...(isDrawn
      ? [
          `generation_config.json: do_sample asks for tokens drawn by chance, but ${beams ? 'a beam search draws none' : 'a translation takes the likeliest'}; it is not used.`,
        ]
      : []),
  ]
  for (const line of lines) terminal.note(terminal.colours.yellow(line))
}

/** The settings of a beam search; undefined where there is none. Throws for flags that belong to one. */
export function beamsOf(
  command: string,
  values: Values,
  { beams: usual = 1, ...habits }: Habits,
): BeamSettings | undefined {
  const beams = values.beam ?? usual
  const hypotheses = values.nBest ?? habits.each ?? 1
  if (beams === 1) {
    const lacking = values.lengthPenalty !== undefined ? '--length-penalty' : values.earlyStopping && '--early-stopping'
    if (lacking) throw new Error(`${command}: ${lacking} belongs to a beam search. Add --beam 4.`)
    return undefined
  }
  if (hypotheses > beams)
    throw new Error(
      `${command}: ${values.nBest === undefined ? "the run's num_return_sequences," : '--n-best'} ${hypotheses} is more than the ${beams} beams. Add --beam ${hypotheses}, or ask for fewer${values.nBest === undefined ? ' with --n-best' : ''}.`,
    )
  const { earlyStopping } = values
  return {
    beams,
    hypotheses,
    lengthPenalty: values.lengthPenalty ?? habits.lengthPenalty ?? 1,
    earlyStopping: earlyStopping === undefined ? habits.earlyStopping : earlyStopping === 'soon' ? true : 'never',
  }
}

/** Shells pass \n on as two characters. */
function unescaped(text: string): string {
  return text.replace(/\\([nt\\])/g, (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter)
}
