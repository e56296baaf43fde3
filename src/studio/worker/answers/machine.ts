// The machine that the page has found.

import type { MachineFacts } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export async function machine({ engine }: Workshop): Promise<MachineFacts> {
  return { description: engine.description, threads: navigator.hardwareConcurrency }
}
