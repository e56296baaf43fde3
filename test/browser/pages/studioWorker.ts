// The Studio's worker in a page, without the page: asked as the page asks it, and ended as a browser ends it.

import { unzipped } from '../../../src/studio/store/zip.ts'
import type { MachineFacts, MachineWishes } from '../../../src/studio/talk/machineFacts.ts'
import type { News, Recipe } from '../../../src/studio/talk/questions.ts'
import { Talk } from '../../../src/studio/talk/talk.ts'

/** What came of a run. */
export interface Trained {
  readonly machine: MachineFacts
  /** SHA-256 of the state of its training. */
  readonly digest: string
  readonly losses: readonly number[]
  readonly msPerStep: number
}

class Hired {
  readonly talk: Talk
  readonly news: News[] = []
  readonly #worker = new Worker('/src/studio/worker/main.ts', { type: 'module' })
  #heard = (): void => {}

  constructor() {
    this.talk = new Talk(this.#worker, (news) => {
      this.news.push(news)
      this.#heard()
    })
  }

  /** Waits for news that are so. */
  until(isSo: (news: News) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = () => {
        if (this.news.some(isSo)) resolve()
      }
      this.#heard()
    })
  }

  get losses(): number[] {
    return this.news.flatMap((each) => (each.kind === 'steps' ? each.losses.map(({ loss }) => loss) : []))
  }

  /** Ends it in the middle of whatever it does. */
  kill(): void {
    this.#worker.terminate()
  }
}

const isFinished = (news: News): boolean => news.kind === 'state' && news.state === 'finished'

async function digestOf(talk: Talk): Promise<string> {
  const { zip } = await talk.ask('giveOut', {})
  const files = await unzipped(new Uint8Array(await zip.arrayBuffer()), 'run.zip')
  const state = files.get('training.safetensors')
  if (!state) throw new Error('the zip has no training.safetensors')
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', state))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Trains a run to its end. */
export async function trained(recipe: Recipe, wishes: MachineWishes): Promise<Trained> {
  const hired = new Hired()
  const machine = await hired.talk.ask('machine', wishes)
  await hired.talk.ask('begin', recipe)
  const begun = performance.now()
  await hired.talk.ask('move', { how: 'on' })
  await hired.until(isFinished)
  const msPerStep = (performance.now() - begun) / hired.losses.length
  const digest = await digestOf(hired.talk)
  hired.kill()
  return { machine, digest, losses: hired.losses, msPerStep }
}

/**
 * Trains a run and kills it again and again; each time it comes back by itself.
 *
 * - `lives`: the milliseconds that each life lasts. Every third one is ended when its state is kept, the others at any moment.
 */
export async function killed(
  recipe: Recipe,
  wishes: MachineWishes,
  lives: readonly number[],
): Promise<Pick<Trained, 'machine' | 'digest'> & { readonly resumed: readonly { step: number; ms: number }[] }> {
  let hired = new Hired()
  const machine = await hired.talk.ask('machine', wishes)
  await hired.talk.ask('begin', recipe)
  await hired.talk.ask('move', { how: 'on' })
  const resumed: { step: number; ms: number }[] = []
  for (const [i, ms] of lives.entries()) {
    await hired.until((news) => news.kind === 'steps')
    await new Promise((resolve) => setTimeout(resolve, ms))
    // The page says that it is left, and does not wait.
    const kept = hired.talk.ask('keep', {})
    await (i % 3 === 0 ? kept : new Promise((resolve) => setTimeout(resolve, ms % 37)))
    hired.kill()
    hired = new Hired()
    const begun = performance.now()
    await hired.talk.ask('machine', wishes)
    const run = await hired.talk.ask('restore', {})
    resumed.push({ step: run?.step ?? -1, ms: performance.now() - begun })
    if (run?.state === 'finished') break
    if (run?.state !== 'training') throw new Error(`the run came back as ${run?.state}`)
  }
  if (!hired.news.some(isFinished) && (await hired.talk.ask('runs', {}))[0].step < (recipe.choices.steps ?? 0))
    await hired.until(isFinished)
  const digest = await digestOf(hired.talk)
  hired.kill()
  return { machine, digest, resumed }
}

/** The message with which a run is refused that another worker has open, and whether it opens when that one has ended. */
export async function twice(recipe: Recipe): Promise<{ readonly refusal: string; readonly step: number | undefined }> {
  const first = new Hired()
  await first.talk.ask('begin', recipe)
  const second = new Hired()
  const refusal = await second.talk.ask('restore', {}).then(
    () => 'none',
    (error: Error) => error.message,
  )
  first.kill()
  const run = await second.talk.ask('restore', {})
  second.kill()
  return { refusal, step: run?.step }
}
