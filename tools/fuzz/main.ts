// npm run fuzz: gives every reader inputs that were damaged by chance, and says what was neither read nor refused.
//
//   npm run fuzz                                         a minute for all targets
//   npm run fuzz -- --minutes 30 --seed 7                longer, from another seed
//   npm run fuzz -- --target tokenizer.json --seed 4711 --inputs 1      one input again
//
// The same seed gives the same inputs; how many of them there are depends on the time. Exit code 1: something was found.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { targets } from './targets.ts'
import type { Finding, Message, Work } from './worker.ts'

/** An input that takes longer is a finding: far above what any takes on a slow machine that is busy. */
const longestMs = 20_000
const mostMegabytes = 1_500
/** So many of a target's findings are shown. */
const mostShown = 20

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true },
    inputs: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})

const wholeNumber = (name: string, text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0)
    throw new Error(`fuzz: --${name} needs a whole number, but got "${text}".`)
  return value
}
const seconds =
  values.minutes === undefined
    ? wholeNumber('seconds', values.seconds ?? '60')
    : 60 * wholeNumber('minutes', values.minutes)
const seed = wholeNumber('seed', values.seed)
const inputs = values.inputs === undefined ? Number.MAX_SAFE_INTEGER - seed : wholeNumber('inputs', values.inputs)
const names = targets.map(({ name }) => name)
const unknown = values.target?.find((name) => !names.includes(name))
if (unknown !== undefined) throw new Error(`fuzz: there is no target "${unknown}". There are ${names.join(', ')}.`)
if (values.list) {
  console.log(names.join('\n'))
  process.exit(0)
}

interface Tally {
  tried: number
  refused: number
  /** The first finding of each cause, and how many there were. */
  readonly causes: Map<string, { readonly finding: Finding; count: number }>
}

const waiting = names.filter((name) => values.target?.includes(name) ?? true)
const lanes = Math.min(waiting.length, 2, availableParallelism())
const each = (seconds * 1000 * lanes) / waiting.length
let findings = 0
let isComplete = true
await Promise.all(Array.from({ length: lanes }, lane))
const untried = 'Some were not tried: give more seconds.'
console.log(findings > 0 ? `${findings} found.` : isComplete ? 'Nothing was found.' : `Nothing was found. ${untried}`)
process.exit(findings === 0 ? 0 : 1)

async function lane(): Promise<void> {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const tally: Tally = { tried: 0, refused: 0, causes: new Map() }
    const until = Date.now() + each
    const last = seed + inputs
    let next = seed
    let milliseconds = each
    // A worker that had to be stopped is followed by another, which begins after the input that did it.
    do {
      next = await runWorker({ target: name, seed: next, inputs: last - next, milliseconds }, tally)
      milliseconds = until - Date.now()
    } while (next < last && milliseconds > 0)
    report(name, tally)
  }
}

/** Runs one worker to its end; gives the seed to go on with. */
async function runWorker(work: Omit<Work, 'beat'>, tally: Tally): Promise<number> {
  const beat = new SharedArrayBuffer(16)
  const now = new Float64Array(beat)
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...work, beat } satisfies Work,
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    stdout: true,
    stderr: true,
  })
  let hasEnded = false
  const stopped = (error: string): number => {
    if (hasEnded) return 0
    hasEnded = true
    tally.tried++
    note(tally, { seed: now[0], error, cause: error.replace(/\d+/g, '0'), input: '' })
    return now[0] + 1
  }
  let watch: NodeJS.Timeout | undefined
  try {
    return await new Promise<number>((resolve) => {
      watch = setInterval(() => {
        if (now[1] > 0 && Date.now() - now[1] > longestMs)
          resolve(stopped(`it takes longer than ${longestMs / 1000} s`))
      }, 200)
      worker.on('message', (message: Message) => {
        if (message.kind === 'finding') note(tally, message.finding)
        else {
          tally.tried += message.tried
          tally.refused += message.refused
          hasEnded ||= message.isDone
          if (message.isDone) resolve(work.seed + work.inputs)
        }
      })
      worker.on('error', (error) => resolve(stopped(`the worker ended: ${error}`)))
      worker.on('exit', (code) => resolve(stopped(`the worker ended with exit code ${code}`)))
    })
  } finally {
    clearInterval(watch)
    await worker.terminate()
  }
}

function note(tally: Tally, finding: Finding): void {
  const known = tally.causes.get(finding.cause)
  if (known === undefined) tally.causes.set(finding.cause, { finding, count: 1 })
  else known.count++
}

function report(name: string, { tried, refused, causes }: Tally): void {
  const nothing = tried === 0 ? 'not tried, for want of time' : 'nothing found'
  const found = causes.size === 0 ? nothing : `${causes.size} found`
  console.log(`${name}: ${tried} inputs, ${refused} refused, ${found}`)
  findings += causes.size
  isComplete &&= tried > 0
  for (const { finding, count } of [...causes.values()].slice(0, mostShown)) {
    console.log(`  ${finding.error}\n    ${count === 1 ? 'once' : `${count} times`}, first with seed ${finding.seed}`)
    if (finding.input !== '') console.log(`    input: ${finding.input}`)
    console.log(`    again: npm run fuzz -- --target "${name}" --seed ${finding.seed} --inputs 1`)
  }
}
