// The machine that the page has found.

import type { MachineFacts } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export async function machine({ engine, arithmetic, wishes }: Workshop): Promise<MachineFacts> {
  const { description, threads, remark } = engine
  return {
    description,
    threads,
    cores: navigator.hardwareConcurrency,
    ...(remark !== undefined && { alone: remark }),
    arithmetic,
    isAsked: wishes.arithmetic !== undefined,
    storage: { kind: 'memory' },
  }
}
