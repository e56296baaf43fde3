// A record of what was watched, as bytes: a line of JSON that says what every number is, then for every look as many bytes. Looks are
// added at the end, so that whatever ends in between leaves a record that can be read: a look that is not whole is none.
//
//   { "format": "cutaway watched", "what": ["heads"], "every": 50, … , "watched": [ … ] } ⏎
//   step (u32) · check (u32) · numbers (f32 each)        little-endian

import type { InputValues } from '../../model/inputValues.ts'
import { checkIsObject, kindOf } from '../../text/json.ts'
import type { StepChoice } from './steps.ts'
import { countWatched, flattened, rowsOf, type Watched, type WatchedRow } from './watched.ts'

/** All that is known of a record before the first look. */
export interface RecordHead extends StepChoice {
  /** The words that asked for it. */
  readonly what: readonly string[]
  /** The example on which patterns and values are read. */
  readonly inputs: InputValues
  readonly watched: readonly Watched[]
}

/** A record that was read. */
export interface WatchRecord {
  readonly head: RecordHead
  /** For every look its rows. */
  readonly looks: readonly (readonly WatchedRow[])[]
  /** The bytes up to the end of the last look that is whole; what stands behind them is none. */
  readonly bytes: number
  /** So many looks are there that cannot be read, and are left out. */
  readonly damaged: number
}

const format = 'cutaway watched'

/** The first bytes of a record. */
export function recordHead({ inputs, ...head }: RecordHead): Uint8Array<ArrayBuffer> {
  const lists = Object.fromEntries(
    Object.entries(inputs).flatMap(([name, ids]) => (ids ? [[name, Array.from(ids)]] : [])),
  )
  return new TextEncoder().encode(`${JSON.stringify({ format, ...head, inputs: lists })}\n`)
}

/** The bytes of every look. */
export const lookBytes = ({ watched }: Pick<RecordHead, 'watched'>): number => 8 + 4 * countWatched(watched)

/** The bytes of one look. */
export function recordLook(step: number, rows: readonly WatchedRow[]): Uint8Array<ArrayBuffer> {
  const numbers = flattened(rows)
  const view = new DataView(new ArrayBuffer(8 + 4 * numbers.length))
  view.setUint32(0, step, true)
  for (const [i, number] of numbers.entries()) view.setFloat32(8 + 4 * i, number, true)
  view.setUint32(4, checkOf(view), true)
  return new Uint8Array(view.buffer)
}

/** FNV-1a over the words of a look but the check itself. */
function checkOf(view: DataView): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < view.byteLength; at += 4)
    if (at !== 4) hash = Math.imul(hash ^ view.getUint32(at, true), 0x01000193)
  return hash >>> 0
}

/**
 * The record that bytes hold. A look that is damaged is left out; one that is cut off at the end is none.
 *
 * - `place`: the file, for messages; `last`: looks after this step are left out
 *
 * Throws for what is no record, or one whose head is damaged.
 */
export function recordFrom(bytes: Uint8Array, place: string, last = Infinity): WatchRecord {
  const end = bytes.indexOf(10)
  const head = end < 0 ? undefined : headFrom(new TextDecoder().decode(bytes.subarray(0, end)), place)
  if (head === undefined) throw notARecord(place, 'it has no first line that says what was watched')
  const size = lookBytes(head)
  const looks: WatchedRow[][] = []
  let [whole, before, damaged] = [end + 1, -1, 0]
  for (let at = end + 1; at + size <= bytes.length; at += size) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, size)
    const step = view.getUint32(0, true)
    if (view.getUint32(4, true) !== checkOf(view) || step <= before) {
      damaged++
      continue
    }
    if (step > last) break
    before = step
    whole = at + size
    const numbers = Float32Array.from({ length: size / 4 - 2 }, (_, i) => view.getFloat32(8 + 4 * i, true))
    looks.push(rowsOf(step, head.watched, numbers))
  }
  return { head, looks, bytes: whole, damaged }
}

function headFrom(line: string, place: string): RecordHead | undefined {
  let head: unknown
  try {
    head = JSON.parse(line)
  } catch {
    return undefined
  }
  checkIsObject(head, place)
  if (head['format'] !== format) return undefined
  const { what, every, at, inputs, watched } = head
  const isList = (list: unknown, is: (each: unknown) => boolean): boolean => Array.isArray(list) && list.every(is)
  checkIsObject(inputs, `${place}: inputs`)
  const wrong = Object.entries({
    what: isList(what, (each) => typeof each === 'string'),
    every: every === undefined || (isCount(every) && every !== 0),
    at: at === undefined || isList(at, isCount),
    inputs: Object.values(inputs).every((each) => isList(each, (id) => typeof id === 'number')),
    watched: isList(watched, isWatched),
  }).find(([, isRight]) => !isRight)
  if (wrong) throw notARecord(place, `${wrong[0]} is ${kindOf(head[wrong[0]])}`)
  const { format: _, ...own } = head
  return own as unknown as RecordHead
}

/** True for labels that name a score and say how many numbers it has, and whose other parts are of their kinds. */
function isWatched(each: unknown): boolean {
  if (!isObject(each) || typeof each['score'] !== 'string' || typeof each['unit'] !== 'string') return false
  const { axes = [], from, to } = each
  return (
    Array.isArray(axes) &&
    axes.every((axis) => isObject(axis) && typeof axis['name'] === 'string' && isCount(axis['size'])) &&
    [each, from, to].every((labels = {}) => isObject(labels) && hasLabels(labels))
  )
}

const isObject = (each: unknown): each is Record<string, unknown> => typeof each === 'object' && each !== null

/** True for whole numbers, at least 0. */
const isCount = (each: unknown): boolean => Number.isSafeInteger(each) && (each as number) >= 0

/** True where labels, as far as there are any, are places, and words and numbers. */
const hasLabels = ({
  layer = 0,
  head = 0,
  position = 0,
  part = '',
  address = '',
  baseline = 0,
}: Record<string, unknown>): boolean =>
  [layer, head, position].every(isCount) &&
  [part, address].every((each) => typeof each === 'string') &&
  typeof baseline === 'number'

const notARecord = (place: string, why: string): Error =>
  new Error(`${place}: ${why}. The file may be damaged, or another one; delete it, or begin a new run.`)
