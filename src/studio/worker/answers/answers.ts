// Every question with who answers it.

import type { Kind } from '../../talk/questions.ts'
import type { AnswersIn } from '../answering.ts'
import type { Workshop } from '../workshop.ts'
import { ablationFacts } from './ablation.ts'
import { lookAcross } from './across.ts'
import { chosenPlan, isOfRun, material, plan, readFiles } from './before.ts'
import { circuitsFacts, compositionFacts } from './circuits.ts'
import { begin, move } from './course.ts'
import { drawnFile, drawnPictures } from './draw.ts'
import { exhibitOf } from './exhibit.ts'
import { heardFacts, openedRecording } from './hear.ts'
import { forgetRun, giveOut, goOn, keep, openFiles, openServed, renameRun, reopened, restore, runs } from './kept.ts'
import { lookingAnswers } from './looking.ts'
import { machine } from './machine.ts'
import { patchFacts } from './patching.ts'
import { attentionInPicture, pictureHeldBack, pictureOfFile } from './pictures.ts'
import { soundOfCodes, spokenCodes } from './speak.ts'
import { stepStory } from './stepStory.ts'
import { tokenGraphFacts } from './tokenGraph.ts'
import { vectorsFacts } from './vectors.ts'

export const answers: AnswersIn<Workshop, Exclude<Kind, 'openExhibit'>> = {
  machine,
  isOfRun,
  readFiles,
  material,
  plan,
  chosenPlan,
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
  ...lookingAnswers,
  readPicture: pictureOfFile,
  heldBack: pictureHeldBack,
  pictureAttention: attentionInPicture,
  draw: drawnPictures,
  drawnFile,
  speak: spokenCodes,
  sound: soundOfCodes,
  recording: openedRecording,
  hear: heardFacts,
  across: lookAcross,
  circuits: circuitsFacts,
  composition: compositionFacts,
  tokenGraph: tokenGraphFacts,
  patching: patchFacts,
  ablation: ablationFacts,
  vectors: vectorsFacts,
}
