// Ablation: what the model loses without each of its heads and MLPs, on what the run is evaluated on; without that, on the sentence.

import { splitLabelled } from '../../../data/labelledTexts.ts'
import { splitPairs } from '../../../data/textPairs.ts'
import { settleEdits } from '../../../edit/settleEdits.ts'
import { ablate } from '../../../inspect/interventions/ablate.ts'
import { ablateExamples } from '../../../inspect/interventions/ablateExamples.ts'
import type { ClassifyingModel, MaskedModel, SequenceModel } from '../../../model/language.ts'
import { textLimits } from '../../../model/reads.ts'
import {
  type Measurement,
  measureLabelled,
  measureMasked,
  measurePairs,
  measurePictures,
} from '../../../runs/evaluations.ts'
import type { Source } from '../../../runs/source.ts'
import { splitCorpus } from '../../../text/corpus.ts'
import type { AblationFacts, QuestionOf } from '../../talk/questions.ts'
import { foundIn, type InstrumentScene, type Waiting } from '../instrument.ts'
import type { Showroom } from '../showroom.ts'

/** The most windows, pairs or texts that are read. */
const most = 16

export function ablationFacts(
  room: Showroom,
  { scene, kind }: QuestionOf<'ablation'>,
  { report, signal }: Waiting = {},
): Promise<AblationFacts> {
  return foundIn(room, scene, { signal }, async (opened) => {
    const { looking, engine, ids, tokenizer } = opened
    const { model, edits = [] } = looking
    const source = room.source
    const how = { kind, ...(report && { report }) }
    if (model.kind === 'decoder') {
      const text = source?.kind === 'text' ? source.text : undefined
      const { context } = textLimits('ablate', model)
      const own = text === undefined ? ids : splitCorpus(text, tokenizer, { context }).validation
      const ablations = await ablate({ model, engine, edits, ids: own, windows: most, ...how })
      return { ablations, of: model.kind, over: text === undefined ? 'sentence' : 'evaluation', words: {} }
    }
    const settled = await settleEdits({ model, engine, edits })
    const { objective, examples } = measured(opened, source, settled)
    const ablations = await ablateExamples({ engine, objective, examples, most, ...how })
    return { ablations, of: source?.kind === 'pictures' ? 'seen' : model.kind, over: 'evaluation', words: {} }
  })
}

/** The part of the run's material that is held back, as its model is evaluated on it. Throws where there is none. */
function measured(
  { shown: { model, tokenizer, blueprint, sight } }: InstrumentScene,
  source: Source | undefined,
  edits: Awaited<ReturnType<typeof settleEdits>>,
): Measurement {
  const run = { tokenizer, blueprint }
  if (source?.kind === 'text' && model.kind === 'masked') {
    const { context } = textLimits('ablate', model)
    const { validation } = splitCorpus(source.text, tokenizer, { context })
    return measureMasked({ ...run, model: model as MaskedModel }, tokenizer.decode(validation), edits)
  }
  if (source?.kind === 'pairs' && model.kind === 'encoder-decoder')
    return measurePairs({ ...run, model: model as SequenceModel }, splitPairs(source.pairs).validation, edits)
  if (source?.kind === 'labelled' && model.kind === 'classifier')
    return measureLabelled({ ...run, model: model as ClassifyingModel }, splitLabelled(source.texts).validation, edits)
  if (source?.kind === 'pictures' && model.kind === 'classifier' && sight) {
    const { preparation } = sight
    const { validation: pictures, labels } = source
    return measurePictures(
      { model: model as ClassifyingModel, blueprint, preparation },
      { pictures, labels },
      'ablate',
      edits,
    )
  }
  throw new Error(
    'ablate: there is nothing here that the model is evaluated on. Train it on a text, pairs, labels or pictures.',
  )
}
