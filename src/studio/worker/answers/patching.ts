// Patching: what values of the sentence do to what the model says of another one of as many tokens.

import { patch } from '../../../inspect/interventions/patch.ts'
import { patchParts } from '../../../inspect/interventions/patchParts.ts'
import { writersOf } from '../../../inspect/interventions/writers.ts'
import { guessAt } from '../../../inspect/stream/guessAt.ts'
import type { InputValues } from '../../../model/inputValues.ts'
import { type Address, parseAddress } from '../../../tensor/address.ts'
import type { Names } from '../../../tensor/names.ts'
import type { PatchFacts, QuestionOf } from '../../talk/questions.ts'
import { foundIn, type InstrumentScene, type Waiting } from '../instrument.ts'
import { otherRecording } from '../recordings.ts'
import { saidWords } from '../saidWords.ts'
import { openScene, passOver, rowOf } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export function patchFacts(
  room: Showroom,
  { scene, other, position, token, against, at }: QuestionOf<'patching'>,
  { report, signal }: Waiting = {},
): Promise<PatchFacts> {
  return foundIn(room, scene, { signal }, async (opened) => {
    const { looking, tokenizer, sourceTokenizer } = opened
    const words = saidWords(opened.shown)
    const name = looking.inputs['source'] ? 'source' : 'ids'
    const clean = looking.inputs
    const { moments } = opened
    const { features } = opened.shown
    const heard = features && otherRecording(features, scene.source, other)
    const given = heard
      ? { ...clean, source: heard.frames.mel.data }
      : other === ''
        ? undefined
        : otherInputs(opened, scene, other)
    // The places of a sound have the same names in both.
    const tokensOf = (inputs: InputValues): readonly string[] =>
      moments ?? rowOf(name === 'source' ? sourceTokenizer : tokenizer, Int32Array.from(inputs[name] ?? [])).tokens
    const tokens = tokensOf(clean)
    if (given && !heard) checkLinesUp(tokens, tokensOf(given))
    const said = async (inputs: InputValues): Promise<number> => guessAt({ ...looking, inputs }, position, 'patch')
    const guess = await said(clean)
    const { inputs: corrupt, guess: otherGuess } = given
      ? { inputs: given, guess: await said(given) }
      : await exchanged(opened, name, { position, guess, said })
    const wanted = words.idOf('patch', token) ?? guess
    const less = words.idOf('patch', against) ?? (otherGuess === wanted ? undefined : otherGuess)
    const metric = { token: wanted, position, ...(less !== undefined && { against: less }) }
    const { model, engine, edits } = looking
    const settings = {
      model,
      engine,
      edits,
      pairs: [{ clean, corrupt }],
      metric,
      hasEstimate: true,
      ...(report && { report }),
    }
    const found: PatchFacts['found'] =
      at === ''
        ? { of: 'model', patching: await patchParts(settings) }
        : { of: 'place', patching: await patch({ ...settings, at: addressesAt(passOver(opened).names, at) }) }
    return {
      found,
      metric,
      tokens,
      other: tokensOf(corrupt),
      ...(heard && { recording: heard.name }),
      ...(name === 'source' && { target: rowOf(tokenizer, opened.ids).tokens }),
      words: words.ofIds(less === undefined ? [wanted] : [wanted, less]),
    }
  })
}

/** The other text as the model reads it; of a translator the other source of the same target. */
function otherInputs(
  { shown, looking: { inputs } }: InstrumentScene,
  scene: QuestionOf<'patching'>['scene'],
  other: string,
): InputValues {
  if (!inputs['source']) return openScene(shown, { ...scene, text: other }).looking.inputs
  return { ...inputs, source: openScene(shown, { ...scene, source: other }).looking.inputs['source'] ?? [] }
}

type Said = (inputs: InputValues) => Promise<number>

/** So many changed texts are tried at most. */
const mostTried = 8

/**
 * The same text in which two neighbours that differ have changed places: the last ones before a position that make the model guess
 * something else there; where none of them does, the last. Throws where all neighbours are the same.
 */
async function exchanged(
  { looking: { inputs, model }, tokenizer: written, sourceTokenizer }: InstrumentScene,
  name: 'ids' | 'source',
  { position, guess, said }: { readonly position: number; readonly guess: number; readonly said: Said },
): Promise<{ readonly inputs: InputValues; readonly guess: number }> {
  const ids = Int32Array.from(inputs[name] ?? [])
  const tokenizer = name === 'source' ? sourceTokenizer : written
  const readsAll = name === 'source' || model.kind === 'classifier'
  const last = readsAll ? ids.length - 1 : Math.min(position, ids.length - 1)
  const isPlain = (place: number): boolean => !tokenizer.isSpecial(ids[place])
  const places = Array.from({ length: Math.max(0, last) }, (_, i) => last - i)
    .filter((place) => ids[place] !== ids[place - 1] && isPlain(place) && isPlain(place - 1))
    .slice(0, mostTried)
  if (places.length === 0)
    throw new Error('patch: no two neighbours of this text differ. Write another text of as many tokens.')
  const changed = places.map((place) => ({
    ...inputs,
    [name]: ids.with(place, ids[place - 1]).with(place - 1, ids[place]),
  }))
  for (const each of changed) {
    const found = await said(each)
    if (found !== guess) return { inputs: each, guess: found }
  }
  return { inputs: changed[0], guess }
}

/** Throws for texts that have not as many tokens, or no other ones. */
function checkLinesUp(tokens: readonly string[], other: readonly string[]): void {
  const first = tokens.findIndex((token, i) => token !== other[i])
  if (tokens.length === other.length) {
    if (first >= 0) return
    throw new Error('patch: both texts have the same tokens, so that no patch can change anything. Write another one.')
  }
  throw new Error(
    `patch: the sentence has ${tokens.length} tokens, the other one ${other.length}. Write another one of as many, so that the same places can be compared.`,
  )
}

/** The values that are patched at a place: of a block its stream and its parts, of a head its values, of a value itself; each as a whole, and position by position. */
function addressesAt(names: Names, at: string): readonly Address[] {
  const { path, at: places = {} } = parseAddress(at)
  const alone = names.values.has(path) ? [{ path, at: places }] : valuesOfPart(names, path, places)
  return alone.flatMap((address) => [address, ...eachPosition(names, address)])
}

/** The values of a head, or the stream behind a block and what writes into it. Throws for a part that has neither. */
function valuesOfPart(names: Names, path: string, places: NonNullable<Address['at']>): readonly Address[] {
  const inside = (each: string): boolean => each.startsWith(`${path}.`)
  const writers = writersOf(names).map(({ address }) => address)
  const own =
    places['head'] === undefined
      ? [
          ...(names.values.has(`${path}.output`) ? [{ path: `${path}.output` }] : []),
          ...writers.filter((each) => inside(each.path)),
        ]
      : ['query', 'key', 'value', 'pattern', 'mixed'].flatMap((name): Address[] => {
          const value = `${path}.${name}`
          return names.values.has(value) ? [{ path: value, at: places }] : []
        })
  if (own.length === 0)
    throw new Error(`patch: ${path} has no value that could be patched. Go up, or choose another place.`)
  return own
}

function eachPosition(names: Names, { path, at }: Address): readonly Address[] {
  const positions = names.valueAt(path).axes.find(({ name }) => name === 'position')?.size ?? 0
  if (at?.['position'] !== undefined || (at?.['head'] !== undefined && !/\.mixed$/.test(path))) return []
  return Array.from({ length: positions }, (_, position) => ({ path, at: { ...at, position } }))
}
