// Every question with who answers it.

import type { Kind } from '../../talk/questions.ts'
import type { AnswersIn } from '../answering.ts'
import type { Workshop } from '../workshop.ts'
import { ablationFacts } from './ablation.ts'
import { lookAcross } from './across.ts'
import { attentionFacts, attentionHead, attentionThumbnails } from './attention.ts'
import { attributionFacts } from './attribution.ts'
import { isOfRun, material, plan, readFiles } from './before.ts'
import { explainedCell, walkBack } from './cell.ts'
import { checkedNumbers } from './check.ts'
import { circuitsFacts, compositionFacts } from './circuits.ts'
import { begin, move } from './course.ts'
import { valueFacts } from './describe.ts'
import { drawnFile, drawnPictures } from './draw.ts'
import { exhibitOf } from './exhibit.ts'
import { classFacts, fillFacts } from './fill.ts'
import { heardFacts, openedRecording } from './hear.ts'
import { journeyFacts, journeyPairFacts } from './journey.ts'
import { forgetRun, giveOut, goOn, keep, openFiles, openServed, renameRun, reopened, restore, runs } from './kept.ts'
import { attentionArcs, latticeChangeFacts, latticeFacts } from './lattice.ts'
import { ledgerLines } from './ledger.ts'
import { lensFacts } from './lens.ts'
import { machine } from './machine.ts'
import { nextFacts } from './next.ts'
import { numbersAt } from './numbers.ts'
import { patchFacts } from './patching.ts'
import { attentionInPicture, pictureHeldBack, pictureOfFile } from './pictures.ts'
import { rolesFacts } from './roles.ts'
import { sceneFacts } from './sceneFacts.ts'
import { soundOfCodes, spokenCodes } from './speak.ts'
import { stepStory } from './stepStory.ts'
import { tokenGraphFacts } from './tokenGraph.ts'
import { vectorsFacts } from './vectors.ts'
import { otherSize } from './whatIf.ts'
import { beamFacts, writtenToken } from './writeOn.ts'

export const answers: AnswersIn<Workshop, Exclude<Kind, 'openExhibit'>> = {
  machine,
  isOfRun,
  readFiles,
  material,
  plan,
  begin,
  restore,
  goOn,
  keep,
  runs,
  openRun: reopened,
  renameRun,
  forgetRun,
  openFiles,
  openServed,
  giveOut,
  exhibit: exhibitOf,
  move,
  story: stepStory,
  next: nextFacts,
  write: writtenToken,
  beams: beamFacts,
  fill: fillFacts,
  classes: classFacts,
  readPicture: pictureOfFile,
  heldBack: pictureHeldBack,
  pictureAttention: attentionInPicture,
  draw: drawnPictures,
  drawnFile,
  speak: spokenCodes,
  sound: soundOfCodes,
  recording: openedRecording,
  hear: heardFacts,
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
  across: lookAcross,
  journey: journeyFacts,
  journeyPair: journeyPairFacts,
  whatIf: otherSize,
  ledger: ledgerLines,
  check: checkedNumbers,
  lens: lensFacts,
  attribution: attributionFacts,
  roles: rolesFacts,
  circuits: circuitsFacts,
  composition: compositionFacts,
  tokenGraph: tokenGraphFacts,
  patching: patchFacts,
  ablation: ablationFacts,
  vectors: vectorsFacts,
}
