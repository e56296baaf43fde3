// A text as a model reads it: the ids that it is given in every command that looks inside; or a recording, where the model hears.

import { stat } from 'node:fs/promises'
import type { Codec } from '../data/codec.ts'
import { placeNames } from '../encode/picturePlaces.ts'
import { textLimits } from '../model/reads.ts'
import { openingOf } from '../text/opening.ts'
import { namesPicture, namesRecording, type OpenRun } from './openRun.ts'
import { cutTo, fittingIds, sequenceInputs } from './sequenceInputs.ts'
import type { Terminal } from './terminal.ts'
import { tokenTexts } from './tokenWords.ts'

/**
 * The ids of a text, as a model reads them, and those of a source where it looks at one.
 *
 * - `most`: the tokens to which a longer text is cut; without it, one that is too long for the model is refused
 */
export async function textInputs(
  command: string,
  folder: string,
  run: OpenRun,
  terminal: Terminal,
  {
    given,
    target,
    special,
    most,
  }: { given: string; target: string | undefined; special: boolean; most?: number | undefined },
): Promise<{ ids: ArrayLike<number>; source?: ArrayLike<number>; drawn?: readonly number[] }> {
  const { model, tokenizer } = run
  const { kind } = model
  if (target !== undefined && kind !== 'encoder-decoder')
    throw new Error(`${command}: --target is for translators; this model reads one text only. Leave it out.`)
  if (!run.features) await checkIsNoFile(command, folder, given)
  if (model.kind === 'encoder-decoder')
    return sequenceInputs(command, folder, { ...run, model }, { given, target, special, most, terminal })
  const { context } = textLimits(command, model)
  const ids = kind === 'decoder' ? openingOf(tokenizer, given, { special }) : tokenizer.encode(given, { special })
  if (most === undefined) return { ids: fittingIds(command, ids, 'text', context) }
  return { ids: cutTo(Math.min(most, context), ids, special && kind !== 'decoder' ? tokenizer.template.after : []) }
}

/** Throws for the name of a picture or a recording that is there: a model of texts would read but the letters of its name. */
export async function checkIsNoFile(command: string, folder: string, given: string): Promise<void> {
  const what = namesPicture(given) ? 'picture' : namesRecording(given) ? 'recording' : undefined
  if (what === undefined || !(await stat(given).catch(() => undefined))?.isFile()) return
  throw new Error(
    `${command}: ${given} is a ${what}, and ${folder} reads text. Give a text, or a run that ${what === 'picture' ? 'sees pictures' : 'hears'}.`,
  )
}

/**
 * The names of what a run reads: the texts of tokens; of a recording the seconds at which its places begin; of codes that it writes
 * the row and column of each patch of a picture, `1·2`, and of a sound the second at which what is written there begins, `0.08s`.
 */
export async function namesRead(
  run: OpenRun,
  { ids, source }: { readonly ids: ArrayLike<number>; readonly source?: ArrayLike<number> | undefined },
): Promise<{ readonly tokens: readonly string[]; readonly source?: readonly string[] }> {
  const { tokenizer, codec, features } = run
  const tokens = codec ? writtenPlaces(codec, ids.length) : tokenTexts(tokenizer, ids)
  const places = features ? (await import('./heard.ts')).heardPlaces(run) : source && tokenTexts(tokenizer, source)
  return { tokens, ...(places && { source: places }) }
}

const writtenPlaces = (codec: Codec, length: number): string[] =>
  codec.kind === 'picture'
    ? placeNames({ grid: codec.grid, before: 0 }).slice(0, length)
    : Array.from({ length }, (_, i) => `${(i * codec.secondsEach).toFixed(2)}s`)
