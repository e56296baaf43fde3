// Preparing a training run: from what the command line says to everything that training needs, checked before it begins.

import { availableParallelism } from 'node:os'
import { resumeFolder } from '../checkpoint/folder.ts'
import { type CompleteConfig, gpt2 } from '../checkpoint/gpt2.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import { GPT2 } from '../model/gpt2.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import { type Corpus, splitCorpus } from '../text/corpus.ts'
import { type CountLosses, countLosses } from '../text/counts.ts'
import { readTexts } from '../text/files.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { settingsFromJSON, small, type TrainSettings } from '../train/settings.ts'
import { type RunSizes, usualInterval, usualSizes, usualSteps } from './defaults.ts'
import type { FlagValues, Read } from './flags.ts'
import { checkIsFree, checkSameText, contentOf, recordText, type TextRecord, textOf } from './runFolder.ts'
import type { TrainFlags } from './train.ts'

/** Everything that a session needs to know of its run. */
export interface PreparedRun {
  readonly model: GPT2
  readonly config: CompleteConfig
  readonly tokenizer: Tokenizer
  readonly corpus: Corpus
  readonly toBeat: CountLosses
  readonly settings: Partial<TrainSettings>
  readonly text: TextRecord
  readonly skipped: number
  readonly resume?: TrainingState
}

/** A new run, with the sizes and settings that flags give; what they do not say follows the text and the machine. */
export async function beginRun(folder: string, { values, positionals }: Read<TrainFlags>): Promise<PreparedRun> {
  await checkIsFree(folder, { mayReplace: values.force })
  const { text, files, skipped } = await readTexts(positionals)
  const tokenizer = CharacterTokenizer.of(text)
  const preset = values.preset === 'nanogpt'
  const given = {
    layer: values.layers,
    head: values.heads,
    model: values.model,
    context: values.context,
    batch: values.batch,
  }
  const threads = values.threads ?? availableParallelism()
  const { batch, ...sizes } = preset ? presetSizes(given) : usualSizes({ tokens: text.length, threads }, given)
  const config: CompleteConfig = {
    ...sizes,
    vocab: tokenizer.size,
    hidden: values.hidden ?? 4 * sizes.model,
    epsilon: 1e-5,
    dropout: values.dropout ?? 0,
  }
  const model = new GPT2(config)
  const corpus = splitCorpus(text, tokenizer, { context: config.context })
  const steps = preset
    ? small.training.steps
    : usualSteps(corpus.training.length, batch * config.context * (values.accumulate ?? 1))
  const settings = { batch, context: config.context, steps, ...settingsOf(values) }
  const every = preset ? small.training.evaluateEvery : usualInterval(settings.steps)
  return {
    model,
    config,
    tokenizer,
    corpus,
    toBeat: countLosses({ training: corpus.training, evaluation: corpus.validation, vocab: tokenizer.size }),
    settings: { evaluateEvery: every, checkpointEvery: settings.evaluateEvery ?? every, ...settings },
    text: recordText(text, files),
    skipped,
  }
}

function presetSizes(given: Partial<RunSizes>): RunSizes {
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined)
  const { layer, head, model, context } = small.model
  return { layer, head, model, context, batch: small.training.batch, ...Object.fromEntries(chosen) }
}

/** The run in a folder, to go on with. */
export async function resumeRun(
  folder: string,
  { values, given, positionals }: Read<TrainFlags>,
): Promise<PreparedRun> {
  if ((await contentOf(folder)) !== 'run') {
    throw new Error(
      `${folder}: there is no run in it to go on with. Begin one without --resume, or name its folder with --out.`,
    )
  }
  const { config, tokenizer, training } = await resumeFolder(folder, { of: [gpt2] })
  checkUnchanged(folder, { values, given }, config)
  const record = textOf(training.settings)
  const paths = positionals.length > 0 ? positionals : (record?.files ?? [])
  if (paths.length === 0)
    throw new Error(
      `${folder}: the run does not say what text it was trained on. Name it: cutaway train FILE… --out ${folder} --resume.`,
    )
  const { text, files, skipped } = await readTexts(paths)
  const now = recordText(text, files)
  checkSameText(now, record, folder)
  const corpus = splitCorpus(text, tokenizer, { context: config.context })
  const steps = values.steps ?? settingsFromJSON(training.settings).steps ?? training.step
  if (steps <= training.step) {
    throw new Error(
      `${folder}: the run has taken its ${training.step} steps already. Give more to go on: --steps ${2 * training.step}.`,
    )
  }
  return {
    model: new GPT2(config),
    config,
    tokenizer,
    corpus,
    toBeat: countLosses({ training: corpus.training, evaluation: corpus.validation, vocab: tokenizer.size }),
    settings: settingsOf(values),
    text: now,
    skipped,
    resume: training,
  }
}

/** A run keeps its sizes: with others it would be another model. */
function checkUnchanged(
  folder: string,
  { values, given }: Pick<Read<TrainFlags>, 'values' | 'given'>,
  config: CompleteConfig,
): void {
  const there = {
    layers: config.layer,
    heads: config.head,
    model: config.model,
    hidden: config.hidden,
    context: config.context,
    dropout: config.dropout,
  }
  for (const name of ['layers', 'heads', 'model', 'hidden', 'context', 'dropout'] as const) {
    if (!given.has(name) || values[name] === there[name]) continue
    throw new Error(
      `${folder}: --${name} is ${values[name]}, but the run to go on with has ${there[name]}. Leave it out, or begin a new run with --out.`,
    )
  }
}

/** The settings that flags give; what they do not say is left to the run. */
function settingsOf(values: FlagValues<TrainFlags>): Partial<TrainSettings> {
  const settings: { readonly [K in keyof TrainSettings]?: TrainSettings[K] | undefined } = {
    batch: values.batch,
    accumulate: values.accumulate,
    steps: values.steps,
    rate: values.lr,
    leastRate: values.minLr,
    warmup: values.warmup,
    decay: values.weightDecay,
    beta2: values.beta2,
    clip: values.clip,
    seed: values.seed,
    evaluateEvery: values.evalEvery,
    checkpointEvery: values.saveEvery,
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}
