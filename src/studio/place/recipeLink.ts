// A recipe as a word in a link: whoever opens it grows the same model, and sees by its loss that it is the same.
//
//   recipe → JSON → deflate → base64url      `#recipe=…`
//
// Short texts are in the word; of a longer one its name and its digest are, and the page has it among its samples, or asks for it. A link may
// come from anywhere: what is read is checked field by field, and what a run then makes of it is checked as any person's wishes are.

import { runKinds } from '../../checkpoint/newConfig.ts'
import { presetNames, tokenizerKinds } from '../../runs/choices.ts'
import { joinedBytes } from '../../text/joinedBytes.ts'
import { checkIsObject, kindOf, parseJSON } from '../../text/json.ts'
import { schedules } from '../../train/schedule.ts'
import type { PlainChoices } from '../talk/questions.ts'
import { fromBase64URL, toBase64URL } from './base64url.ts'

/** The text that a recipe learns from, as far as a link has it. */
export type LinkedMaterial =
  | { readonly kind: 'text' | 'table' | 'pictures'; readonly name: string; readonly text: string }
  /** A text that the page is to have: the one of this digest. */
  | { readonly kind: 'text' | 'table' | 'pictures'; readonly name: string; readonly sha256: string }
  | { readonly kind: 'task' | 'data'; readonly name: string }

export interface LinkedRecipe {
  readonly material: LinkedMaterial
  readonly choices: PlainChoices
  /** The loss (nats) of the step up to which it is to be grown, and the arithmetic with which that came out. */
  readonly expected: { readonly step: number; readonly loss: number; readonly arithmetic: string }
}

/** The longest text, in bytes of UTF-8, that stands in a link itself: some programs cut longer links. */
export const longestInLink = 1200

/** A link's word is not longer than this, so that nobody's link fills the memory. */
const longestWord = 8000
const longestJSON = 100_000

const version = 1

/** The word of a recipe. */
export async function recipeWord(recipe: LinkedRecipe): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify({ version, ...recipe }))
  return toBase64URL(await collected(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'))))
}

/** The recipe of a word. Throws for a word that is none. */
export async function recipeOfWord(word: string): Promise<LinkedRecipe> {
  const json = parseJSON(await unpacked(word), 'link: recipe')
  checkIsObject(json, 'link: recipe')
  if (json['version'] !== version)
    throw new Error(
      `link: recipe: its version is ${kindOf(json['version'])}, but this page reads ${version}. Open it with the page that made it.`,
    )
  return {
    material: materialOf(json['material']),
    choices: plainChoicesOf(json['choices']),
    expected: expectedOf(json['expected']),
  }
}

async function unpacked(word: string): Promise<string> {
  const cut = new Error(
    `link: recipe: its ${word.length} characters are no recipe. The link may have been cut; copy it again.`,
  )
  if (word.length > longestWord || !/^[\w-]+$/.test(word)) throw cut
  try {
    const stream = new Blob([fromBase64URL(word)]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return new TextDecoder('utf-8', { fatal: true }).decode(await collected(stream, longestJSON))
  } catch {
    throw cut
  }
}

/** All bytes of a stream. Throws when they are more than `most`: a small word can be unpacked to gigabytes. */
async function collected(stream: ReadableStream<Uint8Array>, most = Infinity): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > most) throw new Error(`stream: more than ${most} bytes came.`)
    chunks.push(chunk)
  }
  return joinedBytes(chunks)
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length <= longest
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const wrong = (what: string, value: unknown): Error =>
  new Error(`link: recipe: ${what} is ${kindOf(value)}. The link may have been changed; copy it again.`)

function materialOf(json: unknown): LinkedMaterial {
  checkIsObject(json, 'link: recipe: material')
  const { kind, name, text, sha256 } = json
  if (!isText(name, 200)) throw wrong('the name of its text', name)
  if (kind === 'task' || kind === 'data') return { kind, name }
  if (kind !== 'text' && kind !== 'table' && kind !== 'pictures') throw wrong('the kind of its text', kind)
  if (isText(text, longestInLink)) return { kind, name, text }
  if (isText(sha256, 64) && /^[0-9a-f]{64}$/.test(sha256)) return { kind, name, sha256 }
  throw wrong('its text', text ?? sha256)
}

/** The choices that are words. All others are numbers. */
const words = {
  as: runKinds,
  preset: presetNames,
  tokenizer: tokenizerKinds,
  schedule: schedules,
} as const satisfies { readonly [K in keyof PlainChoices]?: readonly string[] }

/** All choices, so that a link with another one is refused: it would grow another model. */
const numbers: { readonly [K in Exclude<keyof PlainChoices, keyof typeof words | 'columns'>]-?: true } = {
  steps: true,
  batch: true,
  context: true,
  accumulate: true,
  rate: true,
  leastRate: true,
  warmup: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  decay: true,
  clip: true,
  seed: true,
  evaluateEvery: true,
  evaluateBatches: true,
  checkpointEvery: true,
  reportEvery: true,
  vocab: true,
  patch: true,
  codes: true,
  layer: true,
  head: true,
  model: true,
  hidden: true,
  dropout: true,
  window: true,
  negative: true,
  sample: true,
  minCount: true,
  epochs: true,
  shift: true,
  smoothing: true,
}

/** Choices that come from anywhere. Throws for what is none. */
export function plainChoicesOf(json: unknown): PlainChoices {
  checkIsObject(json, 'link: recipe: choices')
  for (const [name, value] of Object.entries(json)) {
    const isWord = Object.hasOwn(words, name)
    if (!isWord && !Object.hasOwn(numbers, name)) throw wrong(`there is no choice "${name.slice(0, 40)}"; it`, value)
    const allowed: readonly unknown[] = isWord ? words[name as keyof typeof words] : []
    if (isWord ? !allowed.includes(value) : !isNumber(value)) throw wrong(name, value)
  }
  return json
}

function expectedOf(json: unknown): LinkedRecipe['expected'] {
  checkIsObject(json, 'link: recipe: expected')
  const { step, loss, arithmetic } = json
  if (!isNumber(step) || !Number.isSafeInteger(step) || step < 1) throw wrong('the step up to which it is grown', step)
  if (!isNumber(loss)) throw wrong('its loss', loss)
  if (!isText(arithmetic, 40)) throw wrong('its arithmetic', arithmetic)
  return { step, loss, arithmetic }
}
