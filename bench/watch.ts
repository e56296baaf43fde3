// What watching costs: fifty training steps of the small model with a look at ten scores at their end, and fifty without, in turns in one
// run. Time is that of all threads together too, which other work on the machine changes least.

import { windowBatches } from '../src/data/windows.ts'
import { cpu } from '../src/engine/cpu/index.ts'
import { nextToken } from '../src/evaluate/objective.ts'
import { Watcher } from '../src/inspect/watch/watcher.ts'
import { GPT2 } from '../src/model/gpt2.ts'
import { small } from '../src/train/settings.ts'
import { train } from '../src/train/train.ts'
import { type Block, type Line, median } from './table.ts'
import { workloads } from './workloads.ts'

/** Ten scores, those that cost most among them. */
export const tenScores: readonly string[] = [
  'previous',
  'duplicate',
  'induction',
  'first',
  'entropy',
  'composition-k',
  'copying',
  'in-context',
  'gradient-norms',
  'update-norms',
]
const every = 50

/** Steps with looks and without, by the clock and by the time of all threads. */
export async function watchBlocks(rounds: number): Promise<Block[]> {
  const { batch, vocab, ...sizes } = workloads.small
  const engine = await cpu({ threads: 2 })
  const model = new GPT2({ ...sizes, vocab })
  // What the text says does not change what it costs; that some of its tokens come again does.
  const text = Int32Array.from({ length: 20_000 }, (_, i) => (i * i + (i >> 3) * 31) % vocab)
  const [heldBack] = windowBatches({ ids: text, context: sizes.context, batch, seed: 0 }).evaluation(1)
  const inputs = { ids: text.subarray(0, sizes.context) }
  const watcher = await Watcher.create({
    engine,
    objective: nextToken(model),
    what: tenScores,
    inputs,
    batch: heldBack,
  })
  const turns = { without: new Turns(), with: new Turns() }
  const options = { ...small.training, batch, context: sizes.context, steps: every * (2 * rounds + 2) }
  const never = { evaluateEvery: 1e9, checkpointEvery: 1e9 }
  const events = train({ engine, model, corpus: { training: text, validation: text }, ...options, ...never })
  let turn = turns.without
  for await (const event of events) {
    if (event.kind !== 'step') continue
    const { step } = event
    const isWatched = Math.ceil(step / every) % 2 === 0
    if (isWatched && step % every === every - 1) await watcher.remember()
    if (isWatched && step % every === 0) await watcher.look(step)
    if (step % every !== 0) continue
    // The first turn of each compiles.
    if (step > 2 * every) turn.end()
    turn = isWatched ? turns.without : turns.with
    turn.begin()
  }
  engine.close()
  const line = (name: string, values: readonly number[], base?: readonly number[]): Line => ({
    name,
    values: values.map((ms) => ms / every),
    ...(base && { remark: `${(100 * (median(values) / median(base) - 1)).toFixed(1)} % more` }),
  })
  const block = (what: string, of: 'clock' | 'threads'): Block => ({
    title: `training step, small, watched by ten scores every ${every} steps, ${what}`,
    unit: 'ms',
    isRate: false,
    lines: [line('watched', turns.with[of], turns.without[of]), line('not watched', turns.without[of])],
  })
  return [block('by the clock', 'clock'), block('time of all threads', 'threads')]
}

/** The times of turns, in ms. */
class Turns {
  readonly clock: number[] = []
  readonly threads: number[] = []
  #began = { clock: 0, threads: 0 }

  begin(): void {
    this.#began = { clock: performance.now(), threads: threadsMs() }
  }

  end(): void {
    this.clock.push(performance.now() - this.#began.clock)
    this.threads.push(threadsMs() - this.#began.threads)
  }
}

function threadsMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
