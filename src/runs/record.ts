// The memory that a run has of its source, so that it goes on with the same and with nothing else. It is saved with the
// settings of its training.

import type { LabelledPictures } from '../data/pictures.ts'
import { sha256Of } from '../text/digest.ts'
import { checkIsObject, kindOf } from '../text/json.ts'
import { type Columns, type DataName, dataNames } from './choices.ts'
import { openingWords } from './openingWords.ts'
import { setting, settingError } from './settingError.ts'
import type { Source, SourceChoices, SourceOf } from './source.ts'

export interface SourceRecord {
  readonly files: readonly string[]
  /** The places of the files, seen from the run's folder: the run may be taken up again from elsewhere. */
  readonly beside?: readonly string[]
  /** The number of its characters; of labelled pictures, how many there are. */
  readonly characters: number
  /** Of the text in UTF-8; of labelled pictures, of their pixels and labels. */
  readonly sha256: string
  /** The task whose questions it learns from, in place of files. */
  readonly task?: string
  /** The name of known data that it learns from, in place of files. */
  readonly data?: DataName
  /** The names of a table's columns, where they were said. */
  readonly columns?: Columns
  /** The first words of it, with which begins who looks at the model without it; a task makes them anew. */
  readonly example?: string
  /** The share of targets that is given to all entries alike. */
  readonly smoothing?: number
  /** The most pixels by which its pictures are moved. */
  readonly shift?: number
}

/** The record of a source. */
export async function recordOfSource(
  source: Source,
  { files = [], data, columns = {} }: SourceChoices,
): Promise<SourceRecord> {
  if (source.kind === 'pictures')
    return { ...(data ? { files: [], data } : { files }), ...(await wholePictures(source)) }
  if (source.kind === 'task') return { ...(await recordText(source.task.name, [])), task: source.task.name }
  const example = openingWords(source)
  const begins = example === undefined ? {} : { example }
  if (source.kind === 'text') return { ...(await recordText(source.text, source.files)), ...begins }
  const text =
    source.kind === 'drawings'
      ? await wholeDrawings(source)
      : source.kind === 'recordings'
        ? await wholeRecordings(source)
        : wholeText(source)
  const record = { ...(await recordText(text, files)), ...begins }
  return Object.keys(columns).length > 0 ? { ...record, columns } : record
}

function wholeText(source: SourceOf<'pairs' | 'labelled'>): string {
  if (source.kind === 'pairs') return source.pairs.map(({ source, target }) => `${source}\t${target}\n`).join('')
  return source.texts.map(({ label, text, second }) => [label, text, second].join('\t')).join('\n')
}

/** All pixels, and behind those of each picture its label. */
async function wholePictures({
  training,
  validation,
}: LabelledPictures): Promise<Pick<SourceRecord, 'characters' | 'sha256'>> {
  const all = [...training, ...validation]
  const bytes = new Uint8Array(all.reduce((sum, { picture }) => sum + picture.pixels.length + 1, 0))
  let at = 0
  for (const { picture, label } of all) {
    bytes.set(picture.pixels, at)
    at += picture.pixels.length
    bytes[at++] = label
  }
  return { characters: all.length, sha256: await sha256Of(bytes) }
}

/** Names and words, and of each picture its digest. */
async function wholeDrawings({ drawings }: SourceOf<'drawings'>): Promise<string> {
  const lines: string[] = []
  for (const { name, words, picture } of drawings) lines.push(`${name}\t${words}\t${await sha256Of(picture.pixels)}\n`)
  return lines.join('')
}

/** Names and words, and of each sound its rate and its digest. */
async function wholeRecordings({ recordings }: SourceOf<'recordings'>): Promise<string> {
  const lines: string[] = []
  for (const { name, words, sound } of recordings) {
    const { buffer, byteOffset, byteLength } = sound.samples
    const digest = await sha256Of(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength))
    lines.push(`${name}\t${words}\t${sound.rate}\t${digest}\n`)
  }
  return lines.join('')
}

async function recordText(text: string, files: readonly string[]): Promise<SourceRecord> {
  return { files, characters: text.length, sha256: await sha256Of(text) }
}

/** The record in the settings of a run; undefined where there is none, as in a state that a program of one's own has saved. */
export function recordFromJSON(settings: unknown): SourceRecord | undefined {
  checkIsObject(settings, 'settings')
  const { text } = settings
  if (text === undefined) return undefined
  checkIsObject(text, 'settings: text')
  const { files, beside = [], characters, sha256, task, data, columns = {}, example, smoothing, shift } = text
  checkIsObject(columns, 'settings: text: columns')
  const areTexts = (list: unknown): boolean => Array.isArray(list) && list.every(isText)
  const wrong = Object.entries({
    files: areTexts(files),
    beside: areTexts(beside),
    characters: Number.isSafeInteger(characters),
    sha256: isText(sha256) && /^[0-9a-f]{64}$/.test(sha256),
    task: task === undefined || isText(task),
    data: data === undefined || dataNames.some((name) => name === data),
    columns: Object.values(columns).every(isText),
    example: example === undefined || isText(example),
    shift: shift === undefined || Number.isSafeInteger(shift),
    smoothing: smoothing === undefined || (typeof smoothing === 'number' && smoothing >= 0 && smoothing < 1),
  }).find(([, isRight]) => !isRight)
  if (wrong)
    throw new Error(
      `settings: text: ${wrong[0]} is ${kindOf(text[wrong[0]])}. The training state is damaged; start the training anew.`,
    )
  return text as unknown as SourceRecord
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** Throws unless a source is the one that a run has learnt from so far: with another one it would be another run. */
export function checkSameText(text: SourceRecord, kept: SourceRecord | undefined, run: string): void {
  if (kept === undefined || kept.sha256 === text.sha256) return
  const [is, count] = kept.shift === undefined ? ['another text', 'characters'] : ['other pictures', 'of them']
  const told = ({ characters, ...record }: SourceRecord): string => `${named(record)}, ${characters} ${count}`
  throw settingError`${run}: it was trained on ${is} (${told(kept)}) than ${named(text)} is now (${text.characters} ${count}). Give that, or begin a new run with ${setting('out')}.`
}

const named = ({ task, data, files }: Pick<SourceRecord, 'task' | 'data' | 'files'>): string =>
  task === undefined ? (data ?? files.join(', ')) : `the task ${task}`
