// Runs one target, input after input, each from a seed of its own, and says what it found.

import { parentPort, workerData } from 'node:worker_threads'
import { Random } from './random.ts'
import { isRefusal } from './target.ts'
import { targets } from './targets.ts'

export interface Work {
  readonly target: string
  readonly seed: number
  /** At most so many inputs. */
  readonly inputs: number
  /** How long to go on, in milliseconds from the first input: a busy machine may take long to come to that. */
  readonly milliseconds: number
  /** The seed that is being worked on, and since when. */
  readonly beat: SharedArrayBuffer
}

export interface Finding {
  readonly seed: number
  readonly error: string
  /** Equal for findings that have one cause, as far as can be told. */
  readonly cause: string
  readonly input: string
}

export type Message =
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'progress'; readonly tried: number; readonly refused: number; readonly isDone: boolean }

const { target: name, seed: first, inputs, milliseconds, beat } = workerData as Work
const now = new Float64Array(beat)
const post = (message: Message): void => parentPort?.postMessage(message)
const found = targets.find((target) => target.name === name)
if (found === undefined) throw new Error(`fuzz: there is no target "${name}".`)

let tried = 0
let refused = 0
const progress = (isDone: boolean): void => {
  post({ kind: 'progress', tried, refused, isDone })
  tried = 0
  refused = 0
}
let told = Date.now()
const until = told + milliseconds
for (let seed = first; seed < first + inputs && Date.now() < until; seed++) {
  now[0] = seed
  now[1] = Date.now()
  const { input, read } = found.begin(new Random(seed))
  tried++
  try {
    await read()
  } catch (error) {
    if (isRefusal(error, found.hasPlaces)) refused++
    else post({ kind: 'finding', finding: findingOf(seed, error, input) })
  }
  if (Date.now() - told > 300) {
    told = Date.now()
    progress(false)
    // Promises that failed unseen are noticed between macrotasks.
    await new Promise((resolve) => setImmediate(resolve))
  }
}
progress(true)

function findingOf(seed: number, error: unknown, input: unknown): Finding {
  const isError = error instanceof Error
  const lines = isError ? (error.stack ?? '').split('\n').filter((line) => /^\s+at .*\/src\//.test(line)) : []
  const place =
    lines[0]
      ?.trim()
      .replace(/^at (?:.*\()?.*\/src\//, 'src/')
      .replace(/\)$/, '') ?? ''
  const text = isError ? `${error.name}: ${error.message}` : String(error)
  return {
    seed,
    error: `${text.slice(0, 300)}${place === '' ? '' : `\n    at ${place}`}`,
    cause: `${text.replace(/"[^"]*"|\d+/g, '').slice(0, 40)} ${place}`,
    input: shown(input),
  }
}

function shown(input: unknown): string {
  try {
    const text = JSON.stringify(input, (_, value: unknown) =>
      value instanceof Uint8Array
        ? `${value.length} bytes: ${Buffer.from(value.subarray(0, 60)).toString('latin1')}`
        : value,
    )
    return text.length > 400 ? `${text.slice(0, 400)}…` : text
  } catch {
    return 'something too deep to be shown'
  }
}
