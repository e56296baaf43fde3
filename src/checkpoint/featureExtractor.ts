// The feature extractor of a model that hears: what of a sound is made for it to read, and how much of it at once. In Hugging Face's folders it
// is preprocessor_config.json, or a part of processor_config.json (preprocessorFields.ts). featureFiles.ts writes it.
//
//   feature_size sampling_rate n_fft hop_length   =   mels rate window hop
//   chunk_length                                  =   seconds
//   n_samples nb_max_frames                           what follows from these; they are there to be compared

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

/**
 * The feature extractor of a model that reads so many frames of so many numbers; where its folder has none, Whisper's.
 *
 * Throws where the one in the folder makes others.
 */
export async function featureExtractorOf(
  files: FolderFiles,
  { mel, frames }: { readonly mel: number; readonly frames: number },
): Promise<FeatureExtractor> {
  const fields = await preprocessorFields(files, 'feature_extractor')
  if (fields === undefined) {
    const usual = { ...whisperMel, mels: mel }
    return { mel: usual, seconds: (frames * usual.hop) / usual.rate }
  }
  const found = featureExtractorFrom(fields)
  const { mels, rate, hop } = found.mel
  if (mels !== mel)
    throw fields.wrong(
      `feature_size is ${mels}, but the model (config.json: num_mel_bins) reads ${mel}. Restore the folder.`,
    )
  if (framesHeard(found) !== frames)
    throw fields.wrong(
      `chunk_length ${found.seconds} at a sampling_rate of ${rate} and a hop_length of ${hop} makes ${framesHeard(found)} frames, but the model (config.json: max_source_positions) reads ${frames}. Restore the folder.`,
    )
  return found
}

function featureExtractorFrom(fields: ConfigFields): FeatureExtractor {
  fields.only('feature_extractor_type', ['WhisperFeatureExtractor'])
  fields.only('padding_value', [0])
  fields.only('dither', [0])
  // With the silence before the sound the model would hear it at another time.
  fields.only('padding_side', ['right'])
  const most = 1_000_000
  const features: FeatureExtractor = {
    mel: {
      rate: fields.whole('sampling_rate', { otherwise: whisperMel.rate, most }),
      window: fields.whole('n_fft', { otherwise: whisperMel.window, most }),
      hop: fields.whole('hop_length', { otherwise: whisperMel.hop, most }),
      mels: fields.whole('feature_size', { otherwise: whisperMel.mels, most: 1000 }),
      highest: whisperMel.highest,
    },
    seconds: fields.whole('chunk_length', { otherwise: 30, most: 3600 }),
  }
  checkHears(fields, features)
  return features
}

/** Throws for numbers of which no frames can be made, and for those of which others in the file say something else. */
function checkHears(fields: ConfigFields, features: FeatureExtractor): void {
  const { rate, window, hop, highest } = features.mel
  if (rate < 2 * highest)
    throw fields.wrong(
      `sampling_rate is ${rate}, but the filters of WhisperFeatureExtractor reach ${highest} Hz, which takes ${2 * highest} samples a second. Restore the file.`,
    )
  if (window % 2 !== 0)
    throw fields.wrong(
      `n_fft is ${window}, and an odd window makes a frame fewer than the model reads. Give an even number; ${whisperMel.window} is usual.`,
    )
  if (hop > window)
    throw fields.wrong(
      `hop_length is ${hop}, but a frame has n_fft ${window} samples, so that those between would not be heard. Restore the file.`,
    )
  const follows = { n_samples: samplesHeard(features), nb_max_frames: framesHeard(features) }
  for (const [name, number] of Object.entries(follows))
    if (fields.has(name) && fields.get(name) !== number)
      throw fields.wrong(
        `${name} is ${JSON.stringify(fields.get(name))}, but chunk_length, sampling_rate and hop_length make it ${number}. Restore the file.`,
      )
}
