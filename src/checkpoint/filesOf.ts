// The files of a folder that is named by a text: by its path on a disk, or by its name on the hub. This needs Node.

import { diskFiles } from './diskFiles.ts'
import type { FolderFiles } from './folderFiles.ts'
import { hubFiles } from './hubFiles.ts'

/**
 * The files of a folder that is named by its path, or of a model that is named `hub:owner/name` (`hub:owner/name@revision`):
 * it is read where it is, from Hugging Face's hub, or from where HF_ENDPOINT says, with HF_TOKEN if that is set.
 */
export function filesOf(folder: string): FolderFiles {
  if (!folder.startsWith('hub:')) return diskFiles(folder)
  const [model, revision] = folder.slice('hub:'.length).split('@')
  const { HF_ENDPOINT: base, HF_TOKEN: token } = process.env
  return hubFiles(model, { ...(revision ? { revision } : {}), ...(base ? { base } : {}), ...(token ? { token } : {}) })
}
