// The lens: what the model would say if it stopped here.

import type { LensRow } from '../../../../inspect/stream/lens.ts'
import { lensFigure } from '../../../../show/lensFigure.ts'
import type { LookState } from '../looking.svelte.ts'
import { instrumentOf } from './instrument.ts'
import { pictureUnder } from './pictureUnder.ts'
import { isBlock, isModel, isOfKind, pathOf, saysClasses } from './places.ts'
import { wordsFor } from './words.ts'

export const lensInstrument = instrumentOf({
  name: 'lens',
  label: 'Lens',
  says: 'What the model would say if it stopped here.',
  kind: 'lens',
  isFor: (look) =>
    isOfKind(look, ['decoder', 'encoder-decoder', 'masked', 'classifier']) &&
    !pathOf(look).startsWith('encoder.') &&
    (isModel(look) || isBlock(look) || isStream(look)),
  options: (look) => [
    {
      name: 'scale',
      label: 'Scale',
      values: [
        ['own', 'its own'],
        ['final', 'that of the end'],
        // It learns from a text.
        ...(look.studio.run?.recipe?.material.kind === 'text' ? [['tuned', 'tuned: learnt'] as const] : []),
      ],
    },
    saysClasses(look)
      ? {
          name: 'token',
          label: 'Over the picture',
          values: [
            ['', 'the class that it says'],
            ...(look.studio.run?.labels ?? []).map((label) => [label, label] as const),
          ],
        }
      : { name: 'token', label: 'Rank of', empty: isOfKind(look, ['classifier']) ? 'a class' : 'a token' },
  ],
  question: (look, { scale, token }, scene) => ({
    scene,
    scale: scale === 'final' || scale === 'tuned' ? scale : 'own',
    middle: !isModel(look),
    token,
  }),
  figure: (answer, look) =>
    lensFigure(rowsAt(answer.rows, look), {
      ...wordsFor(look, answer),
      position: look.position,
      picture: pictureUnder(look),
    }),
})

/** True at the stream: before, within or behind a block. */
const isStream = ({ depth }: LookState): boolean =>
  depth.kind === 'value' && /(^|\.)(\w+\.\d+\.(output|middle)|embedded)$/.test(depth.path)

/** The states of the block that is open, and the one that goes into it; all of the model. */
function rowsAt(rows: readonly LensRow[], look: LookState): readonly LensRow[] {
  const block = isBlock(look) ? pathOf(look) : pathOf(look).replace(/\.\w+$/, '')
  const states = [...new Set(rows.map(({ address }) => address))]
  const own = states.filter((address) => address.startsWith(`${block}.`))
  if (isModel(look) || own.length === 0) return rows
  const shown = new Set([...own, ...states.slice(Math.max(0, states.indexOf(own[0]) - 1), states.indexOf(own[0]))])
  return rows.filter(({ address }) => shown.has(address))
}
