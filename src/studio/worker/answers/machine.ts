// The machine that the page has found.

import type { MachineFacts } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export async function machine({ engine, arithmetic, wishes, storage }: Workshop): Promise<MachineFacts> {
  const { description, threads } = engine
  const { store, because } = storage
  const { usage, quota } = await estimated()
  return {
    description,
    threads,
    cores: navigator.hardwareConcurrency,
    arithmetic,
    isAsked: wishes.arithmetic !== undefined,
    storage: {
      kind: store.kind,
      ...(because !== undefined && { because }),
      ...(usage !== undefined && { used: usage }),
      ...(quota !== undefined && { most: quota }),
    },
  }
}

/** The room that the browser says there is; some say nothing. */
async function estimated(): Promise<StorageEstimate> {
  try {
    return await navigator.storage.estimate()
  } catch {
    return {}
  }
}
