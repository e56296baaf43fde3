// The questions of the lab, in the order in which a transformer is read.

import type { LabQuestion } from './question.ts'
import { addOrConcatenatePositions } from './questions/addOrConcatenatePositions.ts'
import { longerContext } from './questions/longerContext.ts'
import { maskOffByOne } from './questions/maskOffByOne.ts'
import { noMlp } from './questions/noMlp.ts'
import { noQueryKey } from './questions/noQueryKey.ts'
import { noSkipConnections } from './questions/noSkipConnections.ts'
import { oneNumberOrVector } from './questions/oneNumberOrVector.ts'
import { rankCollapse } from './questions/rankCollapse.ts'
import { table3 } from './questions/table3.ts'
import { temperature } from './questions/temperature.ts'
import { warmUp } from './questions/warmUp.ts'
import { whyHeads } from './questions/whyHeads.ts'
import { whyScale } from './questions/whyScale.ts'
import { whySinusoids } from './questions/whySinusoids.ts'
import { withoutDiagonal } from './questions/withoutDiagonal.ts'
import { wordsToCome } from './questions/wordsToCome.ts'
import { zeroOneTwoLayers } from './questions/zeroOneTwoLayers.ts'

export const questions: readonly LabQuestion[] = [
  oneNumberOrVector,
  addOrConcatenatePositions,
  whySinusoids,
  noQueryKey,
  whyScale,
  whyHeads,
  withoutDiagonal,
  maskOffByOne,
  warmUp,
  noSkipConnections,
  rankCollapse,
  noMlp,
  zeroOneTwoLayers,
  longerContext,
  temperature,
  wordsToCome,
  table3,
]
