// All instruments, in the order in which they are offered.

import type { ModelKind } from '../../../../model/language.ts'
import type { LookState } from '../looking.svelte.ts'
import { attributionInstrument } from './attribution.ts'
import { circuitsInstrument, compositionInstrument, graphInstrument, rolesInstrument } from './heads.ts'
import type { Instrument } from './instrument.ts'
import { ablateInstrument, patchInstrument } from './interventions.ts'
import { lensInstrument } from './lens.ts'
import { vectorsInstrument } from './vectors.ts'

const all: readonly Instrument[] = [
  lensInstrument,
  attributionInstrument,
  rolesInstrument,
  circuitsInstrument,
  compositionInstrument,
  graphInstrument,
  patchInstrument,
  ablateInstrument,
  vectorsInstrument,
]

/** The instruments that have something to say where the person stands. */
export const offeredAt = (look: LookState): readonly Instrument[] => all.filter(({ isFor }) => isFor(look))

/** Why some are offered nowhere in a model of a kind. */
export const lacksOf: Readonly<Partial<Record<ModelKind, string>>> = {
  masked:
    'What spoke for a guess is not taken apart here: norms stand in the stream of this model, and a sum ends at each.',
  classifier: 'This model says a class and no token: there is no lens, no attribution and no patching of tokens.',
  encoder:
    'This model gives vectors and no token: there is no lens, no attribution, no patching and no loss to ablate.',
}
