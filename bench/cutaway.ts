// Cutaway as a contender, in a process of its own.

import { fileURLToPath } from 'node:url'
import { type Contender, startProcess } from './contender.ts'
import type { Job } from './work.ts'

/** Cutaway, ready for its work. Where this machine cannot do it (256 bits, say), why. */
export async function startCutaway(job: Job): Promise<Contender | string> {
  const path = fileURLToPath(new URL('workProcess.ts', import.meta.url))
  try {
    const contender = await startProcess({ command: process.execPath, args: [path, JSON.stringify(job)] })
    return { ...contender, name: 'Cutaway' }
  } catch (error) {
    return `Cutaway: ${error instanceof Error ? error.message : error}`
  }
}
