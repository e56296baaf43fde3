// Cutaway, as a program meets it, in the order in which the data go. Everything here runs in Node and in a page; files and
// folders, which only Node has, are added by node.ts (`cutaway/node`).
//
//   const engine = await cpu()
//   const model = new GPT2({ vocab: tokenizer.size, ...small.model })
//   for await (const event of train({ engine, model, corpus })) …
//   for await (const { id } of generate({ engine, model, prompt, tokens: 200 })) …

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Text: from characters to ids.
export { CharacterTokenizer } from './text/characters.ts'
export { type ChatMessage, type ChatOptions, chatPrompt } from './text/chat.ts'
export { type Corpus, splitCorpus } from './text/corpus.ts'
export { type CountLosses, countLosses } from './text/counts.ts'
export { type Purpose, rolesToJSON, type SpecialIds, specialTokens } from './text/special.ts'
export { openingOf, openingOfNone, type OpeningOptions } from './text/opening.ts'
export type { DecodeOptions, EncodeOptions, StreamOptions, TextStream, Tokenizer } from './text/tokenizer.ts'
export { tokenizerFromJSON } from './text/tokenizer/fromJSON.ts'
export { PipelineTokenizer, type WordStory } from './text/tokenizer/pipeline.ts'
export { trainBytePairs } from './text/tokenizer/trainBytePairs.ts'
export { trainWordPieces } from './text/tokenizer/trainWordPieces.ts'

// Data: from ids to batches.
export type { Batch, Batches, Shape } from './data/batch.ts'
export { bucketedBatches } from './data/bucketed.ts'
export type { Examples } from './data/examples.ts'
export { type Matches, exactMatches } from './data/exact.ts'
export { type Labelled, labelledExamples } from './data/labelled.ts'
export { type LabelledText, parseLabelled } from './data/labelledTexts.ts'
export { type ComparedTexts, parsePairsOfTexts } from './data/comparedTexts.ts'
export { type MaskOptions, maskedExamples, maskTokens } from './data/masked.ts'
export { type Pair, pairExamples } from './data/pairs.ts'
export { sequenceExamples } from './data/sequences.ts'
export { shapesFor } from './data/shapes.ts'
export { split } from './data/split.ts'
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
export { pairLines, parsePairs, type TextPair } from './data/textPairs.ts'
export { maskedWindowBatches, windowBatches } from './data/windows.ts'
export { withinLengths } from './data/within.ts'

// Tensors: named axes, and operations that build the graph.
export {
  type AttentionOptions,
  type AttentionValues,
  attention,
  attentionFormula,
  type Mask,
} from './tensor/attention.ts'
export { type Axis, AxisError, type Size, type Sizes } from './tensor/axes.ts'
export {
  concatenate,
  crossEntropy,
  dropout,
  gelu,
  geluExact,
  logSoftmax,
  logSumExp,
  mish,
  normalize,
  normalizeRms,
  pad,
  quickGelu,
  relu,
  reluSquared,
  sigmoid,
  silu,
  slice,
  softmax,
  softplus,
} from './tensor/definitions.ts'
export { gradient } from './tensor/gradient.ts'
export { namedValues, nameParts, parametersOf, see, valueAt } from './tensor/names.ts'
export type { Node, Start, Tensor } from './tensor/node.ts'
export {
  abs,
  add,
  constant,
  cos,
  divide,
  dot,
  equal,
  erf,
  exp,
  floor,
  gather,
  index,
  input,
  less,
  lessEqual,
  log,
  max,
  maximum,
  mean,
  minimum,
  multiply,
  negate,
  parameter,
  place,
  random,
  reciprocal,
  rename,
  sin,
  size,
  sqrt,
  stopGradient,
  subtract,
  sum,
  table,
  tanh,
  where,
  window,
} from './tensor/primitives.ts'

// Engines: what runs a graph.
export { type CpuEngine, type CpuOptions, cpu, type Usage } from './engine/cpu/index.ts'
export type { Engine, Graph, Inputs, Plan, Program, RowsOf, Values } from './engine/engine.ts'
export type { Box, Lent } from './engine/lent.ts'
export { reference } from './engine/reference.ts'
export type { StorageType } from './engine/storage.ts'

// Models, and the parts to put others together from.
export { AlibiPositions } from './model/alibi.ts'
export { Attention, type AttentionPositions, type Memory } from './model/attention.ts'
export { Bert, type BertConfig, ClassifyingBert, MaskedBert } from './model/bert.ts'
export { type Block, type Part, PostNormBlock, PreNormBlock } from './model/block.ts'
export { Cache } from './model/cache.ts'
export { Decoder, type DecoderParts } from './model/decoder.ts'
export type { DropRates } from './model/dropout.ts'
export { KindEmbedding, TiedUnembedding, TokenEmbedding } from './model/embedding.ts'
export { Encoder, type EncoderParts } from './model/encoder.ts'
export { EncoderDecoder, type EncoderDecoderConfig } from './model/encoderDecoder.ts'
export { frequencies, type RotaryScaling } from './model/frequencies.ts'
export { GPT2, type GPT2Config } from './model/gpt2.ts'
export {
  type AnyModel,
  type ClassifyingModel,
  type ClassScores,
  type EncodingModel,
  type Given,
  kindOfModel,
  type LanguageModel,
  type MaskedModel,
  memoryOf,
  type SequenceModel,
} from './model/language.ts'
export { Linear } from './model/linear.ts'
export { Llama, type LlamaConfig } from './model/llama.ts'
export { after, both, causal, type Extent, maskWhere, prefixed, sliding, upTo } from './model/masks.ts'
export { type Bend, bends, GatedMLP, MLP } from './model/mlp.ts'
export { LayerNorm, RmsNorm } from './model/norm.ts'
export { ConcatenatedPositions, LearnedPositions, type Positions, SinusoidalPositions } from './model/positions.ts'
export { RotaryPositions } from './model/rotary.ts'
export { initialValues } from './model/start.ts'
export type { Ids, Logits, Places, Stream } from './model/stream.ts'

// Checkpoints: Hugging Face's files, as bytes.
export type { Architecture, ConfigOf, ModelOf, ModelSizes } from './checkpoint/architecture.ts'
export { architectures, configFromJSON } from './checkpoint/architectures.ts'
export { blobFiles, blobsOf } from './checkpoint/blobFiles.ts'
export { ConfigFields } from './text/configFields.ts'
export { getWeights, setWeights, weightSizes, withSizes } from './checkpoint/engineWeights.ts'
export type { FolderFiles, OpenFile } from './checkpoint/folderFiles.ts'
export { type ChatTemplateOptions, loadChatTemplate } from './checkpoint/chatTemplate.ts'
export { bert, classifyingBert, maskedBert } from './checkpoint/bert.ts'
export { gpt2 } from './checkpoint/gpt2.ts'
export { llama, mistral, qwen2, qwen3 } from './checkpoint/llama.ts'
export { marian } from './checkpoint/marian.ts'
export { loadSentenceEmbedding, type Pooling, type SentenceEmbedding, type Similarity } from './checkpoint/sentence.ts'
export { type HubOptions, hubFiles } from './checkpoint/hubFiles.ts'
export {
  type Described,
  describeFolder,
  type Loaded,
  type LoadOptions,
  loadFolder,
  loadModel,
  loadTokenizer,
  resumeFolder,
  type Wanted,
} from './checkpoint/load.ts'
export { readSafetensors, writeSafetensors } from './checkpoint/safetensors.ts'
export { type SavedModel, savedFiles } from './checkpoint/savedFiles.ts'
export type { HeldWeights, SavedFile, SaveWeightsOptions } from './checkpoint/saveWeights.ts'
export { readTraining, type TrainingState, writeTraining } from './checkpoint/training.ts'
export type { WeightRow, WeightTable } from './checkpoint/weightTable.ts'
export { fromCheckpoint, toCheckpoint, type Weight, type Weights } from './checkpoint/weights.ts'

// Training.
export { Evaluator, type Result } from './evaluate/evaluator.ts'
export { historyFromJSON, type TrainingHistory } from './train/history.ts'
export { lossSum } from './evaluate/loss.ts'
export { classification, maskedTokens, nextToken, type Objective, targetSequence } from './evaluate/objective.ts'
export type { Evaluation } from './train/overfitting.ts'
export { paperRate, rateAt } from './train/schedule.ts'
export { small, type TrainSettings } from './train/settings.ts'
export { type EncodedTexts, encodeTexts, labelledOfTexts, pairsOfTexts, textWindows } from './data/textExamples.ts'
export { type TrainEvent, type TrainOptions, train } from './train/train.ts'
export { Trainer, type TrainerSettings, type TrainerState } from './train/trainer.ts'

// Generation.
export type { BeamSettings, Hypothesis } from './generate/beams.ts'
export { type FilledMask, type Filling, fillMasks, MaskFiller } from './generate/fill.ts'
export {
  type GeneratedToken,
  type GenerateSettings,
  generate,
  type Opening,
  type SearchSettings,
  TokenGenerator,
} from './generate/generate.ts'
export { type Sampler, type SampleSettings, sampler } from './generate/sample.ts'
export { type Piece, type WrittenHypothesis, write, writeBest } from './generate/write.ts'

// What encoders are for.
export { Classifier, type Kinds } from './encode/classify.ts'
export { Embedder, type EmbedSettings } from './encode/embed.ts'
export { cosine, mostSimilar, type Neighbour, nearestVectors, type Similar } from './encode/neighbours.ts'
export { promptNamed, promptTokens, sentenceText } from './encode/sentences.ts'

// Looking inside.
export { type Bleu, bleu } from './evaluate/bleu.ts'
export { checkCausality, findLeaks, type Leak } from './inspect/causality.ts'
export { type CellOptions, patternLines } from './show/cells.ts'
export { type Description, describeValue } from './inspect/describe.ts'
export { type PatternFigure, patternSvg } from './show/svg.ts'
export { patternPage } from './show/html.ts'
export { type PartParameters, parametersByPart } from './inspect/parameters.ts'
export { type AttentionPattern, attentionPatterns } from './inspect/pattern.ts'
export { matrixProducts, type Product } from './inspect/products.ts'
export { createReader, read, readableValues } from './inspect/read.ts'
export { type ProductText, productTexts } from './inspect/shapes.ts'
export { parametersText, productsText, type ShapesTextOptions } from './show/shapesText.ts'
export { type Surprise, surpriseOf } from './evaluate/surprise.ts'
