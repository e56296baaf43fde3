// The lab: questions about transformers, answered by training small models on several seeds. A question of your own is an object like those in
// src/lab/questions/; measurements are made by whatever workers there are, here or in threads, and kept wherever `store` puts them.
//
//   const text = await labText(novel, 'novel.txt')
//   const found = await runLab({ questions: [mine], size: 'quick', text, store, workers: [worker], today: '2026-01-31' })
//   const answers = found.map((each) => answerOf(each, text))
//
// Everything here runs in Node and in a page.

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Questions: what is trained, and what is claimed of it.
export { questions } from './lab/questions.ts'
export type {
  Bench,
  Chain,
  Claim,
  Curve,
  LabQuestion,
  LabSize,
  Measure,
  Measured,
  Outcome,
  Reference,
  ValueInSetting,
  Variant,
  VariantSetting,
} from './lab/question.ts'
export { type LabText, labText } from './lab/labText.ts'

// The small models that most of them train.
export { type After, type SmallLearning, type TrainedSight, trained } from './lab/trained.ts'
export type { SmallModel } from './lab/smallChoices.ts'
export { smallModel } from './lab/smallModel.ts'
export { beyond } from './lab/beyond.ts'

// Running them.
export {
  type Findings,
  type FoundVariant,
  type LabJob,
  type LabOptions,
  type LabProgress,
  type LabWorker,
  measureJob,
  readLab,
  runLab,
} from './lab/runLab.ts'
export type { LabStore, SavedMeasurement } from './lab/saved.ts'

// What the numbers say: the rule, and answers.
export {
  type ChainDecision,
  type ChainPair,
  type Compared,
  type Decision,
  decide,
  decideChain,
  type Interval,
  intervalOf,
} from './lab/verdict.ts'
export { type AnsweredVariant, answerOf, type LabAnswer } from './lab/answer.ts'
export type { OrderVerdict, Verdict } from './lab/verdictWords.ts'
export { labFigure, labFigures } from './lab/labFigure.ts'
export { type LabPage, writeLab } from './lab/writeLab.ts'
