// Programs on several threads, in a page: on its main thread, or in a worker of it.

import { canShare } from '../../../src/engine/cpu/threads/canShare.ts'
import { addUp, Bench, call, trapAt, turnRoundTwice } from '../../engine/stages.ts'

export interface Report {
  readonly canShare: boolean
  readonly threads: number
  /** What the cells hold after 70 turns of 300 cells, times `runs`. */
  readonly turned: readonly number[]
  /** The last of 1,000,000 cells, that were asked for while the workers slept. */
  readonly far: number
  readonly failure: string
  /** After the failure, and after the end. */
  readonly goesOn: boolean
  readonly ended: string
}

/** Does what the tests of Node do, and tells what came of it. */
export async function exercise(threads: number, runs: number): Promise<Report> {
  const bench = await Bench.open(canShare() ? threads : 1)
  const pair = [bench.cells(300), bench.cells(300)]
  const turn = await bench.program((wasm) => {
    const emitted = turnRoundTwice(wasm, 300, 4)
    return Array.from({ length: 70 }, (_, i) => [call(emitted, [pair[i % 2].address, pair[1 - (i % 2)].address])])
  })
  for (let i = 0; i < runs; i++) await turn()
  const turned = [...pair[0].values()]

  await new Promise((resolve) => setTimeout(resolve, 30))
  const far = bench.cells(1_000_000)
  const add = await bench.program((wasm) => [[call(addUp(wasm, 1_000_000, 1000), [far.address])]])
  await add()
  const last = far.values()[999_999]

  const turns = bench.cells(1)
  const failing = await bench.program((wasm) => [
    [call(trapAt(wasm, bench.pool.threads, bench.pool.threads - 1), [turns.address])],
    [call(addUp(wasm, 1_000_000, 1000), [far.address])],
  ])
  turns.values()[0] = 1_000_000
  const failure = await messageOf(failing())
  turns.values()[0] = 0
  await failing()
  const goesOn = far.values().at(-1) === 2_000_000
  await bench.pool.close()
  const ended = await messageOf(turn())
  return { canShare: canShare(), threads: bench.pool.threads, turned, far: last, failure, goesOn, ended }
}

/** The same, in a worker. */
export async function exerciseInWorker(threads: number, runs: number): Promise<Report> {
  const source = `import(${JSON.stringify(import.meta.url)}).then(m => m.exercise(${threads}, ${runs})).then(postMessage)`
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data)
      worker.onerror = ({ message }) => reject(new Error(message))
    })
  } finally {
    worker.terminate()
  }
}

async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'no error'
  } catch (error) {
    return String(error)
  }
}
