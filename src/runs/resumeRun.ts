// Going on with a run: what its folder says, what flags change, and what they cannot.

import { filesOf } from '../checkpoint/filesOf.ts'
import { resumeFolder } from '../checkpoint/load.ts'
import type { Read } from '../cli/flags.ts'
import type { TrainFlags } from '../cli/train.ts'
import type { AnyModel } from '../model/language.ts'
import { changed } from '../train/following.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import { columnsOf } from './columns.ts'
import { checkIsRun, checkSameText, recordOf, type SourceRecord } from './disk/runFolder.ts'
import { withFilesFound } from './disk/whereabouts.ts'
import { type Learner, prepareLearning } from './learning.ts'
import { kindOfArchitecture } from './newModel.ts'
import type { PreparedRun } from './prepareRun.ts'
import { checkSchedule, commandRules, givenSettings } from './settings.ts'
import { readSource, type SourceNames } from './source.ts'

/** The run in a folder, to go on with. */
export async function resumeRun(
  folder: string,
  { values, given, positionals }: Read<TrainFlags>,
): Promise<PreparedRun> {
  await checkIsRun(folder)
  const { architecture, config, tokenizer, training } = await resumeFolder(filesOf(folder))
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
  const remembered = recordOf(training.settings)
  const kept = remembered && positionals.length === 0 ? await withFilesFound(remembered, folder) : remembered
  const { source, record } = await readSource(as, namesOf(folder, { values, positionals }, kept))
  checkSameText(record, kept, folder)
  const settings: TrainSettings = { ...small.training, ...settingsFromJSON(training.settings) }
  const steps = values.steps ?? settings.steps
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
    batch: values.batch ?? settings.batch,
    seed: training.seed,
    smoothing: values.smoothing ?? kept?.smoothing ?? 0,
  }
  const prepared = prepareLearning(source, learner)
  if (!('corpus' in prepared.learning) && learner.batch !== settings.batch)
    throw new Error(
      `${folder}: --batch is ${learner.batch}, but the run to go on with has ${settings.batch}, by which its examples are dealt out. ` +
        'Leave it out; --accumulate may change.',
    )
  const chosen = givenSettings(values)
  const after = changed(settings, chosen, commandRules(settings.schedule, (config as { model: number }).model))
  const others = { ...differing(after, settings), ...chosen }
  checkSchedule(values, changed(settings, others))
  return {
    ...prepared,
    ...learner,
    settings: others,
    source,
    record: learner.smoothing === 0 ? record : { ...record, smoothing: learner.smoothing },
    resume: training,
  }
}

/** The settings that are not as they were. */
function differing(settings: TrainSettings, before: TrainSettings): Partial<TrainSettings> {
  const names = Object.keys(settings) as (keyof TrainSettings)[]
  return Object.fromEntries(
    names.filter((name) => settings[name] !== before[name]).map((name) => [name, settings[name]]),
  )
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

/** What only the beginning of a run can choose. */
const keptParts = [
  ['tokenizer', 'tokenizer'],
  ['vocab', 'vocabulary'],
  ['preset', 'settings'],
  ['from', 'weights'],
] as const

/** A run keeps its sizes: with others it would be another model. */
function checkUnchanged(
  folder: string,
  { values, given }: Pick<Read<TrainFlags>, 'values' | 'given'>,
  config: object,
): void {
  for (const [name, is] of keptParts)
    if (given.has(name))
      throw new Error(
        `${folder}: the run to go on with has its ${is} already. Leave out --${name}, or begin a new run with --out.`,
      )
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
