// Pictures and sound (`cutaway/media`): files read and written, as numbers that models read and write.
//
//   const seven = await readPng(bytes, 'seven.png')
//   const { model, preparation } = await loadFolder(filesOf('runs/digits'), engine, { of: [classifyingViT] })
//   const { pixels } = preparedPicture(seven, preparation)
//   const [shares] = await new Classifier({ engine, model }).classify([{ pixels }])
//
// loadFolder and Classifier come from cutaway, classifyingViT and the other architectures from cutaway/checkpoint.

// biome-ignore-all assist/source/organizeImports: the order is that of the data

// Pictures: from files to pixels, and back.
export { centreCrop, type Channels, type Picture, type PictureSize, withChannels } from './image/picture.ts'
export { readPng } from './image/readPng.ts'
export { type JpegDecoder, readPicture } from './image/readPicture.ts'
export { writePng } from './image/writePng.ts'
export { type ResampleFilter, resampleFilters, resized } from './image/resize.ts'
export { framedPicture, type Preparation, type Prepared, preparedPicture } from './image/prepare.ts'
export { loadPreparation, preparationFromJSON, preparationToJSON } from './checkpoint/preprocessorConfig.ts'

// Sound: from files to samples, frames and back.
export { type ChannelSound, mono, type Sound } from './sound/sound.ts'
export { readWav, writeWav } from './sound/wav.ts'
export { resample } from './sound/resample.ts'
export { isSilent, withoutSilentEnds } from './sound/silence.ts'
export type { Framing } from './sound/spectra.ts'
export { logMel, type LogMelSettings, type MelFrames, whisperMel } from './sound/logMel.ts'
export { soundOfFrames, speechFrames, speechMel } from './sound/speech.ts'
export { type TimeWarp, timeWarp, warpedDistance } from './sound/timeWarp.ts'

// Pictures as tokens, and drawn of them.
export type { Codec } from './data/codec.ts'
export {
  PictureCodec,
  pictureCodecOf,
  type PictureCodecOptions,
  type PictureLayout,
} from './data/pictureCodec.ts'
export { codebookOf, type CodebookOptions } from './data/codebookOf.ts'
export { draw, type DrawingOf, type DrawnPatch } from './generate/draw.ts'

// Sound as tokens.
export { SpeechCodec, speechCodecOf, type SpeechCodecOptions, type SpeechLayout } from './data/speechCodec.ts'
export { Codebook } from './data/codebook.ts'
// Models of pictures, and their parts.
export { ClassifyingDeiT, DeiT, type DeiTConfig, TeacherClassifyingDeiT } from './model/deit.ts'
export { ClassifyingDinov2, Dinov2, type Dinov2Config } from './model/dinov2.ts'
export { ClassToken } from './model/classToken.ts'
export { GridPositions } from './model/gridPositions.ts'
export { ImageGPT, type ImageGPTConfig } from './model/imagegpt.ts'
export { LayerScale } from './model/layerScale.ts'
export { type Extents, PatchEmbedding, type Pixels } from './model/patchEmbedding.ts'
export {
  encodePicture,
  ofPictures,
  type PictureEncoderConfig,
  type PictureEncoderParts,
  type PictureExtents,
  type PictureInputs,
} from './model/pictureEncoder.ts'
export { type PooledConfig, PicturePooler } from './model/picturePooler.ts'
export { ClassifyingViT, ViT, type ViTConfig } from './model/vit.ts'

// Texts and pictures in one space.
export { Clip, type ClipConfig, type ClipEncoderConfig } from './model/clip.ts'
export type { DualEncoderModel } from './model/language.ts'
export { contrastive } from './evaluate/objective.ts'
export { captionExamples, captionIds, type CaptionOptions } from './data/captions.ts'
export type { Drawing } from './data/drawings.ts'
export { SharedSpace } from './encode/sharedSpace.ts'

// Models that hear.
export type { Frames } from './model/frameEmbedding.ts'
export { Whisper, type WhisperConfig } from './model/whisper.ts'

// Hearing: what is said in a sound, with the times of segments and words.
export type { FeatureExtractor } from './checkpoint/featureExtractor.ts'
export type { ListeningHabits } from './generate/spokenPrompt.ts'
export type { SpokenWord } from './generate/spokenWords.ts'
export { type Listener, type SpokenText, transcribe, type TranscribeSettings } from './generate/transcribe.ts'
// Pictures to learn from.
export {
  type LabelledPicture,
  type LabelledPictures,
  type PictureExampleOptions,
  pictureExamples,
  pictureStatistics,
} from './data/pictures.ts'
