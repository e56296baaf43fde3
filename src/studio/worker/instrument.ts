// An instrument at work in the worker: it has its turn at the engine as every look has, says how far it is, and can be broken off.

import type { Engine } from '../../engine/engine.ts'
import { type HeadLabel, headLabelOf } from '../../inspect/circuits/headLabels.ts'
import { tokenizerWords } from '../../text/lexicon.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { tokenText } from '../../text/tokenText.ts'
import type { AskedHead } from '../talk/instrumentFacts.ts'
import type { Scene } from '../talk/lookFacts.ts'
import { messageOf } from '../talk/messageOf.ts'
import { breathing } from './breathing.ts'
import { type OpenScene, openScene } from './scene.ts'
import type { Shown, Showroom } from './showroom.ts'

/** Whoever waits for a long answer: hears how far it is, of one that comes piece by piece what is there, and may break it off. */
export interface Waiting {
  readonly report?: ((done: number, of: number, part?: unknown) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** A scene for an instrument: whose engine hears messages between two runs. */
export interface InstrumentScene extends OpenScene {
  readonly shown: Shown
  readonly engine: Engine
}

/** The findings of an instrument in a scene, with the step of the run whose weights it has seen. A training waits meanwhile. */
export function foundIn<Found>(
  room: Showroom,
  scene: Scene,
  { signal }: Waiting,
  find: (opened: InstrumentScene) => Promise<Found>,
): Promise<Found & { readonly step: number }> {
  return room.look(scene.step, async (shown) => {
    signal?.throwIfAborted()
    const opened = openScene(shown, scene)
    const engine = breathing(shown.engine, signal)
    const found = await find({ ...opened, looking: { ...opened.looking, engine }, shown, engine })
    return { ...found, step: shown.step }
  })
}

/** The word of a token; of an id that is none, its number. */
export const wordOfId = (tokenizer: Tokenizer, id: number): string =>
  id >= 0 && id < tokenizer.size ? tokenText(tokenizer, id) : `${id}`

/** The words of tokens, by their ids. */
export const wordsOfIds = (tokenizer: Tokenizer, ids: Iterable<number>): Readonly<Record<number, string>> =>
  Object.fromEntries([...new Set(ids)].map((id) => [id, wordOfId(tokenizer, id)]))

/** The words of all tokens, by their ids. */
export const allWords = (tokenizer: Tokenizer): string[] =>
  Array.from({ length: tokenizer.size }, (_, id) => tokenText(tokenizer, id))

/** The id of a text that is one token, undefined for ''. Throws for one that is not. `asker`: who asks, for messages. */
export function idOfWord(asker: string, tokenizer: Tokenizer, word: string): number | undefined {
  if (word === '') return undefined
  try {
    return tokenizerWords(tokenizer).idOf(word)
  } catch (error) {
    throw new Error(`${asker}: ${messageOf(error)}`, { cause: error })
  }
}

/** The heads that are asked about: undefined for all. */
export function headChoice({
  address,
  head,
}: AskedHead): (Pick<HeadLabel, 'layer' | 'part'> & { head?: number }) | undefined {
  if (address === undefined) return undefined
  const { layer, part } = headLabelOf(address, 0)
  return { layer, ...(part !== undefined && { part }), ...(head !== undefined && { head }) }
}

/** True for a head that is asked about. */
export const isAsked = (asked: AskedHead, { address, head }: Pick<HeadLabel, 'address' | 'head'>): boolean =>
  (asked.address ?? address) === address && (asked.head ?? head) === head
