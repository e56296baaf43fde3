// The feature extractor of a model that hears, in its folder. featureExtractor.ts reads it.

import type { FeatureExtractor } from './featureExtractor.ts'
import { preprocessorName } from './savedNames.ts'
import { jsonFile, type SavedFile } from './saveWeights.ts'

/** The preprocessor_config.json that `WhisperFeatureExtractor.from_pretrained` opens. */
export function featureFile({ mel, seconds }: FeatureExtractor): SavedFile {
  return jsonFile(preprocessorName, {
    feature_extractor_type: 'WhisperFeatureExtractor',
    feature_size: mel.mels,
    sampling_rate: mel.rate,
    n_fft: mel.window,
    hop_length: mel.hop,
    chunk_length: seconds,
    n_samples: seconds * mel.rate,
    nb_max_frames: Math.floor((seconds * mel.rate) / mel.hop),
    padding_side: 'right',
    padding_value: 0,
    return_attention_mask: false,
    processor_class: 'WhisperProcessor',
  })
}
