// The engines that tests run on. What is right is what the reference engine says; the others are held to it.

import { cpu } from '../src/engine/cpu/index.ts'
import type { Engine } from '../src/engine/engine.ts'
import { reference } from '../src/engine/reference.ts'
import { plain } from './engine/plain/engine.ts'
import { wide } from './engine/plain/targets.ts'

export interface TestedEngine {
  readonly name: string
  readonly open: () => Promise<Engine>
}

export const engines: readonly TestedEngine[] = [
  { name: 'reference', open: async () => reference() },
  { name: 'plain loops', open: async () => plain(wide) },
  { name: 'cpu, one thread', open: () => cpu({ threads: 1 }) },
  { name: 'cpu, two threads', open: () => cpu({ threads: 2 }) },
]
