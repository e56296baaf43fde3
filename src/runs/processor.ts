// What a model reads, and what it writes: the processor of a run, of which every stage behind it takes what it needs. Here alone it is
// decided, for every kind of run.
//
//   reads     a text's ids: tokenizer.ts · a sound's frames: recordings.ts · a picture's numbers: pictures.ts
//   writes    a text's ids: the same tokenizer · a picture's or a sound's codes: codec.ts

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Processor } from '../checkpoint/processor.ts'
import type { Beginning } from './beginning.ts'
import type { Choices } from './choices.ts'
import { codecFor } from './codec.ts'
import { preparationFor } from './pictures.ts'
import { featureExtractorFor } from './recordings.ts'
import type { Source } from './source.ts'
import { tokenizerFor } from './tokenizer.ts'

/** The processor of a run: that of what it begins with, or a new one, made for its source. Throws where none fits. */
export function processorFor(as: RunKind, choices: Choices, source: Source, beginning: Beginning): Processor {
  return {
    tokenizer: tokenizerFor(as, choices, source, beginning),
    codec: codecFor(as, choices, source, beginning),
    features: featureExtractorFor(as, source, beginning),
    preparation: preparationFor(as, source, beginning),
  }
}
