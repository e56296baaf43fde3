// The model that is here as an exhibit: its folder with weights in eight bits, and the program that shows it, in one page.

import { blobsOf } from '../../../checkpoint/blobFiles.ts'
import { toEightBits } from '../../../checkpoint/eightBits.ts'
import { savedFiles } from '../../../checkpoint/savedFiles.ts'
import { CharacterTokenizer } from '../../../text/characters.ts'
import { joinedBytes } from '../../../text/joinedBytes.ts'
import { exhibitParts } from '../../exhibit/exhibit.ts'
import { type ExhibitedFacts, type ExhibitedModel, weightsName } from '../../exhibit/exhibitedModel.ts'
import { familyOf } from '../../exhibit/families.ts'
import type { AnswerTo, QuestionOf } from '../../talk/questions.ts'
import type { OpenModel, Showroom } from '../showroom.ts'

export async function exhibitOf(
  room: Showroom,
  { program, hash }: QuestionOf<'exhibit'>,
): Promise<AnswerTo<'exhibit'>> {
  const model = await exhibitedModel(room)
  return { name: model.name, page: new Blob(await exhibitParts({ model, hash, program }), { type: 'text/html' }) }
}

/** The model as it travels inside a page. Throws for one that cannot be exhibited. */
export async function exhibitedModel(room: Showroom): Promise<ExhibitedModel> {
  const { run, engine, turns, source } = room
  const { model, tokenizer, codec, features, blueprint, sight } = run
  if (codec ?? features)
    throw new Error(
      `exhibit: a page shows no models that draw, hear or speak. ${source ? 'Save the run as a folder' : 'Give away the folder from which this one was opened'}: the Studio opens it.`,
    )
  const facts = exhibitedFacts(run, room.shown().step)
  const blobs = await turns.look(async () =>
    blobsOf(await savedFiles({ blueprint, tokenizer, preparation: sight?.preparation, weights: { engine, model } })),
  )
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  for (const [file, blob] of blobs) {
    const bytes = new Uint8Array(await blob.arrayBuffer())
    files.set(file, file === weightsName ? joinedBytes(toEightBits(bytes, file)) : bytes)
  }
  return { ...facts, files }
}

/** The facts of a model. Throws for one that cannot be exhibited. */
function exhibitedFacts({ name, blueprint, tokenizer, sight }: OpenModel, step: number): ExhibitedFacts {
  const { architecture, sizes } = blueprint
  const family = familyOf(architecture.name)
  const { hasColours = false } = architecture
  const kind = hasColours || sight ? 'none' : tokenizer instanceof CharacterTokenizer ? 'characters' : 'other'
  const parts = [
    family,
    ...(kind === 'other' ? ['tokenizers'] : []),
    ...(sight ? ['sight', 'pictureParts', 'preprocessorConfig'] : []),
    ...(hasColours ? ['loadColours'] : []),
    ...(!hasColours && sizes['sourceVocab'] !== undefined ? ['loadCodec'] : []),
    ...(sizes['mel'] === undefined ? [] : ['featureExtractor']),
  ]
  return { name, step, family, tokenizer: kind, parts }
}
