// An exhibit as a person saves it: of a run on a few words, as one file.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { programName } from '../../src/studio/exhibit/program.ts'
import type { PlainChoices } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { builtStudio } from './built.ts'
import { openWorkshop } from './workshop.ts'

const material = { kind: 'text', name: 'cat.txt', text: 'the cat sat on the mat. '.repeat(40) } as const
const small = { as: 'decoder', layer: 2, head: 2, model: 16, context: 32, batch: 4, steps: 20 } as const

/**
 * Trains a run and saves its exhibit; the path of the file.
 *
 * - `more`: HTML that is put behind the page, for whoever looks in from outside
 */
export async function savedExhibit(
  folder: string,
  {
    choices = small,
    hash = '#view=look&text=the+cat',
    more = '',
  }: { choices?: PlainChoices; hash?: string; more?: string } = {},
): Promise<string> {
  await using opened = await openWorkshop()
  const { workshop, until } = opened
  await answers.begin(workshop, { material, choices })
  workshop.training.move('on')
  await until('finished')
  const program = new Uint8Array(await readFile(join(await builtStudio(), programName)))
  const { page } = await answers.exhibit(workshop, { program, hash })
  const file = join(folder, 'cat.html')
  await writeFile(file, Buffer.concat([Buffer.from(await page.arrayBuffer()), Buffer.from(more)]))
  return file
}
