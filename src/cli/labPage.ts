// The page of the lab's answers, and its pictures, in files.

import { basename, dirname, extname, join } from 'node:path'
import { makeFolders } from '../checkpoint/makeFolders.ts'
import type { LabAnswer } from '../lab/answer.ts'
import { writeLab } from '../lab/writeLab.ts'
import { count } from '../show/amounts.ts'
import { labPage, picture } from './savedKinds.ts'
import { checkCanSave, saveFile } from './saveFile.ts'

/** Throws where the page could not be saved: that is said before the work. */
export async function checkLabPage(file: string): Promise<void> {
  if (extname(file) !== '.md') throw new Error(`${file}: the page is Markdown. Name a file that ends in .md.`)
  await checkCanSave(file, labPage)
}

/** Saves the page, and its pictures in a folder of its name beside it; says where. */
export async function saveLabPage(answers: readonly LabAnswer[], file: string, command: string): Promise<string> {
  const name = basename(file, extname(file))
  const folder = join(dirname(file), name)
  const today = new Date().toISOString().slice(0, 10)
  const { markdown, pictures } = writeLab(answers, { folder: name, command, today })
  if (pictures.size > 0) await makeFolders(folder)
  for (const [each] of pictures) await checkCanSave(join(folder, each), picture)
  for (const [each, svg] of pictures) await saveFile(join(folder, each), svg)
  await saveFile(file, markdown)
  return `Saved in ${file}, with ${count(pictures.size, 'picture')} in ${folder}.`
}
