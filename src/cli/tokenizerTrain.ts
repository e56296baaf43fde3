// cutaway tokenizer train: a vocabulary from a text, saved as Hugging Face's tokenizer.json.

import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { tokenizerConfigToJSON } from '../checkpoint/generationConfig.ts'
import type { TokenizerKind } from '../runs/choices.ts'
import { withFolder } from '../runs/disk/newFolder.ts'
import { runContent } from '../runs/disk/runFolder.ts'
import { newTokenizer } from '../runs/tokenizer.ts'
import { count, duration, grouped } from '../show/amounts.ts'
import { readTexts } from '../text/files.ts'
import { specialTokens } from '../text/special.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { cutaway, quoted } from './invocation.ts'
import type { Terminal } from './terminal.ts'
import type { TokenizerValues } from './tokenizerFlags.ts'

export async function trainTokenizer(
  files: readonly string[],
  values: TokenizerValues,
  terminal: Terminal,
): Promise<void> {
  if (files.length === 0) throw new Error(`tokenizer train needs a text: ${cutaway('tokenizer train FILE…')}.`)
  terminal.goOn()
  const kind = values.kind ?? 'bytes'
  if (kind === 'characters' && values.vocab !== undefined)
    throw new Error('a vocabulary of characters has as many pieces as the text has characters. Leave --vocab out.')
  if (kind !== 'wordpiece' && values.cased)
    throw new Error(`--cased is for word pieces; ${kind} keep capital letters anyway. Leave it out.`)
  const out = values.out ?? join('tokenizers', basename(files[0]).replace(/(\.txt)?(\.gz)?$/, '') || 'text')
  await checkIsFree(out, values.force)
  await withFolder(isFile(out) ? dirname(out) : out, () => trainInto(out, kind, files, values, terminal))
}

async function trainInto(
  out: string,
  kind: TokenizerKind,
  files: readonly string[],
  values: TokenizerValues,
  terminal: Terminal,
): Promise<void> {
  const { text, files: read } = await readTexts(files)
  const begun = performance.now()
  const special = specialTokens[values.for ?? (kind === 'wordpiece' ? 'encoder' : 'none')]
  const tokenizer = newTokenizer(kind, [text], { vocab: values.vocab, special, lowercase: !values.cased })
  const elapsedMs = performance.now() - begun
  const tokens = tokenizer.encode(text).length
  const saved = await save(out, tokenizer)
  if (values.json) {
    const { size, special } = tokenizer
    const output = {
      kind,
      files: read,
      characters: text.length,
      tokens,
      size,
      special,
      elapsedMs: Math.round(elapsedMs),
      saved,
    }
    terminal.print(JSON.stringify(output))
    return
  }
  terminal.print(
    `${count(text.length, 'character')} of ${count(read.length, 'file')} → ${count(tokens, 'token')} of ` +
      `${(text.length / Math.max(1, tokens)).toFixed(2)} characters each; learnt in ${duration(elapsedMs)}.`,
  )
  if (values.vocab !== undefined && tokenizer.size < values.vocab)
    terminal.print(`There are only ${grouped(tokenizer.size)} pieces: every word of the text is one by now.`)
  if (kind === 'characters') terminal.print(`There are ${count(tokenizer.size, 'piece')}.`)
  else terminal.print(`The longest of ${grouped(tokenizer.size)} pieces: ${longest(tokenizer).join(' ')}`)
  terminal.print(`Saved in ${saved.join(' and ')}.`)
  terminal.note(`Look at it: ${cutaway(`tokenizer show ${quoted(out)} "${sample(text)}"`)}`)
}

/** A tokenizer's longest pieces: what it has learnt to see as one. */
function longest(tokenizer: Tokenizer): string[] {
  const pieces = Array.from({ length: tokenizer.size }, (_, id) => id)
    .filter((id) => !tokenizer.isSpecial(id))
    .map((id) => tokenizer.decode([id]))
  // The mark of a piece inside a word is no part of it.
  const length = (piece: string): number => piece.replace(/^##(?=.)/, '').length
  return pieces
    .sort((a, b) => length(b) - length(a) || (a < b ? -1 : 1))
    .slice(0, 5)
    .map((piece) => JSON.stringify(piece))
}

/** The first words of a text, to try a tokenizer on. */
function sample(text: string): string {
  const words = text.trim().slice(0, 200).split(/\s+/).slice(0, 4).join(' ')
  return words.replaceAll(/["$`\\!]/g, '')
}

/** Throws unless a tokenizer may be saved there. */
async function checkIsFree(out: string, mayReplace: boolean): Promise<void> {
  if (isFile(out)) {
    const found = await stat(out).catch(() => undefined)
    if (found?.isDirectory()) throw new Error(`${out}: this is a folder. Name a file with --out.`)
    if (found !== undefined && !mayReplace)
      throw new Error(`${out}: this file is there already. Add --force to replace it, or name another one with --out.`)
    if (basename(out) === 'tokenizer.json') await checkIsNoRun(dirname(out))
    return
  }
  await checkIsNoRun(out)
  const names = await readdir(out).catch((): string[] => [])
  if (names.includes('tokenizer.json') && !mayReplace) {
    throw new Error(
      `${out}: there is a tokenizer in it already. Add --force to replace it, or name another folder with --out.`,
    )
  }
}

async function checkIsNoRun(folder: string): Promise<void> {
  if ((await runContent(folder)) === 'run') {
    throw new Error(
      `${folder}: there is a run in it, whose model knows only its own tokenizer. Name another folder with --out.`,
    )
  }
}

const isFile = (out: string): boolean => out.endsWith('.json')

/** Writes the files and gives their names; each takes its place when it is complete. */
async function save(out: string, tokenizer: Tokenizer): Promise<string[]> {
  const path = isFile(out) ? out : join(out, 'tokenizer.json')
  const files: [path: string, content: object][] = [[path, tokenizer.toJSON()]]
  if (!isFile(out)) files.push([join(out, 'tokenizer_config.json'), tokenizerConfigToJSON(undefined, tokenizer)])
  const unfinished = files.map(([path]) => `${path}.${process.pid}.unfinished`)
  try {
    for (const [i, [, content]] of files.entries()) await writeFile(unfinished[i], `${JSON.stringify(content)}\n`)
    for (const [i, [path]] of files.entries()) await rename(unfinished[i], path)
  } catch (error) {
    for (const path of unfinished) await rm(path, { force: true }).catch(() => undefined)
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`${out}: nothing can be saved there (${reason}). Name another place with --out.`, { cause: error })
  }
  return files.map(([path]) => path)
}
