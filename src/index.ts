// Cutaway, as a program meets it, in the order in which the data go. Everything here runs in Node and in a page.
//
//   const engine = await cpu()
//   const model = new GPT2({ vocab: tokenizer.size, ...small.model })
//   for await (const event of train({ engine, model, corpus })) …
//   for await (const { id } of generate({ engine, model, prompt, tokens: 200 })) …
//
// A verb does a thing once; the class named after who does it keeps what was prepared for the next time: train and Trainer,
// generate and Generator, fillMasks and MaskFiller.
//
// More of it stands behind other names:
//   cutaway/inspect     any value of a model, read and explained, as facts and as figures
//   cutaway/tensor      operations on named axes and the parts of models: to build models of one's own
//   cutaway/checkpoint  architectures, weights and the files of folders
//   cutaway/tasks       tasks made on the spot, examples of all kinds, and batches of them
//   cutaway/media       pictures and sound, as files and as numbers
//   cutaway/node        files and folders on a disk

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Text: from characters to ids.
export { type CharacterOptions, CharacterTokenizer } from './text/characters.ts'
export { type Corpus, splitCorpus } from './text/corpus.ts'
export { type CountLosses, countLosses } from './text/counts.ts'
export { type SpecialIds, specialTokens } from './text/special.ts'
export type { DecodeOptions, EncodeOptions, StreamOptions, TextStream, Tokenizer } from './text/tokenizer.ts'
export type { PipelineTokenizer, WordStory } from './text/tokenizer/pipeline.ts'
export { type BytePairTraining, trainBytePairs } from './text/tokenizer/trainBytePairs.ts'
export { trainWordPieces, type WordPieceTraining } from './text/tokenizer/trainWordPieces.ts'

// Engines: what runs a model.
export { type CpuEngine, type CpuOptions, cpu } from './engine/cpu/index.ts'
export type { Engine, Values } from './engine/engine.ts'

// Models.
export { Bert, type BertConfig, ClassifyingBert, MaskedBert } from './model/bert.ts'
export { EncoderDecoder, type EncoderDecoderConfig } from './model/encoderDecoder.ts'
export { GPT2, type GPT2Config } from './model/gpt2.ts'
export type {
  AnyModel,
  ClassifyingModel,
  DecoderModel,
  EncodingModel,
  LanguageModel,
  MaskedModel,
  ModelKind,
  SequenceModel,
  WritingModel,
} from './model/language.ts'
export type { InputValues } from './model/inputValues.ts'
export type { AxisSizes } from './model/reads.ts'
export { Llama, type LlamaConfig } from './model/llama.ts'

// Folders of models: Hugging Face's.
export { blobFiles } from './checkpoint/blobFiles.ts'
export type { FolderFiles } from './checkpoint/folderFiles.ts'
export { type HubOptions, hubFiles } from './checkpoint/hubFiles.ts'
export { type Loaded, type LoadOptions, loadFolder } from './checkpoint/load.ts'

// Training, and how well it goes.
export { bleu, type Bleu } from './evaluate/bleu.ts'
export { type EvaluateOptions, Evaluator, type Result } from './evaluate/evaluator.ts'
export {
  classification,
  maskedTokens,
  nextToken,
  type Objective,
  type ObjectiveOptions,
  targetSequence,
} from './evaluate/objective.ts'
export { type Surprise, surpriseOf } from './evaluate/surprise.ts'
export type { Evaluation } from './train/overfitting.ts'
export { small, type TrainSettings } from './train/settings.ts'
export { type TrainEvent, type TrainOptions, train } from './train/train.ts'
export { Trainer, type TrainerSettings, type TrainerState } from './train/trainer.ts'

// Generation.
export type { Text } from './generate/rows.ts'
export type { Hypothesis } from './generate/beams.ts'
export { type FilledMask, type Filling, type FillSettings, fillMasks, MaskFiller } from './generate/fill.ts'
export {
  type GeneratedToken,
  generate,
  type RowToken,
  Generator,
} from './generate/generate.ts'
export type { GenerateSettings, Opening, SearchSettings } from './generate/settings.ts'
export { type Piece, type StopText, type WrittenHypothesis, type Writer, write, writeBest } from './generate/write.ts'

// What encoders are for.
export { Classifier } from './encode/classify.ts'
export { Embedder, type EmbedSettings } from './encode/embed.ts'
export { cosine, mostSimilar, type Neighbour, nearestVectors, type Similar } from './encode/neighbours.ts'

// Values by their addresses, and edits of them: what runs a model takes a list. What reads and explains values is `cutaway/inspect`.
export { type Address, addressText, parseAddress } from './tensor/address.ts'
export type { Edit, Edited } from './edit/edit.ts'
