// Questions that train nothing, a text, and measurements kept in a map: what the lab's tests have in common.

import { type LabText, labText } from '../../src/lab/labText.ts'
import type { LabQuestion, Variant } from '../../src/lab/question.ts'
import type { LabWorker } from '../../src/lab/runLab.ts'
import type { LabStore } from '../../src/lab/saved.ts'

/** A text of 26 letters, long enough to hold something back. */
export const letters = (): Promise<LabText> =>
  labText(Array.from({ length: 12_000 }, (_, i) => String.fromCharCode(97 + ((i * i) % 26))).join(''), 'letters')

/** A variant whose loss is a number and a little for each seed. */
export const madeUp = (
  name: string,
  loss: number,
  setting: Variant['setting'] = { kind: 'made up', loss },
): Variant => ({
  name,
  setting,
  seconds: 1,
  run: async ({ seed }) => ({
    numbers: { loss: loss + seed / 1000 },
    curves: { ramp: { x: [0, 1], y: [loss, seed] } },
  }),
})

export const question = (variants: readonly Variant[], more: Partial<LabQuestion> = {}): LabQuestion => ({
  name: 'made-up',
  asks: 'Is one better than the other?',
  setting: 'Nothing is trained.',
  published: 'Nothing.',
  measures: { loss: { title: 'Loss', unit: 'nats', better: 'lower', margin: 0.05 } },
  claims: [{ measure: 'loss', of: variants[0].name, against: variants[1]?.name ?? { value: 2, called: 'two' } }],
  variants: () => variants,
  ...more,
})

export class MapStore implements LabStore {
  readonly kept = new Map<string, string>()
  placeOf = (name: string): string => `kept/${name}`
  read = async (name: string): Promise<string | undefined> => this.kept.get(name)
  write = async (name: string, content: string): Promise<void> => void this.kept.set(name, content)
}

/** A worker that measures at once, and takes down what it was asked for. */
export function workerFor(questions: readonly LabQuestion[], asked: string[] = []): LabWorker {
  return async ({ question: of, variant, size, seed }) => {
    asked.push(`${of}: ${variant} ${seed}`)
    const found = questions
      .find(({ name }) => name === of)
      ?.variants(size)
      .find(({ name }) => name === variant)
    if (!found) throw new Error(`no ${variant}`)
    // Nothing made up asks for an engine or a text.
    return { measured: await found.run({ seed } as Parameters<Variant['run']>[0]), seconds: 2 }
  }
}
