// The questions of the lab, in the order in which a transformer is read.

import type { LabQuestion } from './question.ts'
import { addOrConcatenatePositions } from './questions/addOrConcatenatePositions.ts'
import { longerContext } from './questions/longerContext.ts'
import { maskOffByOne } from './questions/maskOffByOne.ts'
import { noMlp } from './questions/noMlp.ts'
import { noQueryKey } from './questions/noQueryKey.ts'
import { noSkipConnections } from './questions/noSkipConnections.ts'
import { rankCollapse } from './questions/rankCollapse.ts'
import { temperature } from './questions/temperature.ts'
import { whyHeads } from './questions/whyHeads.ts'
import { whyScale } from './questions/whyScale.ts'
import { whySinusoids } from './questions/whySinusoids.ts'
import { withoutDiagonal } from './questions/withoutDiagonal.ts'
import { zeroOneTwoLayers } from './questions/zeroOneTwoLayers.ts'

export const questions: readonly LabQuestion[] = [
  addOrConcatenatePositions,
  whySinusoids,
  noQueryKey,
  whyScale,
  whyHeads,
  withoutDiagonal,
  maskOffByOne,
  noSkipConnections,
  rankCollapse,
  noMlp,
  zeroOneTwoLayers,
  longerContext,
  temperature,
]
