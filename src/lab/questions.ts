// The questions of the lab, in the order in which a transformer is read.

import type { LabQuestion } from './question.ts'
import { addOrConcatenatePositions } from './questions/addOrConcatenatePositions.ts'
import { maskOffByOne } from './questions/maskOffByOne.ts'
import { noMlp } from './questions/noMlp.ts'
import { noSkipConnections } from './questions/noSkipConnections.ts'
import { rankCollapse } from './questions/rankCollapse.ts'
import { zeroOneTwoLayers } from './questions/zeroOneTwoLayers.ts'

export const questions: readonly LabQuestion[] = [
  addOrConcatenatePositions,
  maskOffByOne,
  noSkipConnections,
  rankCollapse,
  noMlp,
  zeroOneTwoLayers,
]
