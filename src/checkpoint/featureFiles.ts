// The feature extractor of a model that hears, in its folder. featureExtractor.ts reads it.

import { type FeatureExtractor, framesHeard, samplesHeard } from './featureExtractor.ts'
import { preprocessorName } from './savedNames.ts'
import { jsonFile, type SavedFile } from './saveWeights.ts'

/** The preprocessor_config.json that `WhisperFeatureExtractor.from_pretrained` opens. */
export function featureFile(features: FeatureExtractor): SavedFile {
  const { mel, seconds } = features
  return jsonFile(preprocessorName, {
    feature_extractor_type: 'WhisperFeatureExtractor',
    feature_size: mel.mels,
    sampling_rate: mel.rate,
    n_fft: mel.window,
    hop_length: mel.hop,
    chunk_length: seconds,
    n_samples: samplesHeard(features),
    nb_max_frames: framesHeard(features),
    padding_side: 'right',
    padding_value: 0,
    return_attention_mask: false,
    processor_class: 'WhisperProcessor',
  })
}
