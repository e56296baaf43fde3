// What heads do, by what they were seen to do.

import { headsFigure } from '../../../../show/headsFigure.ts'
import { instrumentOf } from './instrument.ts'
import { headAt, isAtHeads, isBlock, isWithHeads } from './places.ts'

export const rolesInstrument = instrumentOf({
  name: 'roles',
  label: 'What heads do',
  says: 'The role of each head, and the numbers that speak for it.',
  kind: 'roles',
  isFor: (look) => !look.sees && (isAtHeads(look) || (isWithHeads(look) && isBlock(look))),
  options: () => [],
  question: (look, _, scene) => ({ scene, ...headAt(look) }),
  figure: ({ heads }) => headsFigure(heads),
  keepsHeads: true,
})
