// Measurements that are kept, each when it ends, so that a lab that was interrupted goes on. A name is a digest of everything that the numbers
// depend on: another text, size or setting, or another edition of the lab, has other names, and nothing is ever mixed.

import { sha256Of } from '../text/digest.ts'
import { checkIsObject } from '../text/json.ts'
import type { LabText } from './labText.ts'
import type { Measured, VariantSetting } from './question.ts'

/** The edition of the lab's code. It is raised when equal settings come to other numbers than before. */
const edition = 1

/** Where measurements are kept: a folder, or whatever a page has. */
export interface LabStore {
  /** The place that a name is kept at, for messages. */
  placeOf(name: string): string
  /** Undefined where nothing is kept by that name. */
  read(name: string): Promise<string | undefined>
  write(name: string, content: string): Promise<void>
}

/** A measurement, and how long it took. */
export interface SavedMeasurement {
  readonly measured: Measured
  /** Seconds of one thread. */
  readonly seconds: number
  /** The day on which it was made: `2026-01-31`. */
  readonly day: string
}

/** The things that a measurement's numbers depend on. */
interface Measuring {
  readonly setting: VariantSetting
  readonly seed: number
  readonly text: Pick<LabText, 'digest'>
}

/** The name of a measurement: a digest of what its numbers depend on. */
export async function nameOfMeasurement({ setting, seed, text }: Measuring): Promise<string> {
  const all = canonical({ edition, text: text.digest, seed, setting })
  return (await sha256Of(all)).slice(0, 24)
}

/** JSON in which the fields of objects stand in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : each,
  )
}

/** Reads what is kept of a measurement; undefined where nothing is. Throws for what is damaged, naming its place. */
export async function readSaved(store: LabStore, name: string): Promise<SavedMeasurement | undefined> {
  const content = await store.read(name)
  if (content === undefined) return undefined
  try {
    return savedFrom(JSON.parse(content, infinite))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(
      `${store.placeOf(name)}: this is no measurement of the lab (${reason}). Remove the file; it is then measured anew.`,
      { cause: error },
    )
  }
}

/** Keeps a measurement, with what it is of, for people who look into the file. */
export async function writeSaved(
  store: LabStore,
  { setting, seed, text }: Measuring,
  saved: SavedMeasurement,
): Promise<void> {
  const name = await nameOfMeasurement({ setting, seed, text })
  await store.write(name, `${JSON.stringify({ edition, text: text.digest, seed, setting, ...saved }, finite, 1)}\n`)
}

/** JSON has no numbers that are none: they stand as words. */
const finite = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value

const infinite = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'number' in value && Object.keys(value).length === 1
    ? Number(value.number)
    : value

function savedFrom(content: unknown): SavedMeasurement {
  checkIsObject(content, 'the file')
  const { measured, seconds, day } = content
  checkIsObject(measured, 'measured')
  const { numbers, curves = {}, texts = {} } = measured
  checkIsObject(numbers, 'numbers')
  checkIsObject(curves, 'curves')
  checkIsObject(texts, 'texts')
  for (const [name, value] of Object.entries(numbers))
    if (typeof value !== 'number') throw new Error(`${name} is no number`)
  for (const [name, curve] of Object.entries(curves)) {
    checkIsObject(curve, name)
    if (!isNumbers(curve['x']) || !isNumbers(curve['y']) || curve['x'].length !== curve['y'].length)
      throw new Error(`the curve ${name} has no numbers for each place`)
  }
  if (!Object.values(texts).every((text) => typeof text === 'string')) throw new Error('texts are no texts')
  if (typeof seconds !== 'number' || !(seconds >= 0)) throw new Error('it does not say how long it took')
  if (typeof day !== 'string') throw new Error('it does not say its day')
  return { measured: { numbers, curves, texts } as unknown as Measured, seconds, day }
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'number')
