// What a model that looks at a source reads of one: a translator of a text, a model that hears of a recording, one that draws or speaks of
// words. Beside the source stands what is written of it: a target that is given, or what the model itself writes, taking the likeliest.

import { type Codec, edgeOf } from '../data/codec.ts'
import { draw } from '../generate/draw.ts'
import { Generator, generate } from '../generate/generate.ts'
import { speak } from '../generate/speak.ts'
import type { SequenceModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import { checkWordsAreKnown } from '../text/unknownWords.ts'
import type { OpenRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { adjustments, habitsOf, mostTokensOf, noteUnused, targetStart } from './writingFlags.ts'

interface AskedSource {
  /** The text, or the file of a recording. */
  readonly given: string
  readonly target: string | undefined
  readonly special: boolean
  /** The tokens to which a longer source is cut; without it, one that is too long for the model is refused. */
  readonly most?: number | undefined
  /** Is told what of the folder's habits of writing is not used. */
  readonly terminal?: Terminal | undefined
}

/** The source as the model reads it, and the ids of what is written of it; `drawn`: those of a picture's patches. */
export async function sequenceInputs(
  command: string,
  folder: string,
  run: OpenRun<SequenceModel>,
  asked: AskedSource,
): Promise<{ ids: ArrayLike<number>; source: ArrayLike<number>; drawn?: readonly number[] }> {
  const { model, engine, tokenizer, codec, features } = run
  const { given, target, special, most, terminal } = asked
  const { context } = textLimits(command, model)
  const read = (): Int32Array => {
    const ids = tokenizer.encode(given, { special })
    if (most === undefined) return fittingIds(command, ids, 'source', context)
    return cutTo(Math.min(most, context), ids, special ? tokenizer.template.after : [])
  }
  if (codec) return codesWritten(command, run, { given, target, source: read(), codec })
  const habits = habitsOf(run)
  const start = targetStart(folder, run, habits)
  if (features && !special)
    throw new Error(`${command}: --no-special is for texts; this model hears sounds. Leave it out.`)
  const { source, prompt } = features
    ? await (await import('./heard.ts')).heardInputs(command, folder, run, given)
    : { source: read(), prompt: [start] }
  if (target !== undefined) {
    const ids = Int32Array.from([...prompt, ...tokenizer.encode(target)])
    return { source, ids: fittingIds(command, ids, 'target', context) }
  }
  const ids = [...prompt]
  if (terminal) noteUnused({ generation: run.generation, beams: undefined, isSearching: true }, terminal)
  const tokens = mostTokensOf(command, habits, prompt.length) ?? context - prompt.length
  const settings = { ...adjustments({}, habits), tokens, temperature: 0 }
  for await (const { id } of generate({ engine, model, source, prompt, ...settings })) ids.push(id)
  return { source, ids }
}

/** The codes that a model draws or speaks of words. */
async function codesWritten(
  command: string,
  { model, engine, tokenizer }: OpenRun<SequenceModel>,
  {
    given,
    target,
    source,
    codec,
  }: Pick<AskedSource, 'given' | 'target'> & { readonly source: Int32Array; readonly codec: Codec },
): Promise<{ ids: number[]; source: Int32Array; drawn?: readonly number[] }> {
  if (target !== undefined)
    throw new Error(
      `${command}: the target ${JSON.stringify(target)} is a text, but what this model writes is a ${codec.kind === 'picture' ? 'picture' : 'sound'}. Leave it out.`,
    )
  checkWordsAreKnown(command, given, tokenizer)
  const generator = new Generator({ engine, model })
  const written: number[] = []
  if (codec.kind === 'picture') {
    for await (const { id } of draw({ generator, codec }, [{ source }], { temperature: 0 })) written.push(id)
    return { source, ids: [edgeOf(codec), ...written.slice(0, -1)], drawn: written }
  }
  const settings = { temperature: 0, tokens: model.config.context - 1 }
  for await (const { id } of speak({ generator, codec }, [source], settings)) written.push(id)
  return { source, ids: [edgeOf(codec), ...written] }
}

/** Ids that a model can look at at once. Throws for more; `what`: text, source or target. */
export function fittingIds(command: string, ids: Int32Array, what: string, context: number): Int32Array {
  if (ids.length <= context) return ids
  throw new Error(
    `${command}: the ${what} has ${ids.length} tokens, but the model looks at ${context} at most. Give a shorter one.`,
  )
}

/** The first ids, so many at most; `after` stands at the end of a part too, as at the end of any text. */
export function cutTo(most: number, ids: Int32Array, after: readonly number[]): Int32Array {
  if (ids.length <= most) return ids
  const part = ids.slice(0, most)
  part.set(after, most - after.length)
  return part
}
