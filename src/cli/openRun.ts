// Opening a run: from the name of a folder to a model that can be run.

import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { filesOf } from '../checkpoint/filesOf.ts'
import { type Described, describeFolder, type Loaded, loadFolder } from '../checkpoint/load.ts'
import type { Processor } from '../checkpoint/processor.ts'
import { drawingKind } from '../data/drawingFiles.ts'
import { recordingKind } from '../data/recordingFiles.ts'
import type { WordedKind } from '../data/wordedFiles.ts'
import { seeing } from '../encode/seen.ts'
import type { Engine } from '../engine/engine.ts'
import type { AnyModel, ModelKind } from '../model/language.ts'
import { runContent } from '../runs/disk/runFolder.ts'
import { choice } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { type EngineFlags, engineFlags, openEngine } from './openEngine.ts'
import type { Terminal } from './terminal.ts'

export interface OpenRun<M extends AnyModel = AnyModel> extends Omit<Loaded, 'model' | keyof Processor>, Processor {
  /** Where it sees pictures, for those that are prepared as its folder says. */
  readonly model: M
  /** Holds the model's weights. */
  readonly engine: Engine
}

/** The flags of every command that runs a model. */
export const runFlags = {
  ...engineFlags,
  weights: choice('how weights are kept: f32, or bf16, which takes half the memory and rounds to three digits', [
    'f32',
    'bf16',
  ]),
}

export interface RunFlags extends EngineFlags {
  readonly weights?: 'f32' | 'bf16' | undefined
}

/** Loads a run's model into a new engine; what its folder says that is not used is told. */
export async function openRun(folder: string, flags: RunFlags, terminal: Terminal): Promise<OpenRun> {
  const engine = await openEngine(flags)
  try {
    const { weights } = flags
    const loaded = await loadFolder(filesOf(folder), engine, weights && { weights })
    tellWarnings(loaded.warnings, terminal)
    return { ...loaded, model: seeing(loaded.model, loaded.preparation), engine }
  } catch (error) {
    engine.close()
    throw error
  }
}

/** Tells what a folder says, or holds, that is not used. */
export function tellWarnings(warnings: readonly string[], terminal: Terminal): void {
  for (const warning of warnings) terminal.note(terminal.colours.yellow(`Note: ${warning}`))
}

/** As `openRun`, for commands that need a model of some kinds. Throws for one of another, saying what would do. */
export async function openRunOf<K extends ModelKind>(
  command: string,
  kinds: readonly K[],
  folder: string,
  flags: RunFlags,
  terminal: Terminal,
): Promise<OpenRun<Extract<AnyModel, { kind: K }>>> {
  const run = await openRun(folder, flags, terminal)
  const kind = run.model.kind
  if (kinds.some((each) => each === kind)) return run as OpenRun<Extract<AnyModel, { kind: K }>>
  run.engine.close()
  throw unfitKind(command, kinds, folder, run)
}

/** The error for a run that a command cannot use, though it opens: what the command needs, and which one would do. */
export function unfitKind(command: string, kinds: readonly ModelKind[], folder: string, run: OpenRun): Error {
  const { kind } = run.model
  const special = ownKind(run) ?? (run.preparation ? seenBy[kind] : undefined)
  const own = [hearing, drawing, speaking].find((each) => each.command === command)
  const needed = own?.is ?? kinds.map((each) => described[each]).join(' or ')
  return new Error(
    `${command}: ${folder} holds ${special?.is ?? described[kind]}; ${command} needs ${needed}. ` +
      `Try "${cutaway(`${special?.command ?? usualCommand[kind]} ${quoted(folder)} …`)}".`,
  )
}

interface OwnKind {
  readonly is: string
  readonly does: string
  /** The command for it. */
  readonly command: string
}

const hearing: OwnKind = { is: 'a model that hears', does: 'writes text', command: 'transcribe' }
const drawing: OwnKind = { is: 'a model that draws', does: 'draws pictures', command: 'draw' }
const speaking: OwnKind = { is: 'a model that speaks', does: 'speaks', command: 'speak' }

/** The name of a model that hears, or writes no text, and the command for it; undefined for any other. */
export function ownKind({ codec, features }: Pick<OpenRun, 'codec' | 'features'>): OwnKind | undefined {
  if (features) return hearing
  return codec && (codec.kind === 'picture' ? drawing : speaking)
}

const described: Record<ModelKind, string> = {
  decoder: 'a model that writes on (a decoder)',
  masked: 'a model that fills in masked tokens (an encoder)',
  encoder: 'a model that turns texts into vectors (an encoder)',
  classifier: 'a classifier',
  'encoder-decoder': 'a translator (an encoder and a decoder)',
  'dual-encoder': 'a model of texts and pictures in one space (two encoders)',
}

/** The models that see pictures, of the kinds that also read text: what they are, and the command for them. */
const seenBy: Partial<Record<ModelKind, Omit<OwnKind, 'does'>>> = {
  encoder: { is: 'an encoder of pictures, which knows no classes', command: 'attention' },
  classifier: { is: 'a classifier of pictures', command: 'classify' },
}

const usualCommand: Record<ModelKind, string> = {
  decoder: 'generate',
  masked: 'fill',
  encoder: 'embed',
  classifier: 'classify',
  'encoder-decoder': 'translate',
  'dual-encoder': 'embed',
}

/** The error for a command that was not told which run: it names those that are there, of models of the kinds that it opens. */
export async function noRun(command: string, kinds?: readonly ModelKind[]): Promise<Error> {
  const names = await readdir('runs').catch((): string[] => [])
  const found = await Promise.all(names.map((name) => kindOfRun(`runs/${name}`)))
  const isOpened = (kind: ModelKind | undefined): boolean => kind !== undefined && (kinds ?? [kind]).includes(kind)
  const runs = names.filter((_, i) => isOpened(found[i])).map((name) => `runs/${name}`)
  const known =
    runs.length === 0
      ? `Train one with "${cutaway('train')}".`
      : `There ${runs.length === 1 ? 'is' : 'are'} ${runs.slice(0, 8).join(', ')}.`
  const line = cutaway(`${command} ${quoted(runs[0] ?? 'runs/name')}`)
  return new Error(`${command} needs the folder of a run: ${line}. ${known}`)
}

/** True for the path of a recording, by its name; of one in a format that is not read too, as who opens it says. */
export const namesRecording = (path: string): boolean => namesOne(recordingKind, path)

/** True for the path of a picture, by its name; of one in a format that is not read too, as who opens it says. */
export const namesPicture = (path: string): boolean => namesOne(drawingKind, path)

const namesOne = ({ pattern, others }: WordedKind, path: string): boolean =>
  [pattern, others.pattern].some((each) => each.test(basename(path)))

/** The run with one encoder of its model, where that has one of texts and one of pictures: the one that reads what is looked at. */
export function readerOf(run: OpenRun, what: 'texts' | 'pictures'): OpenRun {
  return run.model.kind === 'dual-encoder' ? { ...run, model: run.model[what] } : run
}

/** The kind of examples that a run reads: texts, or files of pictures or recordings. */
export type Medium = 'text' | 'picture' | 'recording'

/**
 * The things that the model in a folder reads; texts where there is none that can be opened. Of one that reads texts and pictures it depends
 * on what it is `given`.
 */
export async function mediumOf(folder: string, given?: string): Promise<Medium> {
  const described = await describedIn(folder)
  if (described?.features) return 'recording'
  // What draws without words reads pictures too: as codes.
  if (described && readsCodes(described)) return 'picture'
  if (described?.preparation === undefined) return 'text'
  const isPicture = given === undefined || namesPicture(given) || described.blueprint.build().kind !== 'dual-encoder'
  return isPicture ? 'picture' : 'text'
}

/** True for a model that reads no text and no numbers, but the codes of pictures. */
export const readsCodes = ({ codec, blueprint }: Pick<Described, 'codec' | 'blueprint'>): boolean =>
  codec !== undefined && blueprint.architecture.hasColours === true

/** The kind of the model in a folder; undefined where there is none that can be opened. */
export const kindOfRun = async (folder: string): Promise<ModelKind | undefined> =>
  (await describedIn(folder))?.blueprint.build().kind

/** The description of the model in a folder; undefined where there is none that can be opened. */
async function describedIn(folder: string): Promise<Described | undefined> {
  if ((await runContent(folder).catch(() => 'other')) !== 'run') return undefined
  return describeFolder(filesOf(folder)).catch(() => undefined)
}
