// A text as a model reads it: the ids that it is given in every command that looks inside; or a recording, where the model hears.

import { stat } from 'node:fs/promises'
import { type Codec, edgeOf } from '../data/codec.ts'
import { draw } from '../generate/draw.ts'
import { Generator, generate } from '../generate/generate.ts'
import { speak } from '../generate/speak.ts'
import { textLimits } from '../model/reads.ts'
import { openingOf } from '../text/opening.ts'
import { checkWordsAreKnown } from '../text/unknownWords.ts'
import { namesPicture, namesRecording, type OpenRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { tokenTexts } from './tokenWords.ts'
import { adjustments, habitsOf, mostTokensOf, noteUnused, targetStart } from './writingFlags.ts'

/**
 * The ids of a text, as a model reads them, and those of a source where it is a translator.
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
  const { model, tokenizer, engine, codec } = run
  const { kind } = model
  if (target !== undefined && kind !== 'encoder-decoder')
    throw new Error(`${command}: --target is for translators; this model reads one text only. Leave it out.`)
  if (!run.features) await checkIsNoFile(command, folder, given)
  const { context } = textLimits(command, model)
  const fitting = (ids: Int32Array, what: string): Int32Array => {
    if (most !== undefined && what !== 'target')
      return cutTo(Math.min(most, context), ids, special && kind !== 'decoder' ? tokenizer.template.after : [])
    if (ids.length <= context) return ids
    throw new Error(
      `${command}: the ${what} has ${ids.length} tokens, but the model looks at ${context} at most. Give a shorter one.`,
    )
  }
  if (kind === 'decoder') return { ids: fitting(openingOf(tokenizer, given, { special }), 'text') }
  const read = (): Int32Array =>
    fitting(tokenizer.encode(given, { special }), kind === 'encoder-decoder' ? 'source' : 'text')
  if (model.kind !== 'encoder-decoder') return { ids: read() }
  if (codec) {
    const source = read()
    if (target !== undefined)
      throw new Error(
        `${command}: --target is a text, but what this model writes is a ${codec.kind === 'picture' ? 'picture' : 'sound'}. Leave it out.`,
      )
    checkWordsAreKnown(command, given, tokenizer)
    const generator = new Generator({ engine, model })
    const written: number[] = []
    if (codec.kind === 'picture') {
      for await (const { id } of draw({ generator, codec }, [{ source }], { temperature: 0 })) written.push(id)
      return { source, ids: [edgeOf(codec), ...written.slice(0, -1)], drawn: written }
    }
    const settings = { temperature: 0, tokens: context - 1 }
    for await (const { id } of speak({ generator, codec }, [source], settings)) written.push(id)
    return { source, ids: [edgeOf(codec), ...written] }
  }
  const habits = habitsOf(run)
  const start = targetStart(folder, run, habits)
  if (run.features && !special)
    throw new Error(`${command}: --no-special is for texts; this model hears sounds. Leave it out.`)
  const { source, prompt } = run.features
    ? await (await import('./heard.ts')).heardInputs(command, folder, { ...run, model }, given)
    : { source: read(), prompt: [start] }
  if (target !== undefined)
    return { source, ids: fitting(Int32Array.from([...prompt, ...tokenizer.encode(target)]), 'target') }
  const ids = [...prompt]
  noteUnused({ generation: run.generation, beams: undefined, isSearching: true }, terminal)
  const tokens = mostTokensOf(command, habits, prompt.length) ?? context - prompt.length
  const settings = { ...adjustments({}, habits), tokens, temperature: 0 }
  for await (const { id } of generate({ engine, model, source, prompt, ...settings })) ids.push(id)
  return { source, ids }
}

/** Throws for the name of a picture or a recording that is there: a model of texts would read but the letters of its name. */
async function checkIsNoFile(command: string, folder: string, given: string): Promise<void> {
  const what = namesPicture(given) ? 'picture' : namesRecording(given) ? 'recording' : undefined
  if (what === undefined || !(await stat(given).catch(() => undefined))?.isFile()) return
  throw new Error(
    `${command}: ${given} is a ${what}, and ${folder} reads text. Give a text, or a run that ${what === 'picture' ? 'sees pictures' : 'hears'}.`,
  )
}

/**
 * The names of what a run reads: the texts of tokens; of a recording the seconds at which its places begin; of codes that it writes
 * `patch 5` of a picture, and of a sound the second at which what is written there begins, `0.08 s`.
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
  Array.from({ length }, (_, i) =>
    codec.kind === 'picture' ? `patch ${i}` : `${(i * codec.secondsEach).toFixed(2)} s`,
  )

/** The first ids, so many at most; `after` stands at the end of a part too, as at the end of any text. */
function cutTo(most: number, ids: Int32Array, after: readonly number[]): Int32Array {
  if (ids.length <= most) return ids
  const part = ids.slice(0, most)
  part.set(after, most - after.length)
  return part
}
