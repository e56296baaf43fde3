// Cutaway as a contender, in a process of its own.

import { fileURLToPath } from 'node:url'
import { type Contender, startProcess } from './contender.ts'
import type { Job } from './work.ts'

export async function startCutaway(job: Job, name = 'Cutaway'): Promise<Contender> {
  const path = fileURLToPath(new URL('workProcess.ts', import.meta.url))
  const contender = await startProcess({ command: process.execPath, args: [path, JSON.stringify(job)] })
  return { ...contender, name }
}
