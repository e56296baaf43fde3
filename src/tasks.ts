// What a model can learn from (`cutaway/tasks`): tasks made on the spot, examples of all kinds, and batches of them; and the model of
// words that is learnt from what stands beside each other.
//
//   const training = bucketedBatches(taskExamples(sortTask({ length: 6, symbols: 10 }), { as: 'decoder', seed: 1 }), …)

// biome-ignore-all assist/source/organizeImports: tasks first

// Tasks: questions without end, and their answers.
export { type AdditionOptions, additionTask } from './data/tasks/addition.ts'
export { copyTask } from './data/tasks/copy.ts'
export { type DatesOptions, datesTask } from './data/tasks/dates.ts'
export { modularAdditionTask } from './data/tasks/modularAddition.ts'
export type { RearrangingOptions } from './data/tasks/rearranging.ts'
export { reverseTask } from './data/tasks/reverse.ts'
export { type SceneThing, scenesTask } from './data/tasks/scenes.ts'
export { sortTask } from './data/tasks/sort.ts'
export {
  predictableExamples,
  predictablePlaces,
  type SuccessorOptions,
  successorChances,
  successorOptimum,
  successorTask,
} from './data/tasks/successor.ts'
export { endOf, type Question, type Task } from './data/tasks/task.ts'
export { type TaskExampleOptions, type TaskExamples, taskExamples } from './data/tasks/taskExamples.ts'
export { taskNamed, tasks } from './data/tasks/tasks.ts'

// Texts of one's own.
export { type ComparedTexts, parsePairsOfTexts } from './data/comparedTexts.ts'
export { exactMatches, type Matches } from './data/exact.ts'
export { type LabelledOptions, type LabelledText, type LabelledTexts, parseLabelled } from './data/labelledTexts.ts'
export { type Split, split } from './data/split.ts'
export {
  type EncodedTexts,
  encodeTexts,
  type Fitting,
  labelledOfTexts,
  pairsOfTexts,
  textWindows,
} from './data/textExamples.ts'
export { pairLines, parsePairs, type TextPair, type TextPairs } from './data/textPairs.ts'
export { withinLengths } from './data/within.ts'

// Words and the words beside them: skip-gram.
export { type PieceSizes, wordsBeside } from './evaluate/pairLoss.ts'
export { SkipGram, type SkipGramConfig } from './model/skipGram.ts'
export { trainWords, type WordTraining } from './text/tokenizer/trainWords.ts'
export { bySingleRows } from './train/sparseGraphs.ts'

// Examples, and batches of them.
export type { Batch, Batches, Shape } from './data/batch.ts'
export { type BucketedOptions, bucketedBatches } from './data/bucketed.ts'
export type { Draws } from './data/draws.ts'
export type { Examples, Lengths } from './data/examples.ts'
export { type Labelled, labelledExamples } from './data/labelled.ts'
export { type MaskOptions, maskedExamples, maskTokens } from './data/masked.ts'
export { type Pair, type PairOptions, pairExamples } from './data/pairs.ts'
export { sequenceExamples } from './data/sequences.ts'
export { type ShapeOptions, shapesFor } from './data/shapes.ts'
export { type WordBatchesOptions, wordBatches } from './data/wordBatches.ts'
export { type WordStream, wordCounts, wordStream } from './data/wordStream.ts'
export { maskedWindowBatches, type WindowBatches, type WindowOptions, windowBatches } from './data/windows.ts'
