// Workers of the lab, as threads of Node: each has an engine of its own, with one thread.

import { Worker } from 'node:worker_threads'
import type { Measured } from '../lab/question.ts'
import type { LabJob, LabWorker } from '../lab/runLab.ts'

/** A message to a worker. */
export interface ToLab {
  readonly job: LabJob
}

/** A message from a worker. */
export type LabTold =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'measured'; readonly measured: Measured; readonly seconds: number }
  | { readonly kind: 'error'; readonly message: string }

/** The worker's file: here beside this one, in the package where the command is. */
const file = new URL(import.meta.url.endsWith('.ts') ? './labWorker.ts' : '../cli/labWorker.js', import.meta.url)

/** Starts workers for a text; `close` ends them, whatever they are doing. */
export function labWorkers(
  count: number,
  { text, name }: { readonly text: string; readonly name: string },
): { readonly workers: readonly LabWorker[]; close(): Promise<void> } {
  const threads = Array.from({ length: count }, () => new Worker(file, { workerData: { text, name }, execArgv: [] }))
  return {
    workers: threads.map(workerOn),
    async close() {
      await Promise.all(threads.map((thread) => thread.terminate()))
    },
  }
}

function workerOn(thread: Worker): LabWorker {
  return (job, report) =>
    new Promise((resolve, reject) => {
      const hear = (told: LabTold): void => {
        if (told.kind === 'share') report(told.share)
        else settle()
        if (told.kind === 'measured') resolve(told)
        if (told.kind === 'error') reject(new Error(told.message))
      }
      const ended = (): void => {
        settle()
        reject(
          new Error('lab: a worker ended before its measurement did. What was measured is kept; begin again to go on.'),
        )
      }
      const failed = (error: Error): void => {
        settle()
        reject(error)
      }
      const settle = (): void => {
        thread.off('message', hear).off('exit', ended).off('error', failed)
      }
      thread.on('message', hear).on('exit', ended).on('error', failed)
      thread.postMessage({ job } satisfies ToLab)
    })
}
