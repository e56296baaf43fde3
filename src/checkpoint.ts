// Checkpoints in detail (`cutaway/checkpoint`): architectures, weights by their paths, the files of a folder, and what these say of
// texts: chat templates, prompts, the token that begins one.

// biome-ignore-all assist/source/organizeImports: the order is that of a folder's files

// Architectures: a model's config, its class, and the names of its weights in files.
export { type Architecture, type ArchitectureDefinition, architectureOf } from './checkpoint/architecture.ts'
export { architectures, blueprintFromJSON } from './checkpoint/architectures.ts'
export { bert, classifyingBert, maskedBert } from './checkpoint/bert.ts'
export type { AnyArchitecture, ArchitectureFacts, Blueprint, FolderConfig, ModelSizes } from './checkpoint/blueprint.ts'
export { clip } from './checkpoint/clip.ts'
export { classifyingDinov2, dinov2 } from './checkpoint/dinov2.ts'
export { gpt2 } from './checkpoint/gpt2.ts'
export { imagegpt } from './checkpoint/imagegpt.ts'
export { llama, mistral, qwen2, qwen3 } from './checkpoint/llama.ts'
export { marian } from './checkpoint/marian.ts'
export { classifyingDeiT, classifyingViT, deit, teacherClassifyingDeiT, vit } from './checkpoint/vit.ts'
export { whisper } from './checkpoint/whisper.ts'

// Weights, as numbers.
export type { WeightAxes } from './checkpoint/rearrange.ts'
export { getWeights, setWeights, weightSizes, withSizes } from './checkpoint/engineWeights.ts'
export type { WeightRow, WeightTable } from './checkpoint/weightTable.ts'
export { fromCheckpoint, toCheckpoint, type Weight, type Weights } from './checkpoint/weights.ts'
export { initialValues } from './model/start.ts'

// Folders, and what is in them.
export { blobsOf } from './checkpoint/blobFiles.ts'
export { type ChatTemplateOptions, loadChatTemplate } from './checkpoint/chatTemplate.ts'
export { type ExpectedValue, type ExpectedValues, expectedValues } from './checkpoint/expectedValues.ts'
export type { OpenFile } from './checkpoint/folderFiles.ts'
export {
  type Described,
  describeFolder,
  loadModel,
  loadTokenizer,
  resumeFolder,
  type Wanted,
} from './checkpoint/load.ts'
export type { MediaProcessor, Processor } from './checkpoint/processor.ts'
export { readSafetensors, type SafetensorsFile, type StoredTensor, writeSafetensors } from './checkpoint/safetensors.ts'
export { type SavedModel, savedFiles } from './checkpoint/savedFiles.ts'
export type { HeldWeights, SavedFile, SaveWeightsOptions } from './checkpoint/saveWeights.ts'
export { loadSentenceEmbedding, type Pooling, type SentenceEmbedding, type Similarity } from './checkpoint/sentence.ts'
export { readWordVectors, type WordVectors, type WordVectorsRead } from './checkpoint/wordVectors.ts'
export { writeWordVectors } from './checkpoint/writeWordVectors.ts'
export { readTraining, type TrainingState, writeTraining } from './checkpoint/training.ts'
export { promptNamed, promptTokens, sentenceText } from './encode/sentences.ts'
export { type ChatMessage, type ChatOptions, chatPrompt } from './text/chat.ts'
export { ConfigFields } from './text/configFields.ts'
export { type OpeningOptions, openingOf, openingOfNone } from './text/opening.ts'
export { rolesToJSON, type SpecialPieces } from './text/special.ts'
export { tokenizerFromJSON } from './text/tokenizer/fromJSON.ts'
export type { TrainingHistory } from './train/history.ts'
export { historyFromJSON } from './train/pastFromJSON.ts'
