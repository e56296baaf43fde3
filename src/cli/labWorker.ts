// A thread of the lab: measures what it is told to, one after the other, on an engine of one thread.

import { parentPort, workerData } from 'node:worker_threads'
import { cpu } from '../engine/cpu/index.ts'
import { labText } from '../lab/labText.ts'
import { questions } from '../lab/questions.ts'
import { measureJob } from '../lab/runLab.ts'
import type { LabTold, ToLab } from './labWorkers.ts'

const { text, name } = workerData as { readonly text: string; readonly name: string }
const tell = (told: LabTold): void => parentPort?.postMessage(told)
const ready = Promise.all([cpu({ threads: 1 }), labText(text, name)])

/** The seconds that this thread has computed; the time of day where this Node cannot tell. */
const seconds = (): number => {
  const usage = process.threadCpuUsage?.()
  return usage ? (usage.user + usage.system) / 1e6 : performance.now() / 1000
}

parentPort?.on('message', async ({ job }: ToLab) => {
  try {
    const [engine, read] = await ready
    const began = seconds()
    const measured = await measureJob(job, questions, { engine, text: read }, (share) => tell({ kind: 'share', share }))
    tell({ kind: 'measured', measured, seconds: seconds() - began })
  } catch (error) {
    tell({ kind: 'error', message: error instanceof Error ? error.message : String(error) })
  }
})
