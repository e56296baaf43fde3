// The questions of the lab, in the order in which a transformer is read.

import type { LabQuestion } from './question.ts'
import { addOrConcatenatePositions } from './questions/addOrConcatenatePositions.ts'

export const questions: readonly LabQuestion[] = [addOrConcatenatePositions]
