// A workshop in Node, as the page's worker has one: over files in memory, and with what it tells.

import type { CpuEngine, CpuOptions } from '../../src/engine/cpu/index.ts'
import { memoryStore } from '../../src/studio/store/memoryStore.ts'
import type { FileStore } from '../../src/studio/store/store.ts'
import type { MachineWishes } from '../../src/studio/talk/machineFacts.ts'
import type { News, Recipe } from '../../src/studio/talk/questions.ts'
import { Workshop } from '../../src/studio/worker/workshop.ts'

export interface TestWorkshop extends AsyncDisposable {
  readonly workshop: Workshop
  readonly news: News[]
  readonly store: FileStore
  /** The news of a kind. */
  of<K extends News['kind']>(kind: K): Extract<News, { kind: K }>[]
  /** Waits for a state of the run. */
  until(state: string): Promise<void>
}

export async function openWorkshop(
  store: FileStore = memoryStore(),
  wishes: MachineWishes = { threads: 1 },
  openEngine?: (options: CpuOptions) => Promise<CpuEngine>,
): Promise<TestWorkshop> {
  const news: News[] = []
  let heard = (): void => {}
  const tell = (each: News): void => {
    news.push(each)
    heard()
  }
  const workshop = await Workshop.open(wishes, tell, Promise.resolve({ store, because: undefined }), openEngine)
  return {
    workshop,
    news,
    store,
    of: <K extends News['kind']>(kind: K) =>
      news.filter((each): each is Extract<News, { kind: K }> => each.kind === kind),
    until: (state) =>
      new Promise((resolve) => {
        heard = () => {
          const last = news.findLast((each) => each.kind === 'state')
          if (last?.kind === 'state' && last.state === state) resolve()
        }
        heard()
      }),
    async [Symbol.asyncDispose]() {
      await workshop.close({ forgetsUntrained: false })
      workshop.engine.close()
    },
  }
}

const rose = 'rose is a rose is a rose is a violet, and a violet is blue.\n'

/** A small run on a text that is learnt in some tens of steps. */
export const smallRecipe: Recipe = {
  material: { kind: 'text', name: 'rose.txt', text: rose.repeat(40) },
  choices: {
    as: 'decoder',
    layer: 2,
    head: 2,
    model: 32,
    context: 16,
    batch: 8,
    rate: 1e-2,
    steps: 60,
    evaluateEvery: 20,
  },
}
