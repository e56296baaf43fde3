// The folder that a run is saved in: what is there, and that nobody else writes there.

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { claimFolder, type FolderClaim } from '../../checkpoint/folderClaim.ts'
import { contentOfNames, unfinished } from '../../checkpoint/savedNames.ts'
import { SettingError, setting, settingError, told } from '../settingError.ts'
import { cannotSave, withFolder } from './newFolder.ts'

/** `runs/shakespeare` for `texts/shakespeare.txt` */
export function usualFolder(path: string): string {
  const name = basename(path).replace(/\.[^.]+$/, '')
  return join('runs', /^[.\s]*$/.test(name) ? 'text' : name)
}

/** The content of a folder: a run or another model, something else, or nothing. */
export async function runContent(folder: string): Promise<'run' | 'other' | 'nothing'> {
  const content = contentOfNames(await namesIn(folder))
  return content === 'model' ? 'run' : content
}

/** The names in a folder; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return []
    if (error.code === 'ENOTDIR')
      throw settingError`${folder}: this is a file, not a folder. Name a folder with ${setting('out')}.`
    throw new SettingError(
      told`${folder}: it cannot be read (${error.message}). Name another folder with ${setting('out')}.`,
      { cause: error },
    )
  })
}

/** Throws if a new run may not be saved there. */
export async function checkIsFree(folder: string, { mayReplace }: { mayReplace: boolean }): Promise<void> {
  const content = await runContent(folder)
  const out = setting('out')
  if (content === 'other')
    throw settingError`${folder}: this folder holds other things and is no run. Name another one with ${out}.`
  if (content !== 'run') return
  const isOurs = (await namesIn(folder)).some((name) => (unfinished(name) ?? name) === 'training.safetensors')
  if (mayReplace && !isOurs)
    throw settingError`${folder}: there is a model in it that was not trained there (it has no training.safetensors). Name another folder with ${out}.`
  if (!mayReplace)
    throw settingError`${folder}: there is a run in it already. Add ${setting('resume')} to go on with it, ${setting('force')} to replace it, or name another folder with ${out}.`
}

/** Throws unless there is a run to go on with. */
export async function checkIsRun(folder: string): Promise<void> {
  const content = await runContent(folder)
  if (content === 'run') return
  const wasBegun = (await namesIn(folder)).some((name) => unfinished(name) !== undefined)
  const resume = setting('resume')
  if (content === 'nothing' && wasBegun)
    throw settingError`${folder}: the run in it was killed before its first checkpoint was complete. Begin it again without ${resume}.`
  throw settingError`${folder}: there is no run in it to go on with. Begin one without ${resume}, or name its folder with ${setting('out')}.`
}

/** Makes the folder and claims it for a run, as long as `work` lasts: two runs would save over one another. */
export function withRunFolder<T>(folder: string, work: (claim: FolderClaim) => Promise<T>): Promise<T> {
  return withFolder(folder, async () => {
    const claim = await claimFolder(folder, 'run').catch((error: unknown) => {
      throw cannotSave(folder, error)
    })
    try {
      return await work(claim)
    } finally {
      await claim.release()
    }
  })
}
