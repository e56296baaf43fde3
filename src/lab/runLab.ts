// Runs the lab: every variant of every question, for every seed, each measured once and kept. Several are measured at once, as many as there are
// workers; small models gain nothing from several threads each.

import type { LabText } from './labText.ts'
import type { LabQuestion, LabSize, Measured, Variant } from './question.ts'
import { type LabStore, nameOfMeasurement, readSaved, type SavedMeasurement, writeSaved } from './saved.ts'
import { fewestSeeds } from './verdict.ts'

/** One measurement that is to be made: it says which in words, so that a worker can find it. */
export interface LabJob {
  readonly question: string
  readonly variant: string
  readonly size: LabSize
  readonly seed: number
}

/** Measures a variant for a seed. `report` may be told how far it is. */
export type LabWorker = (
  job: LabJob,
  report: (share: number) => void,
) => Promise<{ readonly measured: Measured; readonly seconds: number }>

/** The measurements of a question: one for each variant and seed, as far as there are. */
export interface Findings {
  readonly question: LabQuestion
  readonly size: LabSize
  /** The seeds that were asked for. */
  readonly seeds: number
  readonly variants: readonly FoundVariant[]
}

export interface FoundVariant {
  readonly variant: Variant
  readonly bySeed: ReadonlyMap<number, SavedMeasurement>
}

/** The progress of the lab. */
export interface LabProgress {
  readonly done: number
  readonly of: number
  /** About so many seconds are left, with these workers. */
  readonly left: number
  /** The measurements under way. */
  readonly jobs: readonly (LabJob & { readonly share: number })[]
}

/** The part of the lab that is asked for, and where its measurements are. */
export interface LabOptions {
  readonly questions: readonly LabQuestion[]
  readonly size: LabSize
  /** The number of seeds; what each question says if not given. */
  readonly seeds?: number | undefined
  readonly text: LabText
  readonly store: LabStore
}

/** The seeds of a question. */
export const seedsOf = ({ seeds: own = fewestSeeds }: LabQuestion, seeds?: number): number => seeds ?? own

/** The measurements that are kept of these questions already. Throws for what is damaged. */
export async function readLab({ questions, size, seeds: wanted, text, store }: LabOptions): Promise<Findings[]> {
  const found: Findings[] = []
  for (const question of questions) {
    const seeds = seedsOf(question, wanted)
    const variants: FoundVariant[] = []
    for (const variant of question.variants(size)) {
      const bySeed = new Map<number, SavedMeasurement>()
      for (let seed = 0; seed < seeds; seed++) {
        const saved = await readSaved(store, await nameOfMeasurement({ setting: variant.setting, seed, text }))
        if (saved) bySeed.set(seed, saved)
      }
      variants.push({ variant, bySeed })
    }
    found.push({ question, size, seeds, variants })
  }
  return found
}

/**
 * Measures what is not kept yet, and gives all of it.
 *
 * - `workers`: so many measurements are made at once
 * - `isForced`: measures anew what is kept
 *
 * Throws for what is damaged before anything is measured, and the first error of a worker when those under way have ended. Aborted, it gives
 * what is there.
 */
export async function runLab({
  workers,
  isForced = false,
  report = () => {},
  signal,
  today,
  ...lab
}: LabOptions & {
  readonly workers: readonly LabWorker[]
  readonly isForced?: boolean
  readonly report?: (progress: LabProgress) => void
  readonly signal?: AbortSignal | undefined
  /** The day that measurements are dated by. */
  readonly today: string
}): Promise<Findings[]> {
  const { text, store } = lab
  const jobs = await jobsOf(lab, isForced)
  const waiting = [...jobs]
  const running = new Map<Job, number>()
  let [done, error] = [0, undefined as unknown]
  const tell = (): void => {
    const rest = waiting.reduce((sum, { variant }) => sum + variant.seconds, 0)
    const now = [...running].reduce((sum, [{ variant }, share]) => sum + (1 - share) * variant.seconds, 0)
    report({
      done,
      of: jobs.length,
      left: pace.factor * Math.max(rest / workers.length + now / workers.length, 0),
      jobs: [...running].map(([{ job }, share]) => ({ ...job, share })),
    })
  }
  const pace = new Pace()
  const work = async (worker: LabWorker): Promise<void> => {
    for (let next = waiting.shift(); next && !error && !signal?.aborted; next = waiting.shift()) {
      const job = next
      running.set(job, 0)
      tell()
      const began = performance.now()
      try {
        const { measured, seconds } = await worker(job.job, (share) => {
          running.set(job, share)
          tell()
        })
        await writeSaved(
          store,
          { setting: job.variant.setting, seed: job.job.seed, text },
          { measured, seconds, day: today },
        )
        pace.add(job.variant.seconds, (performance.now() - began) / 1000)
        done++
      } catch (thrown) {
        // Those who stop it stop its workers.
        if (!signal?.aborted) error ??= thrown
      }
      running.delete(job)
      tell()
    }
  }
  await Promise.all(workers.map(work))
  if (error) throw error
  return readLab(lab)
}

interface Job {
  readonly job: LabJob
  readonly variant: Variant
}

/** The measurements that are to be made, each once, whoever asks for it. */
async function jobsOf({ questions, size, seeds: wanted, text, store }: LabOptions, isForced: boolean): Promise<Job[]> {
  const jobs = new Map<string, Job>()
  for (const question of questions)
    for (const variant of question.variants(size))
      for (let seed = 0; seed < seedsOf(question, wanted); seed++) {
        const name = await nameOfMeasurement({ setting: variant.setting, seed, text })
        if (jobs.has(name) || (!isForced && (await readSaved(store, name)))) continue
        jobs.set(name, { variant, job: { question: question.name, variant: variant.name, size, seed } })
      }
  return [...jobs.values()]
}

/** The time that measurements take here, divided by what their questions say. */
class Pace {
  #said = 0
  #took = 0

  add(said: number, took: number): void {
    this.#said += said
    this.#took += took
  }

  get factor(): number {
    return this.#said > 0 ? this.#took / this.#said : 1
  }
}

/** Measures here, on one engine: the worker of a page, and the work of workers elsewhere. */
export async function measureJob(
  job: LabJob,
  questions: readonly LabQuestion[],
  bench: Omit<Parameters<Variant['run']>[0], 'seed' | 'report'>,
  report: (share: number) => void,
): Promise<Measured> {
  const question = questions.find(({ name }) => name === job.question)
  const variant = question?.variants(job.size).find(({ name }) => name === job.variant)
  if (!variant) throw new Error(`lab: there is no variant "${job.variant}" of a question "${job.question}".`)
  return variant.run({ ...bench, seed: job.seed, report: (done, of) => report(done / of) })
}
