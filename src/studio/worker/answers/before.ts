// Before anything runs: files are read, a material is looked at, and runs are planned.

import type { RunKind } from '../../../checkpoint/newConfig.ts'
import type { LabelledPictures } from '../../../data/pictures.ts'
import { sourceFacts, usualKind } from '../../../runs/sourceFacts.ts'
import type { TimedPlan } from '../../../runs/timedPlans.ts'
import { textOfBytes } from '../../../text/textOfBytes.ts'
import { pictureWord } from '../../place/pictureWord.ts'
import { unzippedPaths, zippedPaths } from '../../store/zip.ts'
import type { ReadFiles } from '../../talk/plans.ts'
import type { MaterialFacts, PlanFacts, QuestionOf } from '../../talk/questions.ts'
import type { Material } from '../../talk/recipe.ts'
import type { Waiting } from '../instrument.ts'
import { isOfPicture, type PlacedFile, pictureMaterial } from '../labelledPictures.ts'
import { namedBy, sourceOf } from '../material.ts'
import type { Workshop } from '../workshop.ts'

/** The kind of model that learns from a material where nobody says it. */
const usualKindOf = ({ kind }: Material): RunKind => usualKind(kind === 'data' ? 'pictures' : kind)

/** Names that tables of pairs and of labelled texts have. */
const isTable = /\.(tsv|jsonl)(\.gz)?$/i

/** Names of files of which nobody learns letters. */
const isOfModel = /\.(zip|safetensors)$/i

/** By their first bytes and their names: a zip, a file of weights, or a folder with one. */
export async function isOfRun(_: Workshop, { files }: QuestionOf<'isOfRun'>): Promise<boolean> {
  for (const file of files) {
    if (await isZipOfPictures(file)) continue
    if (isOfModel.test(file.name)) return true
    const first = new Uint8Array(await file.slice(0, 9).arrayBuffer())
    if (isZip(first) || isSafetensors(first, file.size)) return true
  }
  return false
}

/** True for a zip of pictures and of nothing else; what is no zip is told by who opens it. */
async function isZipOfPictures(file: File): Promise<boolean> {
  if (!isZipName.test(file.name)) return false
  const bytes = new Uint8Array(await file.arrayBuffer())
  const paths = isZip(bytes) ? pathsIn(bytes, file.name) : []
  return paths.length > 0 && paths.every(isOfPicture)
}

/** The paths in a zip; none in a damaged one. */
function pathsIn(bytes: Uint8Array<ArrayBuffer>, name: string): readonly string[] {
  try {
    return zippedPaths(bytes, name)
  } catch {
    return []
  }
}

/** "PK" and the number of a local head, or of the end of an empty archive. */
const isZip = ([p, k, a, b]: Uint8Array): boolean =>
  p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))

/** The length of a header that fits into the file, and the beginning of its JSON. */
function isSafetensors(first: Uint8Array, size: number): boolean {
  if (first.length < 9 || first[8] !== 0x7b) return false
  return new DataView(first.buffer).getBigUint64(0, true) <= BigInt(size - 8)
}

export async function readFiles(
  _: Workshop,
  { files, paths = [] }: QuestionOf<'readFiles'>,
  waiting?: Waiting,
): Promise<ReadFiles> {
  if (files.length === 0) throw new Error('text: no file was chosen. Choose one or several.')
  const placed = isZipName.test(files[0].name)
    ? await filesOfZip(files[0])
    : files.map((file, i) => ({ path: paths[i] ?? file.name, file }))
  if (placed.some(({ path }) => isOfPicture(path))) return pictureMaterial(placed, waiting)
  const texts: string[] = []
  for (const file of files) {
    const isPacked = file.name.endsWith('.gz')
    const whole = isPacked ? await unpacked(file) : await file.arrayBuffer()
    texts.push(textOfBytes(new Uint8Array(whole), file.name))
  }
  const [{ name }] = files
  const text = texts.map((each, i) => (i === texts.length - 1 || each.endsWith('\n') ? each : `${each}\n`)).join('')
  const kind = files.length === 1 && isTable.test(name) ? 'table' : 'text'
  return { material: { kind, name, text }, leftOut: [] }
}

const isZipName = /\.zip$/i

async function filesOfZip(file: File): Promise<PlacedFile[]> {
  const unpacked = await unzippedPaths(new Uint8Array(await file.arrayBuffer()), file.name)
  return [...unpacked].map(([path, bytes]) => ({ path, file: new Blob([bytes]) }))
}

async function unpacked(file: File): Promise<ArrayBuffer> {
  try {
    return await new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
  } catch (cause) {
    throw new Error(`text: ${file.name} cannot be unpacked. It may be cut off, or no gzip file.`, { cause })
  }
}

export async function material(_: Workshop, { material, as }: QuestionOf<'material'>): Promise<MaterialFacts> {
  const kind = as ?? usualKindOf(material)
  const source = sourceOf(material, kind)
  const facts = await sourceFacts(source, { as: kind, ...namedBy(material) })
  return { as: kind, ...facts, ...(source.kind === 'pictures' && { pictures: somePictures(source) }) }
}

export async function plan(workshop: Workshop, { material, as }: QuestionOf<'plan'>): Promise<PlanFacts> {
  const { plans, pace } = await workshop.plans(material, as ?? usualKindOf(material))
  return { plans, usual: 'usual', probe: pace.took }
}

export const chosenPlan = (workshop: Workshop, question: QuestionOf<'chosenPlan'>): Promise<TimedPlan> =>
  workshop.chosenPlan(question)

/** So many pictures are shown of what is learnt from. */
const mostShown = 30

function somePictures({ training, labels }: LabelledPictures): MaterialFacts['pictures'] {
  const every = Math.max(1, training.length / mostShown)
  return Array.from({ length: Math.min(mostShown, training.length) }, (_, i) => {
    const { picture, label } = training[Math.floor(i * every)]
    return { picture: pictureWord(picture), label: labels[label] }
  })
}
