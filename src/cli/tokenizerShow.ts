// cutaway tokenizer show: the pieces of a text, and what made each of them.

import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { count } from '../show/amounts.ts'
import { tableLines } from '../show/lines.ts'
import { parseJSON } from '../text/json.ts'
import { readFileBytes } from '../text/openFile.ts'
import { bytesOfPiece } from '../text/tokenizer/byteLevel.ts'
import { tokenizerFromJSON } from '../text/tokenizer/fromJSON.ts'
import { PipelineTokenizer } from '../text/tokenizer/pipeline.ts'
import { besideNames, configBeside } from '../text/tokenizer/tokensBeside.ts'
import type { PieceStory } from '../text/tokenizer/wordModel.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { cutaway, quoted } from './invocation.ts'
import { noRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import type { TokenizerValues } from './tokenizerFlags.ts'

/** One token of the text, as it is shown. */
interface ShownToken extends PieceStory {
  readonly piece: string
  /** The text that it stands for; its bytes, where it is part of a character. */
  readonly text: string
  readonly isSpecial?: true
}

export async function showTokens(
  [place, text, ...more]: readonly string[],
  values: TokenizerValues,
  given: ReadonlySet<keyof TokenizerValues>,
  terminal: Terminal,
): Promise<void> {
  if (place === undefined) throw await noRun('tokenizer show')
  if (text === undefined)
    throw new Error(`tokenizer show needs a text: ${cutaway(`tokenizer show ${quoted(place)} "a text"`)}.`)
  if (more.length > 0)
    throw new Error(`tokenizer show takes one text, but got also "${more.join(' ')}". Put the text in quotes.`)
  const foreign = (['kind', 'vocab', 'for', 'cased', 'out', 'force'] as const).find((name) => given.has(name))
  if (foreign !== undefined) throw new Error(`--${foreign} is for training a tokenizer. Leave it out.`)

  const tokenizer = await readTokenizer(place)
  const tokens = tokensOf(tokenizer, text, values.special)
  if (values.json) {
    terminal.print(JSON.stringify({ tokenizer: place, size: tokenizer.size, text, tokens }, undefined, 2))
    return
  }
  const made = tokens.map(madeBy)
  const hasStory = made.some((story) => story !== '')
  const rows = tokens.map((token, i) => [String(token.id), token.piece, token.text, ...(hasStory ? [made[i]] : [])])
  const heads = ['id', 'piece', 'text', ...(hasStory ? ['made by'] : [])]
  const [head, ...lines] = tableLines(
    [heads, ...rows],
    ['right', 'left', 'left', 'left'].slice(0, heads.length) as ('left' | 'right')[],
  )
  terminal.print(`${count([...text].length, 'character')} → ${count(tokens.length, 'token')}`)
  if (tokens.length > 0) terminal.print([terminal.colours.dim(head), ...lines].join('\n'))
}

function tokensOf(tokenizer: Tokenizer, text: string, isWhole: boolean): ShownToken[] {
  const plain = tokenizer.encode(text)
  const stories: readonly PieceStory[] =
    tokenizer instanceof PipelineTokenizer
      ? tokenizer.explain(text).flatMap(({ pieces }) => pieces)
      : Array.from(plain, (id) => ({ id }))
  const shown = stories.map((story) => shownToken(tokenizer, story))
  if (!isWhole) return shown
  const whole = Array.from(tokenizer.encode(text, { special: true }))
  const before = whole.findIndex((_, start) => plain.every((id, i) => whole[start + i] === id))
  const added = (ids: readonly number[]): ShownToken[] => ids.map((id) => shownToken(tokenizer, { id }))
  return [...added(whole.slice(0, before)), ...shown, ...added(whole.slice(before + plain.length))]
}

function shownToken(tokenizer: Tokenizer, { piece: _, ...story }: PieceStory & { piece?: string }): ShownToken {
  const piece = tokenizer.piece(story.id)
  const isSpecial = tokenizer.isSpecial(story.id)
  const text = tokenizer.decode([story.id], { special: true })
  const fallback = /^<0x([0-9A-F]{2})>$/.exec(piece)
  const bytes =
    fallback !== null
      ? [fallback[1]]
      : Array.from(bytesOfPiece(piece), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
  const shown = text.includes('\ufffd') ? `bytes ${bytes.join(' ')}` : JSON.stringify(text)
  return { ...story, piece, text: shown, ...(isSpecial ? { isSpecial } : {}) }
}

/** `Ġ+t (0), h+e (1), Ġt+he (4)`: the merges with their ranks; or what else made a piece. */
function madeBy({ merges, tried, score, isSpecial }: ShownToken): string {
  if (isSpecial) return tried?.length ? `unknown: there is no ${tried.join(', ')}` : 'special'
  if (merges !== undefined) return merges.map(({ left, right, rank }) => `${left}+${right} (${rank})`).join(', ')
  if (tried !== undefined)
    return tried.length === 0 ? 'the longest there can be' : `the longest; there is no ${tried.join(', ')}`
  if (score !== undefined) return `log p ${score.toFixed(2)}`
  return ''
}

/** The tokenizer in a folder, or in a tokenizer.json, with the roles that the files beside it tell. */
async function readTokenizer(place: string): Promise<Tokenizer> {
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => !place.endsWith('.json'),
  )
  const path = isFolder ? join(place, 'tokenizer.json') : place
  const content = await readFileBytes(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error
    const reason = error.code === 'ENOENT' ? 'there is no such file' : error.message
    throw new Error(
      `${path}: it cannot be read: ${reason}. Name a run, a folder with a tokenizer, or a tokenizer.json.`,
      { cause: error },
    )
  })
  const beside = await Promise.all(
    besideNames.map(async (name) => {
      const path = join(isFolder ? place : dirname(place), name)
      const bytes = await readFileBytes(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return (bytes === undefined ? {} : parseJSON(new TextDecoder().decode(bytes), path)) as object
    }),
  )
  return tokenizerFromJSON(parseJSON(new TextDecoder().decode(content), path), configBeside(beside), path)
}
