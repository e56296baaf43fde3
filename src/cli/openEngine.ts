// The engine that a command runs on, as its flags say.

import type { Engine } from '../engine/engine.ts'
import { choice, whole } from './flags.ts'

export const engineFlags = {
  threads: whole('how many threads compute; results do not depend on it', {
    least: 1,
    most: 256,
    usual: 'as many as the machine has',
  }),
  engine: choice('what computes: cpu, or reference, which is plain loops: slow, and says what is right', [
    'cpu',
    'reference',
  ]),
}

export interface EngineFlags {
  readonly threads: number | undefined
  readonly engine: 'cpu' | 'reference' | undefined
}

export async function openEngine({ threads, engine }: EngineFlags): Promise<Engine> {
  if (engine === 'reference') {
    if (threads !== undefined)
      throw new Error('--engine reference computes on one thread. Leave out --threads, or take --engine cpu.')
    const { reference } = await import('../engine/reference.ts')
    return reference()
  }
  const { cpu } = await import('../engine/cpu/index.ts')
  return cpu(threads === undefined ? {} : { threads })
}
