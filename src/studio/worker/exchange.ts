// Runs that come from elsewhere and go there: as a Hugging Face folder, beside whose files stand two of ours.
//
//   text.txt        what the run learnt from
//   studio.json     its name, what kind of text that is, and the choices that it follows from, where they are known

import { type FolderFiles, readBytes, readJSON } from '../../checkpoint/folderFiles.ts'
import { loadStopped } from '../../runs/beginning.ts'
import { checkSameText, recordOfSource } from '../../runs/record.ts'
import { settingsFromJSON } from '../../train/pastFromJSON.ts'
import { plainChoicesOf } from '../place/recipeLink.ts'
import type { Runs } from '../store/runs.ts'
import { chunks } from '../store/store.ts'
import { zipOf } from '../store/zip.ts'
import { isBrought, type Material, type PlainChoices, type Recipe } from '../talk/recipe.ts'
import { withoutText } from './keeping.ts'
import { sourceOf } from './material.ts'
import type { CurrentRun, Workshop } from './workshop.ts'

const textName = 'text.txt'
const aboutName = 'studio.json'

/** The material that lies beside a run, if it does. */
export async function materialIn(files: FolderFiles): Promise<Material | undefined> {
  const about = await readJSON(files, aboutName)
  if (typeof about !== 'object' || about === null) return undefined
  const { kind, name } = about as { kind?: unknown; name?: unknown }
  if (typeof name !== 'string') return undefined
  if (kind === 'task' || kind === 'data') return { kind, name }
  const text = await readBytes(files, textName)
  if (text === undefined || (kind !== 'text' && kind !== 'table' && kind !== 'pictures')) return undefined
  return { kind, name: name.slice(0, 100), text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(text) }
}

/** The choices that a run follows from, where they were given out with it. */
async function choicesIn(files: FolderFiles): Promise<PlainChoices | undefined> {
  const about = await readJSON(files, aboutName)
  const { choices } = (about ?? {}) as { choices?: unknown }
  try {
    return choices === undefined ? undefined : plainChoicesOf(choices)
  } catch {
    return undefined
  }
}

/** Puts a run out of files into the store; its key. Throws for a run that learnt from something else, and for one that cannot be read. */
export async function runOfFiles(
  { runs, arithmetic }: Workshop,
  files: FolderFiles,
  material: Material,
): Promise<string> {
  const stopped = await loadStopped(files)
  const { blueprint, training, record } = stopped
  const as = blueprint.architecture.trainedAs ?? 'decoder'
  const choices = await choicesIn(files)
  const recipe: Recipe = choices?.as === as ? { material, choices } : { material, choices: { as }, isPartial: true }
  checkSameText(await recordOfSource(sourceOf(material, as), {}), record, files.name)
  const id = await runs.begin({ name: files.name, ...withoutText(recipe) })
  try {
    const kept = (await files.list()).filter((name) => name !== textName && name !== aboutName)
    const all: { name: string; bytes: Uint8Array }[] = []
    for (const name of kept) {
      const bytes = name.includes('/') ? undefined : await readBytes(files, name)
      if (bytes) all.push({ name, bytes })
    }
    const { steps = training.step } = settingsFromJSON(training.settings)
    await runs.save(id, {
      files: all.map(({ name, bytes }) => ({ name, write: chunks(bytes) })),
      about: {
        step: training.step,
        steps,
        kind: blueprint.build().kind,
        parameters: [...training.weights.values()].reduce((sum, { data }) => sum + data.length, 0),
        arithmetic,
        savedAt: Date.now(),
      },
    })
    return id
  } catch (error) {
    await runs.forget(id)
    throw error
  }
}

/** The last state of a run that is kept, as a zip. */
export async function givenOut(
  runs: Runs,
  { keeping, name, recipe: { material, choices, isPartial = false }, training }: CurrentRun,
): Promise<{ readonly name: string; readonly zip: Blob }> {
  const found = await runs.find(keeping.id)
  if (!found?.state)
    throw new Error(
      'studio: no state of the run is kept, so that there is nothing to give out. Free some room, and save it.',
    )
  const files = await runs.files(found.state, name)
  const folder = name.replace(/\.[a-z]+$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'run'
  // What a run went on with, no recipe says.
  const isWhole = !isPartial && training.past.changes.length === 0
  const all: { name: string; bytes: Uint8Array }[] = []
  for (const file of await files.list()) {
    const bytes = await readBytes(files, file)
    if (bytes) all.push({ name: `${folder}/${file}`, bytes })
  }
  const about = new TextEncoder().encode(
    JSON.stringify({ kind: material.kind, name: material.name, ...(isWhole && { choices }) }),
  )
  all.push({ name: `${folder}/${aboutName}`, bytes: about })
  if (isBrought(material)) all.push({ name: `${folder}/${textName}`, bytes: new TextEncoder().encode(material.text) })
  return { name: `${folder}.zip`, zip: new Blob(zipOf(all), { type: 'application/zip' }) }
}
