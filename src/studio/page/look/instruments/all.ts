// All instruments, in the order in which they are offered.

import { attributionInstrument } from './attribution.ts'
import type { InstrumentCase } from './case.ts'
import { circuitsInstrument, compositionInstrument, graphInstrument } from './heads.ts'
import { ablateInstrument, patchInstrument } from './interventions.ts'
import { lensInstrument } from './lens.ts'
import { rolesInstrument } from './roles.ts'
import { vectorsInstrument } from './vectors.ts'

export const all: InstrumentCase = {
  instruments: [
    lensInstrument,
    attributionInstrument,
    rolesInstrument,
    circuitsInstrument,
    compositionInstrument,
    graphInstrument,
    patchInstrument,
    ablateInstrument,
    vectorsInstrument,
  ],
}
