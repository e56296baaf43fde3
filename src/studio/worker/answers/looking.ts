// Who answers what is asked of any model that is here, in the Studio and in an exhibit: how it writes, and what is seen in it.

import type { AnswersIn } from '../answering.ts'
import type { Showroom } from '../showroom.ts'
import { attentionFacts, attentionHead, attentionThumbnails } from './attention.ts'
import { attributionFacts } from './attribution.ts'
import { explainedCell, walkBack } from './cell.ts'
import { checkedNumbers } from './check.ts'
import { valueFacts } from './describe.ts'
import { classFacts, fillFacts } from './fill.ts'
import { journeyFacts, journeyPairFacts } from './journey.ts'
import { attentionArcs, latticeChangeFacts, latticeFacts } from './lattice.ts'
import { ledgerLines } from './ledger.ts'
import { lensFacts } from './lens.ts'
import { nextFacts } from './next.ts'
import { numbersAt } from './numbers.ts'
import { rolesFacts } from './roles.ts'
import { sceneFacts } from './sceneFacts.ts'
import { otherSize } from './whatIf.ts'
import { beamFacts, writtenToken } from './writeOn.ts'

export const lookingAnswers = {
  next: nextFacts,
  write: writtenToken,
  beams: beamFacts,
  fill: fillFacts,
  classes: classFacts,
  scene: sceneFacts,
  describe: valueFacts,
  numbers: numbersAt,
  cell: explainedCell,
  walk: walkBack,
  lattice: latticeFacts,
  latticeChange: latticeChangeFacts,
  arcs: attentionArcs,
  attention: attentionFacts,
  attentionSmall: attentionThumbnails,
  attentionHead,
  journey: journeyFacts,
  journeyPair: journeyPairFacts,
  whatIf: otherSize,
  ledger: ledgerLines,
  check: checkedNumbers,
  lens: lensFacts,
  attribution: attributionFacts,
  roles: rolesFacts,
} satisfies Partial<AnswersIn<Showroom>>
