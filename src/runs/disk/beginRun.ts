// Runs from the disk: choices name files and folders there; these are read, and then the run is prepared as everywhere.

import { filesOf } from '../../checkpoint/filesOf.ts'
import { type Beginning, fresh, loadLearnt, loadStopped, type Stopped } from '../beginning.ts'
import { checkChoices, hasAlready } from '../checkChoices.ts'
import type { Choices } from '../choices.ts'
import { kindFor, type PreparedRun, prepareRun } from '../prepareRun.ts'
import { setting, settingError } from '../settingError.ts'
import { type ReadOptions, readSource } from './readSource.ts'
import { readTokenizer, tokenizerNamed } from './readTokenizer.ts'
import { checkIsRun } from './runFolder.ts'
import { withFilesFound } from './whereabouts.ts'

/** Choices that name what lies on the disk, or on the hub. */
export interface DiskChoices extends Omit<Choices, 'tokenizer'> {
  /** A kind of a new tokenizer, or a folder with one. */
  readonly tokenizer?: string | undefined
  /** The model that has learnt something to begin with: a folder, or `hub:owner/name`. */
  readonly from?: string | undefined
}

/** Throws for choices that contradict one another, before anything is read; `stopped`: the folder of a run to go on with. */
export function checkDiskChoices({ from, tokenizer, ...choices }: DiskChoices, stopped?: string): void {
  if (stopped !== undefined && from !== undefined) throw hasAlready(stopped, 'from', 'weights')
  const kind = stopped !== undefined ? 'stopped' : from !== undefined ? 'learnt' : 'new'
  checkChoices(
    { ...choices, ...(tokenizer !== undefined && { tokenizer: tokenizerNamed(tokenizer) }) },
    { kind, name: stopped ?? from ?? '' },
  )
}

/** A new run, or one of a model that has learnt something. */
export async function beginRun(choices: DiskChoices, options: ReadOptions = {}): Promise<PreparedRun> {
  checkDiskChoices(choices)
  const { from, tokenizer: name, ...rest } = choices
  const beginning: Beginning = from === undefined ? fresh : await loadLearnt(filesOf(from), from)
  const source = await readSource(kindFor(rest, beginning), rest, beginning, options)
  const tokenizer = name === undefined ? undefined : await readTokenizer(name)
  return prepareRun({ ...rest, tokenizer }, source, beginning)
}

/** The run in a folder, to go on with. */
export async function resumeRun(folder: string, choices: DiskChoices, options: ReadOptions = {}): Promise<PreparedRun> {
  await checkIsRun(folder)
  checkDiskChoices(choices, folder)
  const { from: _, tokenizer: __, ...rest } = choices
  const run = await loadStopped(filesOf(folder))
  const as = kindFor(rest, run)
  const all = await withKeptSource(rest, run)
  return prepareRun(all, await readSource(as, all, run, options), run)
}

/** The choices with the source that is named now, or else with the one that the run remembers. */
async function withKeptSource(
  choices: Omit<Choices, 'tokenizer'>,
  { name, record }: Stopped,
): Promise<Omit<Choices, 'tokenizer'>> {
  const { files = [], task, data, columns } = choices
  const isNamed = files.length > 0 || data !== undefined
  const kept = record && !isNamed ? await withFilesFound(record, name) : record
  const found = {
    task: task ?? (isNamed ? undefined : kept?.task),
    data: data ?? (isNamed || task !== undefined ? undefined : kept?.data),
    files: isNamed ? files : task === undefined ? (kept?.files ?? []) : [],
    columns: { ...kept?.columns, ...columns },
  }
  if (found.task === undefined && found.data === undefined && found.files.length === 0)
    throw settingError`${name}: the run does not say what text it was trained on. Name it: ${setting('files', name)}.`
  return { ...choices, ...found }
}
