// Runs that are kept: listed, opened, renamed, forgotten; brought in from files and given out as one.

import { blobFiles } from '../../../checkpoint/blobFiles.ts'
import type { FolderFiles } from '../../../checkpoint/folderFiles.ts'
import { hubFiles } from '../../../checkpoint/hubFiles.ts'
import { describeFolder } from '../../../checkpoint/load.ts'
import { unzipped } from '../../store/zip.ts'
import type { KeptRun, Material, QuestionOf, RunFacts } from '../../talk/questions.ts'
import { givenOut, materialIn, runOfFiles } from '../exchange.ts'
import { keptRun } from '../keeping.ts'
import { factsOfModel, factsOfRun } from '../runFacts.ts'
import type { Workshop } from '../workshop.ts'

type Nothing = Record<never, never>

/** The run that was open last; none where somebody was quicker, and has opened or begun another. */
export const restore = (workshop: Workshop): Promise<RunFacts | undefined> =>
  workshop.changes.take(async () => {
    if (workshop.isOpen) return undefined
    const id = await workshop.runs.last()
    if (id === undefined || !(await workshop.runs.find(id))) return undefined
    const { wasTraining } = await workshop.openKept(id)
    if (wasTraining) workshop.training.move('on')
    return factsOfRun(workshop)
  })

export const goOn = (workshop: Workshop, choices: QuestionOf<'goOn'>): Promise<RunFacts> =>
  workshop.changes.take(async () => {
    const { training, keeping } = workshop.open
    await training.rest()
    await workshop.openKept(keeping.id, choices)
    return factsOfRun(workshop)
  })

export async function keep(workshop: Workshop): Promise<Nothing> {
  if (workshop.openId !== undefined) await workshop.training.save()
  return {}
}

export async function runs(workshop: Workshop): Promise<readonly KeptRun[]> {
  const keys = await workshop.runs.keys()
  const all = await Promise.all(keys.map((id) => keptRun(workshop.runs, id, workshop.openId)))
  return all.filter((run) => run !== undefined)
}

export const reopened = (workshop: Workshop, { id }: QuestionOf<'openRun'>): Promise<RunFacts> =>
  workshop.changes.take(async () => {
    await workshop.openKept(id)
    return factsOfRun(workshop)
  })

export async function renameRun(workshop: Workshop, { id, name }: QuestionOf<'renameRun'>): Promise<Nothing> {
  if (name.trim() === '') throw new Error('studio: the name of a run is empty. Give it one.')
  await workshop.rename(id, name.trim().slice(0, 100))
  return {}
}

export async function forgetRun(workshop: Workshop, { id }: QuestionOf<'forgetRun'>): Promise<Nothing> {
  await workshop.changes.take(() => workshop.forget(id))
  return {}
}

export async function openFiles(workshop: Workshop, { files, material }: QuestionOf<'openFiles'>): Promise<RunFacts> {
  const [first] = files
  if (!first) throw new Error('open: no file was chosen. Choose those of a run, or a zip of them.')
  if (files.length > 1 || !/\.zip$/i.test(first.name))
    return workshop.changes.take(() => opened(workshop, blobFiles(files, 'these files'), material))
  const unpacked = await unzipped(new Uint8Array(await first.arrayBuffer()), first.name)
  const blobs = new Map([...unpacked].map(([name, bytes]) => [name, new Blob([bytes])]))
  const name = first.name.replace(/\.zip$/i, '')
  return workshop.changes.take(() => opened(workshop, blobFiles(blobs, name), material))
}

/** The run that the server was asked to open; none where somebody was quicker, as for the last one. */
export const openServed = (
  workshop: Workshop,
  { name, base }: QuestionOf<'openServed'>,
): Promise<RunFacts | undefined> =>
  workshop.changes.take(async () => (workshop.isOpen ? undefined : opened(workshop, hubFiles(name, { base }))))

export async function giveOut(workshop: Workshop): Promise<{ readonly name: string; readonly zip: Blob }> {
  const { open } = workshop
  const { training } = open
  if (training.step === 0)
    throw new Error('studio: the run has taken no step yet, so that there is nothing to give out. Train it first.')
  await training.save()
  return givenOut(workshop.runs, open)
}

/** A run where it is known what it learnt from, and else a model to look at and to write with. */
async function opened(workshop: Workshop, files: FolderFiles, given?: Material): Promise<RunFacts> {
  const names = await files.list()
  const material = given ?? (await materialIn(files))
  if (names.includes('training.safetensors') && material) {
    const id = await runOfFiles(workshop, files, material)
    await workshop.openKept(id)
    return factsOfRun(workshop)
  }
  await checkReadsOne(files)
  await workshop.openAlone(files)
  return factsOfModel(workshop)
}

/** Throws for a model that puts texts and pictures into one space: the page looks at one text or one picture. */
async function checkReadsOne(files: FolderFiles): Promise<void> {
  const { architecture } = (await describeFolder(files)).blueprint
  if (architecture.trainedAs === 'clip')
    throw new Error(
      'open: this is a CLIP, whose two encoders read texts and pictures, and the page looks into models that read one of them. The command tells how near each text is to each picture: cutaway embed FOLDER words.txt cat.png; and which words belong to one: cutaway classify FOLDER cat.png --labels "a cat,a dog".',
    )
}
