// The pairs of texts that `cutaway patch` is told: two on the command line, or those of a file, a line each.
//
//   clean TAB corrupt TAB token TAB against
//   {"clean": "…", "corrupt": "…", "token": " x", "against": " y"}
//
// Or a file is one JSON array of such objects.

import type { MetricTokens } from '../inspect/interventions/metric.ts'
import type { PatchPair } from '../inspect/interventions/pairs.ts'
import { guessAt } from '../inspect/stream/guessAt.ts'
import type { InputValues } from '../model/inputValues.ts'
import { readText } from '../text/files.ts'
import { linesOf } from '../text/lines.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { atPlace } from './atPlace.ts'
import { type ExampleInRun, usualPosition } from './lookInside.ts'
import type { Terminal } from './terminal.ts'
import { textInputs } from './textInputs.ts'
import { tokenTexts } from './tokenWords.ts'

/** Two texts as they were given, with the tokens that they are about. */
export interface GivenPair {
  /** Where they were given, for messages: `patch`, `patch: pairs.tsv, line 3`. */
  readonly place: string
  readonly clean: string
  readonly corrupt: string
  readonly token?: string | undefined
  readonly against?: string | undefined
}

/** The pairs of a file. Throws for a line, or an object of an array, that is no pair, saying which. */
export async function pairsOfFile(file: string): Promise<GivenPair[]> {
  const text = await readText(file)
  // A line may begin with a bracket too: "[MASK]".
  const pairs = /^\ufeff?\s*\[\s*[{\]]/.test(text) ? pairsOfArray(text, file) : pairsOfLines(text, file)
  if (pairs.length === 0) throw new Error(`patch: ${file} has no pair in it. Write one a line: ${form}.`)
  return pairs
}

const form =
  'the clean text, a tab, the corrupt one; then perhaps a tab and the token, a tab and the one against it; or as JSON {"clean", "corrupt", "token", "against"}'

const pairsOfLines = (text: string, file: string): GivenPair[] =>
  linesOf(text).flatMap((line, i) => {
    const place = `patch: ${file}, line ${i + 1}`
    if (line.trim() === '') return []
    const isJson = line.trimStart().startsWith('{')
    return [{ place, ...(isJson ? pairOfJson(parsed(line, place), place) : pairOfFields(line, place)) }]
  })

const pairsOfArray = (text: string, file: string): GivenPair[] =>
  (parsed(text.replace(/^\ufeff/, ''), `patch: ${file}`) as readonly unknown[]).map((each, i) => {
    const place = `patch: ${file}, pair ${i + 1}`
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) return { place, ...pairOfJson(each, place) }
    throw new Error(`${place} is ${JSON.stringify(each)}. Write {"clean", "corrupt", "token", "against"}.`)
  })

function pairOfFields(line: string, place: string): Omit<GivenPair, 'place'> {
  const [clean, corrupt, token, against, ...more] = line.split('\t')
  if (!clean || !corrupt || more.length > 0)
    throw new Error(
      `${place} has ${line.includes('\t') ? `${line.split('\t').length} texts with tabs between them` : 'no tab in it'}. Write ${form}.`,
    )
  return { clean, corrupt, token: token || undefined, against: against || undefined }
}

const fields = ['clean', 'corrupt', 'token', 'against']

function pairOfJson(found: object, place: string): Omit<GivenPair, 'place'> {
  for (const [name, value] of Object.entries(found)) {
    if (!fields.includes(name))
      throw new Error(`${place} has "${name}"; a pair has ${fields.join(', ')}. Leave it out.`)
    if (typeof value !== 'string') throw new Error(`${place}: "${name}" is ${JSON.stringify(value)}; give a text.`)
  }
  const { clean, corrupt, token, against } = found as Record<string, string | undefined>
  if (!clean || !corrupt) throw new Error(`${place} lacks "${clean ? 'corrupt' : 'clean'}". Give both texts.`)
  return { clean, corrupt, token, against }
}

function parsed(text: string, place: string): object {
  try {
    return JSON.parse(text) as object
  } catch (error) {
    throw new Error(`${place} is no JSON: ${error instanceof Error ? error.message : error}. Write ${form}.`)
  }
}

/**
 * The pairs of a file with the tokens of the command line where they have none.
 *
 * Throws for a token that no pair needs, and where a difference of logits would be averaged with a logit.
 */
export function withTokens(
  pairs: readonly GivenPair[],
  file: string,
  tokens: { readonly token: string | undefined; readonly against: string | undefined },
): GivenPair[] {
  for (const name of ['token', 'against'] as const)
    if (tokens[name] !== undefined && pairs.every((pair) => pair[name] !== undefined))
      throw new Error(
        `patch: --${name} is for pairs without one, but every pair of ${file} has its own. Leave --${name} out.`,
      )
  const all = pairs.map((pair) => ({
    ...pair,
    token: pair.token ?? tokens.token,
    against: pair.against ?? tokens.against,
  }))
  const [bare, other] = [
    all.find(({ against }) => against === undefined),
    all.find(({ against }) => against !== undefined),
  ]
  if (bare && other)
    throw new Error(
      `patch: ${file}: ${lastOf(other.place)} has a token against another, ${lastOf(bare.place)} only a token; a difference of logits and a logit have no mean. Give all lines one against theirs, or none; --against serves those without.`,
    )
  return all
}

/** `line 3` */
const lastOf = (place: string): string => place.split(', ').at(-1) ?? place

/** A pair as a model reads it, and its texts as tokens: of a model with an encoder those of the sources; of pictures the names of positions. */
export interface PairInRun extends PatchPair {
  readonly metric: MetricTokens
  readonly cleanTokens: readonly string[]
  readonly corruptTokens: readonly string[]
}

/**
 * The pairs in a run: of texts, or of files where it hears or sees.
 *
 * - `sight`: the first clean text, picture or recording, as it was read
 *
 * Throws for texts that do not line up, saying where, for two of a pair that are the same, for a pair without a token, unless the model
 * is a classifier, which names the class itself, and for a token that is not one.
 */
export async function pairsInRun(
  given: readonly GivenPair[],
  { run, looking, tokens, source, answers, readOther }: ExampleInRun,
  {
    folder,
    terminal,
    special,
    target,
  }: {
    readonly folder: string
    readonly terminal: Terminal
    readonly special: boolean
    readonly target: string | undefined
  },
): Promise<PairInRun[]> {
  const { tokenizer, model } = run
  const encoded = (text: string): Int32Array => tokenizer.encode(text, { special })
  const pairs: PairInRun[] = []
  for (const [i, { place, clean: text, corrupt: otherText, token, against }] of given.entries()) {
    const read = (text: string): Promise<InputValues> =>
      atPlace(place, async () => ({
        ...(readOther && model.kind !== 'encoder-decoder'
          ? await readOther(text)
          : await textInputs(place, folder, run, terminal, { given: text, target, special })),
      }))
    const clean = i === 0 ? looking.inputs : await read(text)
    // Both sources are looked at by the same target: that of the clean one.
    const corrupt =
      model.kind === 'encoder-decoder'
        ? { ...clean, ...(await atPlace(place, () => readOther?.(otherText) ?? { source: encoded(otherText) })) }
        : await read(otherText)
    const [one, other] = [clean, corrupt].map(({ pixels, source, ids = [] }) => Array.from(pixels ?? source ?? ids))
    // Positions of a picture or of a sound have the same names in both.
    const [cleanTokens, corruptTokens] = [one, other].map((ids) =>
      readOther ? (source ?? tokens) : tokenTexts(tokenizer, ids),
    )
    if (readOther) checkDiffer(place, model.kind === 'encoder-decoder' ? 'recordings' : 'pictures', one, other)
    else checkTexts(place, { ids: one, tokens: cleanTokens }, { ids: other, tokens: corruptTokens })
    if (token === undefined && model.kind !== 'classifier')
      throw new Error(
        run.codec
          ? `${place}: which logit is looked at? Give --token 3, the number of a code, and --against 5 for a difference.`
          : `${place}: which logit is looked at? Give --token " x", and --against " y" for a difference.`,
      )
    const idOf = (flag: 'token' | 'against', name: string): Promise<number> =>
      atPlace(place, () => answers.idOf(place, flag, name))
    const metric = {
      token:
        token === undefined
          ? await guessAt({ ...looking, inputs: clean }, usualPosition({ run }), 'patch')
          : await idOf('token', token),
      ...(against !== undefined && { against: await idOf('against', against) }),
    }
    pairs.push({ clean, corrupt, metric, cleanTokens, corruptTokens })
    checkLength(place, given[0].place, pairs)
  }
  return pairs
}

/** Throws where the texts of the last pair are of another length than those of the first. */
function checkLength(place: string, first: string, pairs: readonly PairInRun[]): void {
  const [wanted, found] = [pairs[0], pairs[pairs.length - 1]].map(({ cleanTokens }) => cleanTokens.length)
  if (wanted === found) return
  throw new Error(
    `${place}: the texts have ${found} tokens, those of ${lastOf(first)} have ${wanted}. Give pairs of one length.`,
  )
}

/** Throws for two pictures or recordings in which every number is the same. */
function checkDiffer(place: string, what: string, one: readonly number[], other: readonly number[]): void {
  if (one.every((value, at) => value === other[at]))
    throw new Error(
      `${place}: both ${what} are the same to the model, so that no patch can change anything. Give two that differ.`,
    )
}

interface Read {
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
}

/** Throws for texts of other lengths, saying where they part, and for two that are the same. */
function checkTexts(place: string, clean: Read, corrupt: Read): void {
  const first = clean.ids.findIndex((id, i) => id !== corrupt.ids[i])
  if (clean.ids.length === corrupt.ids.length) {
    if (first >= 0) return
    throw new Error(
      `${place}: both texts have the same tokens, so that no patch can change anything. Give two that differ.`,
    )
  }
  const at = first < 0 ? clean.ids.length : first
  const said = ({ tokens }: Read): string => (at < tokens.length ? JSON.stringify(tokens[at]) : 'its end')
  throw new Error(
    `${place}: the clean text has ${clean.ids.length} tokens, the corrupt one ${corrupt.ids.length}. The first that does not line up is token ${at}: ${said(clean)} in the clean one, ${said(corrupt)} in the corrupt one. Give texts of as many tokens.`,
  )
}

/** The position of the metric where nobody says one: of a model that fills in, the mask. Undefined for the last. */
export function maskedPosition(tokenizer: Tokenizer, pairs: readonly PairInRun[]): number {
  const { mask } = tokenizer.special
  const places = pairs.map(({ clean }) => Array.from(clean['ids'] ?? []).flatMap((id, i) => (id === mask ? [i] : [])))
  const [[position, ...more]] = places
  if (position === undefined || more.length > 0 || places.some((own) => own.join() !== `${position}`))
    throw new Error(
      `patch: the model fills in what is masked, but ${position === undefined ? 'the text has no [MASK]' : 'there are several places with [MASK]'}. Give one, at the same place in every text, or --position.`,
    )
  return position
}
