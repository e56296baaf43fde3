// The model of a run: as large as suits its source, unless sizes are chosen; or that of what it begins with.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { framesHeard } from '../checkpoint/featureExtractor.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Processor } from '../checkpoint/processor.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { vocabOf } from '../data/codec.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { small } from '../train/settings.ts'
import type { Beginning, Stopped } from './beginning.ts'
import { type Choices, sizeNames } from './choices.ts'
import { type RunSizes, usualExampleSizes, usualPictureSizes, usualSizes } from './defaults.ts'
import { continued } from './fineTuning.ts'
import { longestExample } from './longest.ts'
import { newBlueprint, specialIds } from './newBlueprint.ts'
import { seenIn } from './pictures.ts'
import { presetOf } from './presets.ts'
import { setting, settingError } from './settingError.ts'
import { exampleCount, type Source } from './source.ts'
import { wordModel } from './word2vec.ts'

/** A model to train, and how many examples a batch of it has. */
export interface PlannedModel {
  readonly blueprint: Blueprint
  readonly batch: number
  /** The weights to begin with, of a model that has learnt something. */
  readonly weights?: Weights
}

/** The model of a run. Throws for sizes that are none, and for others than those of what the run begins with. */
export function modelFor(
  as: RunKind,
  choices: Choices,
  { source, processor, beginning }: { source: Source; processor: Processor; beginning: Beginning },
): PlannedModel {
  if (beginning.kind === 'stopped') return keptModel(choices, beginning)
  const { tokenizer, codec, features, preparation } = processor
  if (as === 'word2vec' && beginning.kind === 'new' && source.kind === 'text')
    return wordModel(choices, { tokenizer, characters: source.text.length })
  const preset = presetOf(choices)
  const { batch, ...sizes } = sizesFor(as, choices, source, processor)
  const labels = source.kind === 'labelled' || source.kind === 'pictures' ? source.labels : []
  const dropout = choices.dropout ?? preset?.dropout
  if (beginning.kind === 'learnt')
    return { batch, ...continued(beginning, { as, labels, dropout, seed: choices.seed ?? small.training.seed }) }
  const special = specialIds(as, tokenizer, { task: source.kind === 'task' ? source.task : undefined, codec })
  const vocab = codec ? { vocab: vocabOf(codec), sourceVocab: tokenizer.size } : { vocab: tokenizer.size }
  const heard = features && { frame: framesHeard(features), mel: features.mel.mels }
  const seen = preparation && seenIn(choices.patch, preparation)
  const media = { ...(heard && { heard }), ...(seen && { seen }) }
  const all = { ...sizes, ...vocab, hidden: choices.hidden ?? sizes.hidden, dropout: dropout ?? 0, ...media }
  return { batch, blueprint: newBlueprint(as, { ...all, ...(special && { special }), labels }) }
}

function sizesFor(as: RunKind, choices: Choices, source: Source, processor: Processor): RunSizes {
  const { layer, head, model, context, batch, threads = 1 } = choices
  const chosen = Object.fromEntries(
    Object.entries({ layer, head, model, context, batch }).filter(([, value]) => value !== undefined),
  )
  const preset = presetOf(choices)
  if (preset?.sizes) return { ...preset.sizes, ...chosen }
  if (source.kind === 'pictures') return usualPictureSizes(chosen)
  if (source.kind === 'text') return usualSizes({ tokens: source.text.length, threads }, chosen)
  return usualExampleSizes(
    { examples: exampleCount(source), longest: context ?? longestExample(source, as, processor) },
    chosen,
  )
}

/** A run keeps its sizes: with others it would be another model. */
function keptModel(choices: Choices, { name, blueprint, training }: Stopped): PlannedModel {
  const { sizes, config } = blueprint
  for (const size of [...sizeNames, 'dropout'] as const) {
    const kept =
      size === 'dropout' ? config.dropout : (sizes[size] ?? sizes[`encoder ${size}`] ?? sizes[`text ${size}`])
    if (choices[size] !== undefined && choices[size] !== kept)
      throw settingError`${name}: ${setting(size)} is ${choices[size]}, but the run to go on with has ${typeof kept === 'object' ? JSON.stringify(kept) : kept}. Leave it out, or begin a new run with ${setting('out')}.`
  }
  const { batch = small.training.batch } = settingsFromJSON(training.settings)
  return { blueprint, batch: choices.batch ?? batch }
}
