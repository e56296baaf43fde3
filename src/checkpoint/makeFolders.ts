// Folders are made one by one: Node's own `recursive` tries forever where the system makes none, as in /proc.

import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those it lies in.
 *
 * - `made`: gets those that were made, the innermost first, also where it throws
 */
export async function makeFolders(folder: string, made: string[] = []): Promise<void> {
  const path = resolve(folder)
  if (!(await isThere(dirname(path)))) await makeFolders(dirname(path), made)
  try {
    await mkdir(path)
  } catch (error) {
    // It is there already, or somebody else was quicker.
    if (await isFolder(path)) return
    throw error
  }
  made.unshift(path)
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
