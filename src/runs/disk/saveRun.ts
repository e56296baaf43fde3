// Saving a run in its folder, as often as it is time.

import type { FolderClaim } from '../../checkpoint/folderClaim.ts'
import { saveFolder } from '../../checkpoint/saveFolder.ts'
import type { TrainingState } from '../../checkpoint/training.ts'
import { savedRun, type Trained } from '../trainRun.ts'
import { withPlaces } from './whereabouts.ts'

/**
 * Saves states of a run in a folder.
 *
 * - `claim`: the claim under which the run writes there
 * - `replaces`: the first save replaces what is there
 */
export function saverIn(
  folder: string,
  run: Trained,
  { claim, replaces = false }: { readonly claim: FolderClaim; readonly replaces?: boolean },
): (state: TrainingState) => Promise<void> {
  const placed = { ...run, record: withPlaces(run.record, folder) }
  let isFirst = true
  return async (state) => {
    await saveFolder(folder, savedRun(placed, state), { claim, replaces: replaces && isFirst })
    isFirst = false
  }
}
