// The list of the lab's questions, and how long each takes on this machine.

import { availableParallelism } from 'node:os'
import { type LabText, labText } from '../lab/labText.ts'
import type { LabQuestion, LabSize } from '../lab/question.ts'
import { readLab, seedsOf } from '../lab/runLab.ts'
import type { LabStore } from '../lab/saved.ts'
import { trained } from '../lab/trained.ts'
import { duration } from '../show/amounts.ts'
import type { Figure } from '../show/figure.ts'
import { type FigureFlags, showFacts } from './figureFlags.ts'
import type { Terminal } from './terminal.ts'

interface ListFlags extends FigureFlags {
  readonly seeds: number | undefined
  readonly workers: number | undefined
}

/** A question in the list: its times in seconds, and how many of its measurements are kept. */
interface Listed {
  readonly name: string
  readonly asks: string
  readonly quick: number
  readonly full: number
  readonly kept: Readonly<Record<LabSize, number>> | undefined
  readonly measurements: number
}

export async function listLab(
  questions: readonly LabQuestion[],
  values: ListFlags,
  store: LabStore,
  terminal: Terminal,
  readText: () => Promise<{ readonly text: string; readonly name: string }>,
): Promise<void> {
  terminal.repaint('Measuring this machine …')
  const factor = (await paceHere()) / (values.workers ?? availableParallelism())
  // Without a text nothing can be kept of it.
  const text = await readText()
    .then(({ text, name }) => labText(text, name))
    .catch(() => undefined)
  const listed: Listed[] = []
  for (const question of questions) listed.push(await listedOf(question, { factor, text, store, seeds: values.seeds }))
  terminal.clear()
  const figure = (): Figure => listFigure(listed)
  await showFacts(terminal, values, { asked: {}, facts: { questions: listed }, figure })
}

async function listedOf(
  question: LabQuestion,
  {
    factor,
    text,
    store,
    seeds: wanted,
  }: {
    readonly factor: number
    readonly text: LabText | undefined
    readonly store: LabStore
    readonly seeds: number | undefined
  },
): Promise<Listed> {
  const seeds = seedsOf(question, wanted)
  const time = (size: LabSize): number =>
    factor * seeds * question.variants(size).reduce((sum, { seconds }) => sum + seconds, 0)
  const kept = async (size: LabSize): Promise<number> => {
    if (!text) return 0
    const [{ variants }] = await readLab({ questions: [question], size, seeds, text, store })
    return variants.reduce((sum, { bySeed }) => sum + bySeed.size, 0)
  }
  return {
    name: question.name,
    asks: question.asks,
    quick: time('quick'),
    full: time('full'),
    kept: text && { quick: await kept('quick'), full: await kept('full') },
    measurements: seeds * question.variants('full').length,
  }
}

function listFigure(listed: readonly Listed[]): Figure {
  const all = (of: 'quick' | 'full'): string => duration(1000 * listed.reduce((sum, question) => sum + question[of], 0))
  const kept = (question: Listed, size: LabSize): string =>
    question.kept ? `${question.kept[size]} of ${question.measurements}` : '–'
  return {
    title: 'Questions of the lab',
    notes: [
      `Times are those of this machine. All of them: ${all('quick')} with --quick, ${all('full')} in full; those that ask for the same training share it.`,
      '"Kept" is how many measurements are there already.',
    ],
    panels: [
      {
        kind: 'table',
        columns: [
          { name: 'name' },
          { name: 'question' },
          { name: 'quick', align: 'right' },
          { name: 'kept', align: 'right' },
          { name: 'full', align: 'right' },
          { name: 'kept', align: 'right' },
        ],
        rows: listed.map((question) => [
          question.name,
          question.asks,
          duration(1000 * question.quick),
          kept(question, 'quick'),
          duration(1000 * question.full),
          kept(question, 'full'),
        ]),
      },
    ],
  }
}

/** The time that a training takes here, divided by what is said of it: a short one is tried. */
async function paceHere(): Promise<number> {
  const { cpu } = await import('../engine/cpu/index.ts')
  const engine = await cpu({ threads: 1 })
  try {
    const letters = Array.from({ length: 40000 }, (_, i) => 'abcdefghijklmnopqrstuvwxyz .,'[(i * i + (i >> 3)) % 29])
    const text = await labText(letters.join(''), 'letters')
    const { run, seconds } = trained('quick', { learning: { steps: 50 } })
    const began = performance.now()
    await run({ engine, seed: 0, text })
    return (performance.now() - began) / 1000 / seconds
  } finally {
    engine.close()
  }
}
