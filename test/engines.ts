// The engines that tests run on. What is right is what the reference engine says; the others are held to it.

import type { Engine } from '../src/engine/engine.ts'
import { reference } from '../src/engine/reference.ts'

export interface TestedEngine {
  readonly name: string
  readonly open: () => Promise<Engine>
}

const cpu = await import('../src/engine/cpu/index.ts').then(
  (module) => module.cpu,
  () => undefined,
)

export const engines: readonly TestedEngine[] = [
  { name: 'reference', open: async () => reference() },
  ...(cpu
    ? [
        { name: 'cpu, one thread', open: () => cpu({ threads: 1 }) },
        { name: 'cpu, two threads', open: () => cpu({ threads: 2 }) },
      ]
    : []),
]
