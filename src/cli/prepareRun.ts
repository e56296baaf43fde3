// Preparing a training run: from what the command line says to everything that training needs, checked before it begins.

import { availableParallelism } from 'node:os'
import type { Architecture } from '../checkpoint/architecture.ts'
import { resumeFolder } from '../checkpoint/folder.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { AnyModel } from '../model/language.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { nanogptShakespeare, paper, settingsFromJSON, small, type TrainSettings } from '../train/settings.ts'
import {
  type RunSizes,
  usualEpochSteps,
  usualExampleSizes,
  usualInterval,
  usualSizes,
  usualSteps,
  usualTaskRate,
} from './defaults.ts'
import { continued, type Learnt, loadLearnt } from './fineTuning.ts'
import type { FlagValues, Read } from './flags.ts'
import { type Learner, type Learning, prepareLearning, specialIds } from './learning.ts'
import { longestExample } from './longest.ts'
import { kindOfArchitecture, newModel, type Planned } from './newModel.ts'
import { checkHas, newTokenizer } from './newTokenizer.ts'
import { checkIsFree, checkIsRun, checkSameText, recordOf, type SourceRecord } from './runFolder.ts'
import { type RunKind, readSource, type Source, type SourceNames, textOfSource } from './source.ts'
import type { TrainFlags } from './train.ts'

/** Everything that a session needs to know of its run. */
export interface PreparedRun extends Learning {
  readonly as: RunKind
  readonly architecture: Architecture
  readonly config: object
  readonly model: AnyModel
  readonly tokenizer: Tokenizer
  readonly settings: Partial<TrainSettings>
  readonly source: Source
  readonly record: SourceRecord
  /** The weights to begin with, and the folder that they came from. */
  readonly weights?: Weights
  readonly from?: FolderFiles
  readonly resume?: TrainingState
  /** What the folder that it began from says, or holds, that is not used. */
  readonly warnings?: readonly string[]
}

type Values = FlagValues<TrainFlags>

/** A new run, with the sizes and settings that flags give; what they do not say follows the text and the machine. */
export async function beginRun(folder: string, { values, given, positionals }: Read<TrainFlags>): Promise<PreparedRun> {
  await checkIsFree(folder, { mayReplace: values.force })
  const learnt = values.from === undefined ? undefined : await loadLearnt(values.from)
  const as = values.as ?? (learnt && kindOfArchitecture(learnt.architecture)) ?? 'decoder'
  const { source, record } = await readSource(as, { paths: positionals, task: values.task, columns: columnsOf(values) })
  const tokenizer = await tokenizerOf(source, as, learnt, values)
  const { batch, ...sizes } = sizesOf(source, as, tokenizer, values)
  const seed = values.seed ?? 0
  const labels = source.kind === 'labelled' ? source.labels : []
  if (learnt) checkKept(learnt, given)
  const planned: Planned & { readonly weights?: Weights } = learnt
    ? continued(learnt, { as, labels, dropout: values.dropout, seed })
    : newModel(
        as,
        { ...sizes, vocab: tokenizer.size, hidden: values.hidden, dropout: values.dropout ?? usualDropout(values) },
        { special: specialIds(as, tokenizer, source.kind === 'task' ? source.task : undefined), labels },
      )
  const model = planned.architecture.build(planned.config) as AnyModel
  const smoothing = values.smoothing ?? (values.preset === 'paper' ? 0.1 : 0)
  const learning = prepareLearning(source, { ...planned, as, model, tokenizer, batch, seed, smoothing })
  const { context } = model.config
  const windows = 'corpus' in learning.learning ? learning.learning.corpus.training.length : undefined
  const steps =
    values.steps ??
    presetSteps(values) ??
    (windows === undefined
      ? usualEpochSteps(learning.stepsPerEpoch, source.kind === 'task')
      : usualSteps(windows, batch * context * (values.accumulate ?? 1)))
  const settings = {
    ...(source.kind === 'task' && { rate: usualTaskRate }),
    ...presetSettings(values, { model: sizes.model, steps }),
    batch,
    ...(windows !== undefined && { context }),
    steps,
    ...settingsOf(values),
  }
  const every = values.preset === 'nanogpt' ? small.training.evaluateEvery : usualInterval(steps)
  return {
    ...learning,
    ...planned,
    as,
    model,
    tokenizer,
    settings: { evaluateEvery: every, checkpointEvery: settings.evaluateEvery ?? every, ...settings },
    source,
    record: smoothing === 0 ? record : { ...record, smoothing },
    ...(learnt && { from: learnt.from, warnings: learnt.warnings }),
  }
}

async function tokenizerOf(
  source: Source,
  as: RunKind,
  learnt: Learnt | undefined,
  { tokenizer: name, vocab }: Values,
): Promise<Tokenizer> {
  if (learnt) {
    if (name !== undefined || vocab !== undefined)
      throw new Error(`--from ${learnt.folder} keeps its tokenizer. Leave out --tokenizer and --vocab.`)
    checkHas(learnt.tokenizer, as, learnt.folder)
    return learnt.tokenizer
  }
  if (source.kind !== 'task') return newTokenizer(as, textOfSource(source), { name, vocab })
  if (name !== undefined || vocab !== undefined)
    throw new Error(`--task ${source.task.name} has its own characters. Leave out --tokenizer and --vocab.`)
  return source.task.tokenizer
}

function sizesOf(source: Source, as: RunKind, tokenizer: Tokenizer, values: Values): RunSizes {
  const given = {
    layer: values.layers,
    head: values.heads,
    model: values.model,
    context: values.context,
    batch: values.batch,
  }
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (values.preset === 'nanogpt') return { ...withoutDropout(small), ...chosen }
  if (values.preset === 'nanogpt-shakespeare') return { ...withoutDropout(nanogptShakespeare), ...chosen }
  if (source.kind === 'text') {
    const threads = values.threads ?? availableParallelism()
    return usualSizes({ tokens: source.text.length, threads }, given)
  }
  const examples =
    source.kind === 'task' ? undefined : source.kind === 'pairs' ? source.pairs.length : source.texts.length
  const longest = given.context ?? longestExample(source, as, tokenizer)
  return usualExampleSizes({ examples, longest }, given)
}

function withoutDropout({ model, training }: typeof small | typeof nanogptShakespeare): RunSizes {
  const { dropout: _, ...sizes } = model
  return { ...sizes, batch: training.batch }
}

function usualDropout({ preset }: Values): number {
  return { none: 0, nanogpt: 0, 'nanogpt-shakespeare': nanogptShakespeare.model.dropout, paper: 0.1 }[preset ?? 'none']
}

function presetSteps({ preset }: Values): number | undefined {
  if (preset === 'nanogpt') return small.training.steps
  return preset === 'nanogpt-shakespeare' ? nanogptShakespeare.training.steps : undefined
}

function presetSettings({ preset, warmup }: Values, sizes: { model: number; steps: number }): Partial<TrainSettings> {
  if (preset === 'nanogpt-shakespeare') return nanogptShakespeare.training
  return preset === 'paper' ? paper({ ...sizes, warmup }).training : {}
}

/** A model that has learnt something keeps its sizes. */
function checkKept({ folder }: Learnt, given: ReadonlySet<string>): void {
  for (const name of ['layers', 'heads', 'model', 'hidden', 'context'])
    if (given.has(name)) throw new Error(`--from ${folder} keeps its sizes. Leave out --${name}.`)
}

/** The run in a folder, to go on with. */
export async function resumeRun(
  folder: string,
  { values, given, positionals }: Read<TrainFlags>,
): Promise<PreparedRun> {
  await checkIsRun(folder)
  const { architecture, config, tokenizer, training } = await resumeFolder(folder)
  const as = kindOfArchitecture(architecture)
  if (as === undefined)
    throw new Error(
      `${folder}: it holds a ${architecture.name}, which is not trained here. Train another run --from it.`,
    )
  if (values.as !== undefined && values.as !== as)
    throw new Error(
      `${folder}: it was trained --as ${as}, not ${values.as}. Leave out --as, or begin a new run with --out.`,
    )
  checkUnchanged(folder, { values, given }, config)
  const kept = recordOf(training.settings)
  const { source, record } = await readSource(as, namesOf(folder, { values, positionals }, kept))
  checkSameText(record, kept, folder)
  const settings = settingsFromJSON(training.settings)
  const steps = values.steps ?? settings.steps ?? training.step
  if (steps <= training.step) {
    throw new Error(
      `${folder}: the run has taken its ${training.step} steps already. Give more to go on: --steps ${2 * training.step}.`,
    )
  }
  const model = architecture.build(config as never) as AnyModel
  const learner: Learner = {
    as,
    model,
    config,
    architecture,
    tokenizer,
    batch: values.batch ?? settings.batch ?? small.training.batch,
    seed: training.seed,
    smoothing: values.smoothing ?? kept?.smoothing ?? 0,
  }
  return {
    ...prepareLearning(source, learner),
    ...learner,
    settings: settingsOf(values),
    source,
    record: learner.smoothing === 0 ? record : { ...record, smoothing: learner.smoothing },
    resume: training,
  }
}

/** What the run learns from: what is named now, or what it remembers. */
function namesOf(
  folder: string,
  { values, positionals }: Pick<Read<TrainFlags>, 'values' | 'positionals'>,
  kept: SourceRecord | undefined,
): SourceNames {
  const task = values.task ?? (positionals.length === 0 ? kept?.task : undefined)
  const paths = positionals.length > 0 ? positionals : (kept?.files ?? [])
  if (paths.length === 0 && task === undefined)
    throw new Error(
      `${folder}: the run does not say what text it was trained on. Name it: cutaway train FILE… --out ${folder} --resume.`,
    )
  return { paths: task === undefined ? paths : [], task, columns: { ...kept?.columns, ...columnsOf(values) } }
}

/** A run keeps its sizes: with others it would be another model. */
function checkUnchanged(
  folder: string,
  { values, given }: Pick<Read<TrainFlags>, 'values' | 'given'>,
  config: object,
): void {
  const { encoder, ...sizes } = config as Record<string, unknown> & { encoder?: object }
  const { layer, head, model, hidden, context, dropout } = { ...sizes, ...encoder } as Record<string, number>
  const there = { layers: layer, heads: head, model, hidden, context, dropout }
  for (const name of ['layers', 'heads', 'model', 'hidden', 'context', 'dropout'] as const) {
    if (!given.has(name) || values[name] === there[name]) continue
    throw new Error(
      `${folder}: --${name} is ${values[name]}, but the run to go on with has ${there[name]}. Leave it out, or begin a new run with --out.`,
    )
  }
}

function columnsOf({ source, target, label }: Values): NonNullable<SourceNames['columns']> {
  return { ...(source && { source }), ...(target && { target }), ...(label && { label }) }
}

/** The settings that flags give; what they do not say is left to the run. */
function settingsOf(values: Values): Partial<TrainSettings> {
  const settings: { readonly [K in keyof TrainSettings]?: TrainSettings[K] | undefined } = {
    batch: values.batch,
    accumulate: values.accumulate,
    steps: values.steps,
    schedule: values.schedule,
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
