// The training of a model that is opened alone, as the state beside it tells it: its step, its losses and its settings. What it learnt from is
// not there, so that it is looked at and does not go on.

import type { FolderFiles } from '../../checkpoint/folderFiles.ts'
import { readProgress } from '../../checkpoint/training.ts'
import { inStateHeader } from '../../runs/stateHeader.ts'
import { historyFromJSON, settingsFromJSON } from '../../train/pastFromJSON.ts'
import type { RunPast } from '../talk/runFacts.ts'

export interface TrainedBefore extends Pick<RunPast, 'losses' | 'evaluations'> {
  readonly step: number
  /** The number of steps that were wanted. */
  readonly steps: number
  /** As JSON, which may be damaged in parts. */
  readonly settings: unknown
}

/** The training beside a model; undefined where there is none. A damaged one hinders nobody to look: the model is whole without it. */
export const trainedBefore = (files: FolderFiles): Promise<TrainedBefore | undefined> =>
  inStateHeader(files, (metadata, place) => {
    const { step, settings, history } = readProgress(metadata, place)
    const { steps = step } = settingsFromJSON(settings)
    const { losses, evaluations } = historyFromJSON(history)
    return { step, steps, settings, losses, evaluations }
  }).catch(() => undefined)
