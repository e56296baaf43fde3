// A model that travels inside a page: its folder with weights in eight bits, made here and opened here.

import { blobFiles, blobsOf } from '../../../checkpoint/blobFiles.ts'
import { fromEightBits, toEightBits } from '../../../checkpoint/eightBits.ts'
import { savedFiles } from '../../../checkpoint/savedFiles.ts'
import { joinedBytes } from '../../store/joinedBytes.ts'
import type { AnswerTo, QuestionOf, RunFacts } from '../../talk/questions.ts'
import { factsOfModel } from '../runFacts.ts'
import type { Workshop } from '../workshop.ts'

const weightsName = 'model.safetensors'
const nameFile = 'name.txt'

export async function modelForExhibit(workshop: Workshop): Promise<AnswerTo<'exhibit'>> {
  const { model, tokenizer, blueprint, name } = workshop.run
  const { engine } = workshop
  const blobs = await workshop.turns.look(async () =>
    blobsOf(await savedFiles({ blueprint, tokenizer, weights: { engine, model } })),
  )
  const files = new Map<string, Uint8Array>()
  for (const [file, blob] of blobs) {
    const bytes = new Uint8Array(await blob.arrayBuffer())
    files.set(file, file === weightsName ? joinedBytes(toEightBits(bytes, file)) : bytes)
  }
  files.set(nameFile, new TextEncoder().encode(name))
  return { name, files }
}

export async function openExhibit(workshop: Workshop, { files }: QuestionOf<'openExhibit'>): Promise<RunFacts> {
  const blobs = new Map<string, Blob>()
  for (const [file, bytes] of files)
    if (file !== nameFile)
      blobs.set(
        file,
        new Blob(file === weightsName ? fromEightBits(bytes, file).map((piece) => piece.slice()) : [bytes]),
      )
  await workshop.openAlone(blobFiles(blobs, new TextDecoder().decode(files.get(nameFile))))
  return factsOfModel(workshop)
}
