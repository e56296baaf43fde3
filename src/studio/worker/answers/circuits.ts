// Circuits: what the weights of heads say by themselves, of one head between tokens too; and which heads read what others write.

import { circuits } from '../../../inspect/circuits/circuits.ts'
import { composition } from '../../../inspect/circuits/composition.ts'
import { type TokenTables, tokenTables } from '../../../inspect/circuits/tokenTables.ts'
import type { CircuitsFacts, CompositionFacts, QuestionOf } from '../../talk/questions.ts'
import { foundIn, headChoice, isAsked, type Waiting, wordsOfIds } from '../instrument.ts'
import type { Showroom } from '../showroom.ts'

/** Tables of tokens are whole up to so many. */
const smallVocabulary = 100

export function circuitsFacts(
  room: Showroom,
  { scene, basis, ...asked }: QuestionOf<'circuits'>,
  { report, signal }: Waiting = {},
): Promise<CircuitsFacts> {
  return foundIn(room, scene, { signal }, async ({ looking: { model }, engine, tokenizer }) => {
    const choice = headChoice(asked)
    const settings = { model, engine, basis, heads: choice && [choice] }
    const found = await circuits({ ...settings, report })
    if (asked.head === undefined) return { circuits: found, words: {} }
    const tokens = await tokenTables({ ...settings, isWhole: tokenizer.size <= smallVocabulary, report })
    return { circuits: found, tokens, words: wordsOfIds(tokenizer, idsOf(tokens)) }
  })
}

/** All ids that tables name; of a whole table those of its sides. */
const idsOf = ({ tables }: TokenTables): number[] =>
  tables.flatMap(({ strongest, weakest, rows, values }) => [
    ...[...strongest, ...weakest].flatMap(({ row, column }) => [row, column]),
    ...rows.map(({ token }) => token),
    ...(values?.axes ?? []).flatMap(({ size }) => Array.from({ length: size }, (_, id) => id)),
  ])

export function compositionFacts(
  room: Showroom,
  { scene, basis, ...asked }: QuestionOf<'composition'>,
  { report, signal }: Waiting = {},
): Promise<CompositionFacts> {
  return foundIn(room, scene, { signal }, async ({ looking: { model }, engine }) => {
    const found = await composition({ model, engine, basis, ...(report && { report }) })
    if (found.rows.length === 0)
      throw new Error('circuits: composition needs heads in two layers, and this model has them in one.')
    const rows = found.rows.filter(({ from, to }) => isAsked(asked, from) || isAsked(asked, to))
    return { composition: { ...found, rows }, words: {} }
  })
}
