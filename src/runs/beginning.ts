// The beginning of a run: nothing but chance, a model that has learnt something, or a run that was stopped. The last two are
// folders, wherever their files are (checkpoint/folderFiles.ts).

import type { Blueprint } from '../checkpoint/blueprint.ts'
import { getWeights } from '../checkpoint/engineWeights.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import { loadFolder, resumeFolder } from '../checkpoint/load.ts'
import type { Processor } from '../checkpoint/processor.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { cpu } from '../engine/cpu/index.ts'
import { recordFromJSON, type SourceRecord } from './record.ts'

export type Beginning = Fresh | Learnt | Stopped

/** A model whose weights chance decides. */
export interface Fresh {
  readonly kind: 'new'
  readonly name: ''
}

export const fresh: Fresh = { kind: 'new', name: '' }

/** A model that is trained further. */
export interface Learnt extends Processor {
  readonly kind: 'learnt'
  /** The name of its folder. */
  readonly name: string
  readonly blueprint: Blueprint
  readonly weights: Weights
  /** Its folder: what the small files there say goes along with the run. */
  readonly from: FolderFiles
  /** Warnings of what the folder says, or holds, that is not used. */
  readonly warnings: readonly string[]
}

/** A run that goes on where it was, to the same bits. */
export interface Stopped extends Processor {
  readonly kind: 'stopped'
  /** The name of its folder. */
  readonly name: string
  readonly blueprint: Blueprint
  readonly training: TrainingState
  /** The record of its source; undefined where it does not say that. */
  readonly record: SourceRecord | undefined
}

/** Loads a model to train it further. */
export async function loadLearnt(from: FolderFiles, name = from.name): Promise<Learnt> {
  const engine = await cpu({ threads: 1 })
  try {
    const { model, ...loaded } = await loadFolder(from, engine, { weights: 'f32' })
    const { blueprint, tokenizer, codec, features, preparation, warnings } = loaded
    const weights = await getWeights(engine, model)
    return { kind: 'learnt', name, blueprint, tokenizer, codec, features, preparation, weights, from, warnings }
  } finally {
    engine.close()
  }
}

/** Loads a run to go on with it. */
export async function loadStopped(files: FolderFiles): Promise<Stopped> {
  const { blueprint, tokenizer, codec, features, preparation, training } = await resumeFolder(files)
  const record = recordFromJSON(training.settings)
  return { kind: 'stopped', name: files.name, blueprint, tokenizer, codec, features, preparation, training, record }
}
