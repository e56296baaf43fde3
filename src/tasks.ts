// What a model can learn from (`cutaway/tasks`): tasks made on the spot, and texts as examples.
//
//   const training = bucketedBatches(taskExamples(sortTask({ length: 6, symbols: 10 }), { as: 'decoder', seed: 1 }), …)

// biome-ignore-all assist/source/organizeImports: tasks first

// Tasks: questions without end, and their answers.
export { additionTask } from './data/tasks/addition.ts'
export { copyTask } from './data/tasks/copy.ts'
export { datesTask } from './data/tasks/dates.ts'
export { modularAdditionTask } from './data/tasks/modularAddition.ts'
export { reverseTask } from './data/tasks/reverse.ts'
export { sortTask } from './data/tasks/sort.ts'
export { successorChances, successorOptimum, successorTask } from './data/tasks/successor.ts'
export { endOf, type Question, type Task } from './data/tasks/task.ts'
export { taskExamples } from './data/tasks/taskExamples.ts'
export { taskNamed, tasks } from './data/tasks/tasks.ts'

// Texts of one's own.
export { type ComparedTexts, parsePairsOfTexts } from './data/comparedTexts.ts'
export { exactMatches, type Matches } from './data/exact.ts'
export { type LabelledText, parseLabelled } from './data/labelledTexts.ts'
export { type MaskOptions, maskTokens } from './data/masked.ts'
export { split } from './data/split.ts'
export { type EncodedTexts, encodeTexts, labelledOfTexts, pairsOfTexts, textWindows } from './data/textExamples.ts'
export { pairLines, parsePairs, type TextPair } from './data/textPairs.ts'
export { maskedWindowBatches } from './data/windows.ts'
export { withinLengths } from './data/within.ts'
