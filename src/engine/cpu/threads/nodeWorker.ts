// A worker of Node.

import type { Events, PoolWorker } from './talk.ts'
import { workerSource } from './workerSource.ts'

const prelude = `
const { parentPort } = require('node:worker_threads')
const listen = hear => parentPort.on('message', hear)
const post = message => parentPort.postMessage(message)
`

export function startNodeWorker(threads: typeof import('node:worker_threads'), { message, error }: Events): PoolWorker {
  const worker = new threads.Worker(prelude + workerSource, { eval: true, execArgv: [], name: 'cutaway' })
  worker.on('message', message)
  worker.on('error', error)
  worker.unref()
  return {
    post: (told) => worker.postMessage(told),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  }
}
