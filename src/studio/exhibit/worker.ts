// The worker of an exhibit: it has the engine and a model, and answers those who look and write. Nothing is trained or kept here.

import type { Kind } from '../talk/questions.ts'
import { type AnswersIn, answerPage } from '../worker/answering.ts'
import { attentionFacts, attentionHead, attentionThumbnails } from '../worker/answers/attention.ts'
import { attributionFacts } from '../worker/answers/attribution.ts'
import { explainedCell, walkBack } from '../worker/answers/cell.ts'
import { checkedNumbers } from '../worker/answers/check.ts'
import { valueFacts } from '../worker/answers/describe.ts'
import { classFacts, fillFacts } from '../worker/answers/fill.ts'
import { journeyFacts, journeyPairFacts } from '../worker/answers/journey.ts'
import { attentionArcs, latticeChangeFacts, latticeFacts } from '../worker/answers/lattice.ts'
import { ledgerLines } from '../worker/answers/ledger.ts'
import { lensFacts } from '../worker/answers/lens.ts'
import { nextFacts } from '../worker/answers/next.ts'
import { numbersAt } from '../worker/answers/numbers.ts'
import { rolesFacts } from '../worker/answers/roles.ts'
import { sceneFacts } from '../worker/answers/sceneFacts.ts'
import { otherSize } from '../worker/answers/whatIf.ts'
import { beamFacts, writtenToken } from '../worker/answers/writeOn.ts'
import { Showcase } from './showcase.ts'

const answers = {
  machine: async ({ machine }) => machine,
  openExhibit: (showcase, { model }) => showcase.take(model),
  readPicture: async (room, asked) => (await import('./sight.ts')).pictureOfFile(room, asked),
  pictureAttention: async (room, asked) => (await import('./sight.ts')).attentionInPicture(room, asked),
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
} satisfies Partial<AnswersIn<Showcase, Kind>>

answerPage<Showcase>(answers, (wishes) => Showcase.open(wishes))
