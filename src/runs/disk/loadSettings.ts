// The settings that a run was trained with, and its history, for those who need none of its numbers.

import { filesOf } from '../../checkpoint/filesOf.ts'
import { readSettings } from '../../checkpoint/training.ts'
import { parseJSON } from '../../text/json.ts'
import type { TrainingHistory } from '../../train/history.ts'
import { historyFromJSON, settingsFromJSON } from '../../train/pastFromJSON.ts'
import type { TrainSettings } from '../../train/settings.ts'
import { inStateHeader } from '../stateHeader.ts'

/**
 * The settings that a run was trained with, from the header of its training.safetensors; nothing where there is none.
 *
 * Throws for a damaged file: with other settings in their place something else would be shown than what was trained.
 */
export const loadSettings = async (folder: string): Promise<Partial<TrainSettings>> =>
  (await inStateHeader(filesOf(folder), (metadata, place) => settingsFromJSON(readSettings(metadata, place)))) ?? {}

/** The history of a run up to its last checkpoint, from the same header. */
export const loadHistory = async (folder: string): Promise<TrainingHistory> =>
  (await inStateHeader(filesOf(folder), ({ history = 'null' }, place) =>
    historyFromJSON(parseJSON(history, `${place}: history`)),
  )) ?? historyFromJSON(undefined)
