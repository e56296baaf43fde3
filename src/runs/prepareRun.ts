// Preparing a training run: from what the command line says to everything that training needs, checked before it begins.

import { availableParallelism } from 'node:os'
import type { Architecture } from '../checkpoint/architecture.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { FlagValues, Read } from '../cli/flags.ts'
import type { TrainFlags } from '../cli/train.ts'
import type { AnyModel } from '../model/language.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import { columnsOf } from './columns.ts'
import {
  type RunSizes,
  usualEpochSteps,
  usualExampleSizes,
  usualInterval,
  usualSizes,
  usualSteps,
  usualTaskRate,
} from './defaults.ts'
import { checkIsFree, type SourceRecord } from './disk/runFolder.ts'
import { continued, type Learnt, loadLearnt, newMeaning } from './fineTuning.ts'
import { type Learning, prepareLearning, specialIds } from './learning.ts'
import { longestExample } from './longest.ts'
import { kindOfArchitecture, newModel, type Planned } from './newModel.ts'
import { checkHas, newTokenizer } from './newTokenizer.ts'
import { checkSchedule, givenSettings, type Preset, presetOf } from './settings.ts'
import { type RunKind, readSource, type Source, textOfSource } from './source.ts'

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
  const preset = presetOf(values)
  const learnt = values.from === undefined ? undefined : await loadLearnt(values.from)
  const as = values.as ?? (learnt && kindOfArchitecture(learnt.architecture)) ?? 'decoder'
  const { source, record } = await readSource(as, { paths: positionals, task: values.task, columns: columnsOf(values) })
  const tokenizer = await tokenizerOf(source, as, learnt, values)
  const { batch, ...sizes } = sizesOf(source, as, tokenizer, { values, preset })
  const seed = values.seed ?? 0
  const labels = source.kind === 'labelled' ? source.labels : []
  if (learnt) checkKept(learnt, given, preset)
  const planned: Planned & { readonly weights?: Weights } = learnt
    ? continued(learnt, { as, labels, dropout: values.dropout ?? preset?.dropout, seed })
    : newModel(
        as,
        { ...sizes, vocab: tokenizer.size, hidden: values.hidden, dropout: values.dropout ?? preset?.dropout ?? 0 },
        { special: specialIds(as, tokenizer, source.kind === 'task' ? source.task : undefined), labels },
      )
  const model = planned.architecture.build(planned.config) as AnyModel
  const smoothing = values.smoothing ?? preset?.smoothing ?? 0
  const learning = prepareLearning(source, { ...planned, as, model, tokenizer, batch, seed, smoothing })
  const { context } = model.config
  const windows = 'corpus' in learning.learning ? learning.learning.corpus.training.length : undefined
  const steps =
    values.steps ??
    preset?.steps ??
    (windows === undefined
      ? usualEpochSteps(learning.stepsPerEpoch, source.kind === 'task')
      : usualSteps(windows, batch * context * (values.accumulate ?? 1)))
  const settings = {
    ...(source.kind === 'task' && { rate: usualTaskRate }),
    ...preset?.settings({ model: (planned.config as { model: number }).model, steps }),
    batch,
    ...(windows !== undefined && { context }),
    steps,
    ...givenSettings(values),
  }
  const { schedule, rate } = { ...small.training, ...settings }
  checkSchedule(values, { schedule, rate, leastRate: settings.leastRate ?? 0 })
  const every = preset?.evaluateEvery ?? usualInterval(steps)
  return {
    ...learning,
    ...planned,
    as,
    model,
    tokenizer,
    settings: { evaluateEvery: every, checkpointEvery: settings.evaluateEvery ?? every, ...settings },
    source,
    record: smoothing === 0 ? record : { ...record, smoothing },
    ...(learnt && { from: learnt.from, warnings: [...learnt.warnings, ...newMeaning(learnt, as)] }),
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

function sizesOf(
  source: Source,
  as: RunKind,
  tokenizer: Tokenizer,
  { values, preset }: { values: Values; preset: Preset | undefined },
): RunSizes {
  const given = {
    layer: values.layers,
    head: values.heads,
    model: values.model,
    context: values.context,
    batch: values.batch,
  }
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  if (preset?.sizes) return { ...preset.sizes, ...chosen }
  if (source.kind === 'text') {
    const threads = values.threads ?? availableParallelism()
    return usualSizes({ tokens: source.text.length, threads }, given)
  }
  const examples =
    source.kind === 'task' ? undefined : source.kind === 'pairs' ? source.pairs.length : source.texts.length
  const longest = given.context ?? longestExample(source, as, tokenizer)
  return usualExampleSizes({ examples, longest }, given)
}

/** A model that has learnt something keeps its sizes. */
function checkKept({ folder }: Learnt, given: ReadonlySet<string>, preset: Preset | undefined): void {
  if (preset?.sizes) throw new Error(`--from ${folder} keeps its sizes, which this --preset would set. Leave it out.`)
  for (const name of ['layers', 'heads', 'model', 'hidden', 'context'])
    if (given.has(name)) throw new Error(`--from ${folder} keeps its sizes. Leave out --${name}.`)
}
