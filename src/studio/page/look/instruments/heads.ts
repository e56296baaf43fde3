// What heads are made for: the circuits of their weights, who reads whom, and attention as a graph.

import { circuitsFigure, compositionFigure } from '../../../../show/circuitsFigure.ts'
import { graphFigure } from '../../../../show/graphFigure.ts'
import type { AskedWords } from '../../../place/asked.ts'
import { withCodeNumbers } from '../../../talk/codeLetters.ts'
import type { Scene } from '../../../talk/questions.ts'
import type { LookState } from '../looking.svelte.ts'
import { type InstrumentOption, instrumentOf } from './instrument.ts'
import { attentionAt, headAt, isAtHeads, isBlock, isModel, isWithHeads, layersOf } from './places.ts'
import { wordsFor } from './words.ts'

const basis: InstrumentOption = {
  name: 'basis',
  label: 'Weights',
  values: [
    ['raw', 'as they are'],
    ['folded', 'with the norms folded in'],
  ],
}

/** The question about weights in a basis. */
const ofBasis = (look: LookState, asked: AskedWords, scene: Scene) => ({
  scene,
  basis: asked['basis'] === 'folded' ? ('folded' as const) : ('raw' as const),
  ...headAt(look),
})

export const circuitsInstrument = instrumentOf({
  name: 'circuits',
  label: 'Circuits',
  says: 'What the weights say by themselves: where a head looks (QK), and what it writes there (OV).',
  kind: 'circuits',
  isFor: (look) => !look.sees && isAtHeads(look),
  options: () => [basis],
  question: ofBasis,
  figure: (answer, look) =>
    circuitsFigure(answer.circuits, { tokens: answer.tokens, wordOf: wordsFor(look, answer).wordOf }),
  keepsHeads: true,
})

export const compositionInstrument = instrumentOf({
  name: 'composition',
  label: 'Who reads whom',
  says: 'How much of what an earlier head writes a later one reads.',
  kind: 'composition',
  isFor: (look) => isAtHeads(look) && layersOf(look) > 1 && !/(^|\.)cross$/.test(attentionAt(look) ?? ''),
  options: () => [basis],
  question: ofBasis,
  figure: ({ composition }) => compositionFigure(composition),
  keepsHeads: true,
})

export const graphInstrument = instrumentOf({
  name: 'graph',
  label: 'Graph of tokens',
  says: 'Attention as messages from token to token.',
  kind: 'tokenGraph',
  isFor: (look) => isWithHeads(look) && (isModel(look) || isBlock(look) || attentionAt(look) !== undefined),
  options: (look) => [
    {
      name: 'what',
      label: 'Edges',
      values: [
        ['pattern', 'shares of attention'],
        ['weighted', 'lengths of what moves'],
        ...(isModel(look)
          ? ([
              ['rollout', 'through all layers'],
              ['flow', 'what could pass'],
            ] as const)
          : []),
      ],
    },
    {
      name: 'most',
      label: 'for each token',
      values: ['3', '1', '2', '5', '10'].map((count) => [count, `the strongest ${count}`] as const),
    },
  ],
  question: (look, { what, most }, scene) => ({
    scene,
    what: what === 'weighted' || what === 'rollout' || what === 'flow' ? what : 'pattern',
    most: Number(most),
    ...headAt(look),
  }),
  figure: ({ graph }, look) =>
    graphFigure(graph, { tokens: look.tokens.map(withCodeNumbers), source: look.sources, layerWord: 'block' }),
  keepsHeads: true,
})
