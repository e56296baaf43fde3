// Cutaway, as a program meets it, in the order in which the data go. Everything here runs in Node and in a page; files and
// folders, which only Node has, are added by node.ts (`cutaway/node`).
//
//   const engine = await cpu()
//   const model = new GPT2({ vocab: tokenizer.size, ...small.model })
//   for await (const event of train({ engine, model, corpus })) …
//   for await (const { id } of generate({ engine, model, prompt, tokens: 200 })) …

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Text: from characters to ids, and to batches.
export { type Batch, evaluationBatches, trainingBatch } from './text/batches.ts'
export { CharacterTokenizer } from './text/characters.ts'
export { type Corpus, splitCorpus } from './text/corpus.ts'
export { type CountLosses, countLosses } from './text/counts.ts'
export type { Tokenizer } from './text/tokenizer.ts'

// Tensors: named axes, and operations that build the graph.
export { type AttentionValues, attention, attentionFormula } from './tensor/attention.ts'
export { type Axis, AxisError, type Size, type Sizes } from './tensor/axes.ts'
export {
  crossEntropy,
  dropout,
  gelu,
  geluExact,
  logSoftmax,
  logSumExp,
  normalize,
  normalizeRms,
  relu,
  sigmoid,
  silu,
  softmax,
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
  tanh,
  where,
} from './tensor/primitives.ts'

// Engines: what runs a graph.
export { type CpuOptions, cpu } from './engine/cpu/index.ts'
export type { Engine, Graph, Inputs, Plan, Program, Values } from './engine/engine.ts'
export { reference } from './engine/reference.ts'

// Models, and the parts to put others together from.
export { AlibiPositions } from './model/alibi.ts'
export { Attention, type AttentionPositions } from './model/attention.ts'
export { Bert, type BertConfig, ClassifyingBert, MaskedBert } from './model/bert.ts'
export { type Block, type Memory, type Part, PostNormBlock, PreNormBlock } from './model/block.ts'
export { Cache } from './model/cache.ts'
export { Decoder, type DecoderParts } from './model/decoder.ts'
export type { DropRates } from './model/dropout.ts'
export { KindEmbedding, TiedUnembedding, TokenEmbedding } from './model/embedding.ts'
export { Encoder, type EncoderParts } from './model/encoder.ts'
export { EncoderDecoder, type EncoderDecoderConfig } from './model/encoderDecoder.ts'
export { frequencies, type RotaryScaling } from './model/frequencies.ts'
export { GPT2, type GPT2Config } from './model/gpt2.ts'
export {
  type ClassifyingModel,
  type EncodingModel,
  type Given,
  type LanguageModel,
  memoryOf,
  type SequenceModel,
} from './model/language.ts'
export { Linear } from './model/linear.ts'
export { Llama, type LlamaConfig } from './model/llama.ts'
export { after, both, causal, type Extent, type Mask, maskWhere, prefixed, sliding, upTo } from './model/masks.ts'
export { type Bend, bends, GatedMLP, MLP } from './model/mlp.ts'
export { LayerNorm, RmsNorm } from './model/norm.ts'
export { LearnedPositions, type Positions, SinusoidalPositions } from './model/positions.ts'
export { RotaryPositions } from './model/rotary.ts'
export { initialValues } from './model/start.ts'
export type { Ids, Logits, Places, Stream } from './model/stream.ts'

// Checkpoints: Hugging Face's files, as bytes.
export type { Architecture, ConfigOf, ModelOf, ModelSizes } from './checkpoint/architecture.ts'
export { architectures, configFromJSON } from './checkpoint/architectures.ts'
export { blobFiles, blobsOf } from './checkpoint/blobFiles.ts'
export { ConfigFields } from './checkpoint/configFields.ts'
export { getWeights, setWeights, weightSizes, withSizes } from './checkpoint/engineWeights.ts'
export type { FolderFiles, OpenFile } from './checkpoint/folderFiles.ts'
export { gpt2 } from './checkpoint/gpt2.ts'
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
export { historyFromJSON, type TrainingHistory } from './train/history.ts'
export { lossSum } from './train/loss.ts'
export type { Evaluation } from './train/overfitting.ts'
export { rateAt } from './train/schedule.ts'
export { small, type TrainSettings } from './train/settings.ts'
export { type TrainEvent, type TrainOptions, train } from './train/train.ts'
export { Trainer, type TrainerSettings, type TrainerState } from './train/trainer.ts'

// Generation.
export { type GeneratedToken, type GenerateSettings, generate, TokenGenerator } from './generate/generate.ts'
export { type Sampler, type SampleSettings, sampler } from './generate/sample.ts'

// Looking inside.
export { checkCausality, findLeaks, type Leak } from './inspect/causality.ts'
export { type CellOptions, patternLines } from './inspect/cells.ts'
export { type Description, describeValue } from './inspect/describe.ts'
export { type PatternFigure, patternSvg } from './inspect/figure.ts'
export { patternPage } from './inspect/page.ts'
export { type PartParameters, parametersByPart } from './inspect/parameters.ts'
export { type AttentionPattern, attentionPatterns } from './inspect/pattern.ts'
export { matrixProducts, type Product } from './inspect/products.ts'
export { createReader, read, readableValues } from './inspect/read.ts'
export { type ProductText, productTexts } from './inspect/shapes.ts'
export { parametersText, productsText, type ShapesTextOptions } from './inspect/shapesText.ts'
export { type Surprise, surpriseOf } from './inspect/surprise.ts'
