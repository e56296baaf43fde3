// Vectors of tokens: neighbours, sums, a map.

import { analogyFigure, mapFigure, nearestFigure } from '../../../../show/embeddingFigures.ts'
import type { Figure } from '../../../../show/figure.ts'
import { visible } from '../../../../show/visible.ts'
import type { AskedWords } from '../../../place/asked.ts'
import { withCodeNumbers } from '../../../talk/codeLetters.ts'
import type { VectorsFacts, VectorsWish } from '../../../talk/questions.ts'
import type { LookState } from '../looking.svelte.ts'
import { instrumentOf } from './instrument.ts'
import { isModel, pathOf } from './places.ts'

export const vectorsInstrument = instrumentOf({
  name: 'vectors',
  label: 'Tokens as vectors',
  says: 'Which tokens point the same way, and what can be counted with them.',
  kind: 'vectors',
  isFor: (look) =>
    look.outline.values.some(({ kind, axes }) => kind === 'weight' && axes.some(({ name }) => name === 'vocab')) &&
    (isModel(look) || /(^|\.)embedding(\.|$)/.test(pathOf(look))),
  options: (_, { what }) => [
    {
      name: 'what',
      label: 'Show',
      values: [
        ['near', 'the nearest'],
        ['map', 'a map'],
        ['analogy', 'a sum'],
      ],
    },
    ...(what === 'analogy'
      ? [
          { name: 'sum', label: 'Sum', empty: 'a - b + c', isLong: true },
          {
            name: 'by',
            label: 'counted',
            values: [
              ['sum', 'by the sum of vectors'],
              ['product', 'by products of cosines'],
            ] as const,
          },
        ]
      : what === 'map'
        ? []
        : [{ name: 'word', label: 'To', empty: 'the pinned one' }]),
  ],
  question: (look, asked, scene) => ({ scene, wish: wishOf(look, asked) }),
  figure,
  keepsTokens: true,
})

function wishOf(look: LookState, { what, sum, by, word }: AskedWords): VectorsWish {
  if (what === 'map') return { what }
  if (what === 'analogy') return { what, sum: sum === '' ? sumOf(look) : sum, by: by === 'product' ? by : 'sum' }
  return { what: 'near', word: word ?? '', id: look.facts.answer?.ids[look.position] ?? 0 }
}

/** A sum of the first three different tokens of the sentence, to begin with. */
function sumOf({ tokens }: LookState): string {
  const [a = '', b = '', c = ''] = [...new Set(tokens)]
    .filter((token) => token.trim() !== '')
    .map((token) => JSON.stringify(token))
  return `${a} - ${b} + ${c}`
}

function figure({ table, meanCosine, found, words }: VectorsFacts): Figure {
  const shown = {
    wordOf: (id: number) => visible(withCodeNumbers(words[id] ?? String(id))),
    table: `${table.address}, ${table.count} × ${table.width}`,
    meanCosine,
  }
  if (found.what === 'near') return nearestFigure([found], shown)
  return found.what === 'map' ? mapFigure(found.map, shown) : analogyFigure(found.analogy, shown)
}
