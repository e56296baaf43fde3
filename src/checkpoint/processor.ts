// A processor, as transformers calls it: all that stands between a model and people, which its folder keeps beside the weights.
//
//   tokenizer     text ↔ ids                    what it reads, and what it writes where that is text
//   codec         picture ↔ ids, sound ↔ ids    what it writes where that is no text
//   features      sound → numbers               what it hears
//   preparation   picture → numbers             what it sees

import type { Codec } from '../data/codec.ts'
import type { Preparation } from '../image/prepare.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { FeatureExtractor } from './featureExtractor.ts'

/** The codec, the feature extractor and the preparation that a folder has: most have none of them. */
export interface MediaProcessor {
  /** The codec that the model writes in, where that is no text. */
  readonly codec?: Codec | undefined
  /** The feature extractor of a model that hears. */
  readonly features?: FeatureExtractor | undefined
  /** The way that the pictures are prepared which a model sees. */
  readonly preparation?: Preparation | undefined
}

/** All that stands between a model and people. */
export interface Processor extends MediaProcessor {
  /** The tokenizer; one without a piece (text/noText.ts) of a model that reads and writes no text. */
  readonly tokenizer: Tokenizer
}
