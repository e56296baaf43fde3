// What can be given to somebody else beside a link to what is seen: a link that grows the same model, a page with the model in it, a folder.

import { sha256Of } from '../../../text/digest.ts'
import { programName } from '../../exhibit/program.ts'
import { hashOf } from '../../place/hash.ts'
import { type LinkedMaterial, longestInLink, recipeWord } from '../../place/recipeLink.ts'
import type { Standpoint } from '../../place/standpoint.ts'
import { isBrought, type Material } from '../../talk/recipe.ts'
import type { Talk } from '../../talk/talk.ts'
import type { RunCourse } from '../train/course.svelte.ts'
import { save } from './save.ts'
import { addressWith, longestHash } from './viewLink.ts'

/** A link that grows the model of this run as it is now. Throws where no link can: the message says why. */
export async function growingLink(at: Standpoint, { run, losses, step }: RunCourse): Promise<string> {
  const last = losses.findLast((told) => told.step <= step)
  if (!run.recipe) throw new Error('recipe: it is not known what this model learnt from. Open it with its text.')
  if (run.recipe.isPartial)
    throw new Error(
      'recipe: the run was brought in from files, which do not say with which settings it began, so that no link can grow it. Share it as a page or as a folder.',
    )
  if (!last) throw new Error('recipe: the run has taken no step yet. Train it, and then share it.')
  if (run.past.changes.length > 0)
    throw new Error(
      `recipe: the run went on with other settings at step ${run.past.changes[0].step}, which no recipe says. Share it as a page or as a folder.`,
    )
  const { material, choices } = run.recipe
  const word = await recipeWord({
    material: await linked(material),
    choices: { ...choices, steps: run.steps },
    expected: { step: last.step, loss: last.loss, arithmetic: run.arithmetic },
  })
  const hash = `${hashOf({ ...at, step: undefined })}&recipe=${word}`
  if (hash.length > longestHash && at.ask !== '')
    throw new Error(
      `link: with its recipe it has ${hash.length} characters, and ${longestHash} are safe. Ask less, or leave the recipe out.`,
    )
  return addressWith(hash)
}

async function linked(material: Material): Promise<LinkedMaterial> {
  if (!isBrought(material)) return material
  const { kind, name, text } = material
  if (new TextEncoder().encode(text).length <= longestInLink) return material
  return { kind, name, sha256: await sha256Of(text) }
}

/** Saves the model as one file with a page that shows it. */
export async function saveExhibit(talk: Talk, at: Standpoint): Promise<string> {
  const answer = await fetch(new URL(programName, document.baseURI))
  if (!answer.ok) throw new Error(`exhibit: ${programName} is not there (${answer.status}). Load the page again.`)
  const program = new Uint8Array(await answer.arrayBuffer())
  const { name, page } = await talk.ask('exhibit', { program, hash: hashOf({ ...at, step: undefined }) })
  const fileName = `${fileNameOf(name)}.html`
  save(fileName, page)
  return fileName
}

/** Saves the run as a zip of its folder. */
export async function saveZip(talk: Talk): Promise<string> {
  const { name, zip } = await talk.ask('giveOut', {})
  save(name, zip)
  return name
}

const fileNameOf = (name: string): string =>
  name.replace(/\.[a-z]+$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'model'
