// Saving a run in its folder, as often as it is time.

import type { FolderClaim } from '../../checkpoint/folderClaim.ts'
import { saveFolder } from '../../checkpoint/saveFolder.ts'
import type { TrainingState } from '../../checkpoint/training.ts'
import { savedRun, type Trained } from '../trainRun.ts'
import { forgetRecord, type RecordFile } from './watchFile.ts'
import { withPlaces } from './whereabouts.ts'

/**
 * Saves states of a run in a folder.
 *
 * - `claim`: the claim under which the run writes there
 * - `replaces`: the first save replaces what is there
 * - `record`: the record of what is watched, which is saved along with it
 */
export function saverIn(
  folder: string,
  run: Trained,
  {
    claim,
    replaces = false,
    record,
  }: {
    readonly claim: FolderClaim
    readonly replaces?: boolean
    readonly record?: RecordFile | undefined
  },
): (state: TrainingState) => Promise<void> {
  const placed = { ...run, record: withPlaces(run.record, folder) }
  let isFirst = true
  return async (state) => {
    const save = () => saveFolder(folder, savedRun(placed, state), { claim, replaces: replaces && isFirst })
    if (record) await record.around(save)
    else {
      if (isFirst && !run.resume) await forgetRecord(folder)
      await save()
    }
    isFirst = false
  }
}
