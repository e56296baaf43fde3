// The feature extractor of a model that hears: what of a sound is made for it to read, and how much of it at once. In Hugging Face's folders it
// is preprocessor_config.json, or a part of processor_config.json (preprocessorFields.ts). featureFiles.ts writes it.
//
//   feature_size sampling_rate n_fft hop_length   =   mels rate window hop
//   chunk_length                                  =   seconds

import { type LogMelSettings, logMel, type MelFrames, whisperMel } from '../sound/logMel.ts'
import { resample } from '../sound/resample.ts'
import type { Sound } from '../sound/sound.ts'
import type { ConfigFields } from '../text/configFields.ts'
import type { FolderFiles } from './folderFiles.ts'
import { preprocessorFields } from './preprocessorFields.ts'

export interface FeatureExtractor {
  readonly mel: LogMelSettings
  /** The seconds of sound that are heard at once; a shorter one has silence behind it. */
  readonly seconds: number
}

/** The number of samples of what is heard at once, of which a model may hear less than a second. */
export const samplesHeard = ({ mel: { rate }, seconds }: FeatureExtractor): number => Math.round(seconds * rate)

/** The number of frames of what is heard at once. */
export const framesHeard = (features: FeatureExtractor): number => Math.floor(samplesHeard(features) / features.mel.hop)

/** The frames of a sound at any rate, as many as are heard at once. Throws for a longer sound; `place`: its name. */
export function soundFeatures(features: FeatureExtractor, sound: Sound, place: string): MelFrames {
  const { mel, seconds } = features
  const { samples } = resample(sound, mel.rate)
  const length = samplesHeard(features)
  if (samples.length > length)
    throw new Error(
      `${place}: it lasts ${(samples.length / mel.rate).toFixed(1)} seconds, but the model hears ${seconds}. Cut it into shorter ones.`,
    )
  return logMel(samples, mel, length)
}

/** The feature extractor in a folder; undefined where there is none. Throws for one that would hear something else. */
export async function loadFeatureExtractor(files: FolderFiles): Promise<FeatureExtractor | undefined> {
  const fields = await preprocessorFields(files, 'feature_extractor')
  return fields && featureExtractorFrom(fields)
}

/**
 * The feature extractor of a model that reads so many frames of so many numbers; where its folder has none, Whisper's.
 *
 * Throws where the one in the folder makes others.
 */
export async function featureExtractorOf(
  files: FolderFiles,
  { mel, frames }: { readonly mel: number; readonly frames: number },
): Promise<FeatureExtractor> {
  const usual = { ...whisperMel, mels: mel }
  const found = (await loadFeatureExtractor(files)) ?? {
    mel: usual,
    seconds: (frames * usual.hop) / usual.rate,
  }
  if (found.mel.mels === mel && framesHeard(found) === frames) return found
  throw new Error(
    `${files.name}: its feature extractor makes ${framesHeard(found)} frames of ${found.mel.mels} numbers, but the model (config.json: max_source_positions, num_mel_bins) reads ${frames} of ${mel}. Restore the folder.`,
  )
}

function featureExtractorFrom(fields: ConfigFields): FeatureExtractor {
  fields.only('feature_extractor_type', ['WhisperFeatureExtractor'])
  fields.only('padding_value', [0])
  fields.only('dither', [0])
  const most = 1_000_000
  return {
    mel: {
      rate: fields.whole('sampling_rate', { otherwise: whisperMel.rate, most }),
      window: fields.whole('n_fft', { otherwise: whisperMel.window, most }),
      hop: fields.whole('hop_length', { otherwise: whisperMel.hop, most }),
      mels: fields.whole('feature_size', { otherwise: whisperMel.mels, most: 1000 }),
      highest: whisperMel.highest,
    },
    seconds: fields.whole('chunk_length', { otherwise: 30, most: 3600 }),
  }
}
