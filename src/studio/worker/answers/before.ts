// Before anything runs: files are read, a material is looked at, and runs are planned.

import { sourceFacts, usualKind } from '../../../runs/sourceFacts.ts'
import { textOfBytes } from '../../../text/textOfBytes.ts'
import type { MaterialFacts, PlanFacts, QuestionOf } from '../../talk/questions.ts'
import type { Material } from '../../talk/recipe.ts'
import { namedBy, sourceOf } from '../material.ts'
import type { Workshop } from '../workshop.ts'

/** Names that tables of pairs and of labelled texts have. */
const isTable = /\.(tsv|jsonl)(\.gz)?$/i

/** Names of files of which nobody learns letters. */
const isOfModel = /\.(zip|safetensors)$/i

/** By their first bytes and their names: a zip, a file of weights, or a folder with one. */
export async function isOfRun(_: Workshop, { files }: QuestionOf<'isOfRun'>): Promise<boolean> {
  for (const file of files) {
    if (isOfModel.test(file.name)) return true
    const first = new Uint8Array(await file.slice(0, 9).arrayBuffer())
    if (isZip(first) || isSafetensors(first, file.size)) return true
  }
  return false
}

/** "PK" and the number of a local head, or of the end of an empty archive. */
const isZip = ([p, k, a, b]: Uint8Array): boolean =>
  p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))

/** The length of a header that fits into the file, and the beginning of its JSON. */
function isSafetensors(first: Uint8Array, size: number): boolean {
  if (first.length < 9 || first[8] !== 0x7b) return false
  return new DataView(first.buffer).getBigUint64(0, true) <= BigInt(size - 8)
}

export async function readFiles(_: Workshop, { files }: QuestionOf<'readFiles'>): Promise<Material> {
  if (files.length === 0) throw new Error('text: no file was chosen. Choose one or several.')
  const texts: string[] = []
  for (const file of files) {
    const isPacked = file.name.endsWith('.gz')
    const whole = isPacked ? await unpacked(file) : await file.arrayBuffer()
    texts.push(textOfBytes(new Uint8Array(whole), file.name))
  }
  const [{ name }] = files
  const text = texts.map((each, i) => (i === texts.length - 1 || each.endsWith('\n') ? each : `${each}\n`)).join('')
  return { kind: files.length === 1 && isTable.test(name) ? 'table' : 'text', name, text }
}

async function unpacked(file: File): Promise<ArrayBuffer> {
  try {
    return await new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
  } catch (cause) {
    throw new Error(`text: ${file.name} cannot be unpacked. It may be cut off, or no gzip file.`, { cause })
  }
}

export async function material(_: Workshop, { material, as }: QuestionOf<'material'>): Promise<MaterialFacts> {
  const kind = as ?? usualKind(material.kind)
  return { as: kind, ...(await sourceFacts(sourceOf(material, kind), { as: kind, ...namedBy(material) })) }
}

export async function plan(workshop: Workshop, { material, as }: QuestionOf<'plan'>): Promise<PlanFacts> {
  const { plans, pace } = await workshop.plans(material, as ?? usualKind(material.kind))
  return { plans, usual: 'usual', probe: pace.took }
}
