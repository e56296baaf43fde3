// Flags and settings: which flag of `train` says which setting of a run, and how messages about settings are said to whoever
// gave flags.

import type { Setting } from '../runs/choices.ts'
import type { DiskChoices } from '../runs/disk/beginRun.ts'
import type { PictureChoices } from '../runs/pictures.ts'
import { type Mention, SettingError } from '../runs/settingError.ts'
import { columnsOf } from './columns.ts'
import { dashed } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'

/** The settings that flags have another name for: numbers, which flags give as they are. */
const renamed = {
  layers: 'layer',
  heads: 'head',
  lr: 'rate',
  minLr: 'leastRate',
  weightDecay: 'decay',
  evalEvery: 'evaluateEvery',
  saveEvery: 'checkpointEvery',
} as const satisfies Readonly<Record<string, Setting>>

/** The settings whose flags have their names. */
const alike = [
  'as',
  'task',
  'from',
  'preset',
  'tokenizer',
  'vocab',
  'patch',
  'codes',
  'model',
  'hidden',
  'context',
  'dropout',
  'batch',
  'accumulate',
  'steps',
  'schedule',
  'warmup',
  'beta2',
  'clip',
  'smoothing',
  'seed',
  'threads',
  'window',
  'negative',
  'sample',
  'minCount',
  'epochs',
] as const satisfies readonly (keyof DiskChoices)[]

type Renamed = typeof renamed

/** The flags that say something of a run. */
export type RunFlagValues = { readonly [K in keyof Renamed]: DiskChoices[Renamed[K]] } & {
  readonly [K in (typeof alike)[number]]: DiskChoices[K]
} & Parameters<typeof columnsOf>[0]

/** The choices that flags and files say. */
export function choicesOf(values: RunFlagValues, files: readonly string[]): DiskChoices {
  return {
    ...Object.fromEntries(alike.map((name) => [name, values[name]])),
    ...Object.fromEntries((Object.keys(renamed) as (keyof Renamed)[]).map((name) => [renamed[name], values[name]])),
    columns: columnsOf(values),
    files,
  }
}

/** The flags that say something of a run of pictures, by their settings. */
const ofPictures = {
  ...{ layers: 'layer', heads: 'head', model: 'model', hidden: 'hidden', patch: 'patch', dropout: 'dropout' },
  ...{ batch: 'batch', accumulate: 'accumulate', steps: 'steps', schedule: 'schedule', lr: 'rate', minLr: 'leastRate' },
  ...{ warmup: 'warmup', weightDecay: 'decay', beta2: 'beta2', clip: 'clip', seed: 'seed', smoothing: 'smoothing' },
  ...{ evalEvery: 'evaluateEvery', saveEvery: 'checkpointEvery', shift: 'shift' },
} as const

/** Flags of training that are no choices of a run. */
const aside = ['data', 'out', 'resume', 'force', 'json', 'threads', 'engine']

/** The choices that flags say for a run of pictures, and the flags that mean nothing there. */
export function pictureChoicesOf(values: Readonly<Record<string, unknown>>): {
  readonly choices: PictureChoices
  readonly others: readonly string[]
} {
  const said = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
  )
  const isKnown = (name: string): name is keyof typeof ofPictures => Object.hasOwn(ofPictures, name)
  return {
    choices: Object.fromEntries(said.flatMap(([name, value]) => (isKnown(name) ? [[ofPictures[name], value]] : []))),
    others: said.flatMap(([name]) => (isKnown(name) || aside.includes(name) ? [] : [dashed(name)])),
  }
}

const flagNames = new Map<Setting, string>(Object.entries(renamed).map(([flag, setting]) => [setting, flag]))

/** The flag of a setting, without its dashes: `min-lr`. */
export const flagNameOf = (setting: Setting): string => dashed(flagNames.get(setting) ?? setting)

/** A setting as it is said on a command line. */
function onCommandLine({ setting, run }: Mention): string {
  if (setting !== 'files') return `--${flagNameOf(setting)}`
  return run === undefined ? 'FILE…' : cutaway(`train FILE… --out ${quoted(run)} --resume`)
}

/** An error as it is said to whoever gave flags. */
export function inFlags(error: unknown): unknown {
  if (!(error instanceof SettingError)) return error
  return new Error(error.inWords(onCommandLine), { cause: error })
}
