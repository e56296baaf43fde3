// Flags and settings: which flag of `train` says which setting of a run, and how messages about settings are said to whoever
// gave flags.

import type { Setting } from '../runs/choices.ts'
import type { DiskChoices } from '../runs/disk/beginRun.ts'
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
  'data',
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
  'shift',
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
