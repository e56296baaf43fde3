// The instruments of an exhibit: those that look at a sentence. What asks the weights by themselves, or another text, weighs more than it
// is opened for.

import { attributionInstrument } from '../page/look/instruments/attribution.ts'
import type { InstrumentCase } from '../page/look/instruments/case.ts'
import { lensInstrument } from '../page/look/instruments/lens.ts'
import { rolesInstrument } from '../page/look/instruments/roles.ts'

export const instruments: InstrumentCase = {
  instruments: [lensInstrument, attributionInstrument, rolesInstrument],
  missing:
    'The Studio has more for this model: circuits of its heads, graphs of tokens, patches, ablations and vectors. So that this page is small, they are not in it.',
}
