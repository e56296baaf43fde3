// The lens: what the model would say if it stopped after a block. A tuned lens learns its translators first, from what the run learns from.

import { guessAt } from '../../../inspect/stream/guessAt.ts'
import { logitLens } from '../../../inspect/stream/lens.ts'
import type { TunedLens } from '../../../inspect/stream/tunedLens.ts'
import type { AnyModel } from '../../../model/language.ts'
import type { LensFacts, QuestionOf } from '../../talk/questions.ts'
import { foundIn, type InstrumentScene, type Waiting } from '../instrument.ts'
import { saidWords } from '../saidWords.ts'
import type { Showroom } from '../showroom.ts'

/** The number of guesses for each state and position. */
const guesses = 5

export function lensFacts(
  room: Showroom,
  { scene, scale, middle, token }: QuestionOf<'lens'>,
  waiting: Waiting = {},
): Promise<LensFacts> {
  return foundIn(room, scene, waiting, async (opened) => {
    const { looking, shown } = opened
    const words = saidWords(shown)
    const said = words.idOf('lens', token)
    const tuned = scale === 'tuned' ? await translatorsFor(room, opened, waiting) : undefined
    const rows = await logitLens({
      ...looking,
      lenses: [scale],
      middle: middle && tuned === undefined,
      top: Math.min(guesses, words.count),
      // Of a picture one class is wanted at every patch: the one that it says, where none was named.
      target: said ?? (shown.sight ? await guessAt(looking, 0, 'lens') : undefined),
      tuned,
      report: waiting.report,
    })
    const ids = rows.flatMap((row) => [...row.guesses.map(({ id }) => id), ...(row.target ? [row.target.id] : [])])
    return { rows, words: words.ofIds(ids) }
  })
}

/** The translators of each model, of the step whose weights they have learnt. */
const learnt = new WeakMap<AnyModel, { readonly step: number; readonly lens: TunedLens }>()

async function translatorsFor(
  room: Showroom,
  { shown: { model, step }, engine, tokenizer }: InstrumentScene,
  { report }: Waiting,
): Promise<TunedLens> {
  const known = learnt.get(model)
  if (known?.step === step) return known.lens
  const { source } = room
  if (source?.kind !== 'text')
    throw new Error('lens: a tuned lens learns from a text, and this run has none. Read each state at its own scale.')
  const ids = tokenizer.encode(source.text, { special: false })
  // Of all that looks, this alone trains something.
  const { tuneLens } = await import('../../../inspect/stream/tuneLens.ts')
  const lens = await tuneLens({ model, engine, ids, report })
  learnt.set(model, { step, lens })
  return lens
}
