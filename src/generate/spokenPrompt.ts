// What a model that listens is given before it writes: special tokens that say which language is spoken, what is wanted, and whether times
// are written. Where nobody says the language, the model does.
//
//   <|startoftranscript|> <|de|> <|transcribe|> <|notimestamps|>
//
// Radford et al. 2022, section 2.3. The order, and what config files say of it, is that of Hugging Face's `generate`.

import type { MoreGeneration } from '../checkpoint/generationFields.ts'
import type { Generator } from './generate.ts'

/** The part of a run's habits that says what it is given first. */
export type ListeningHabits = Pick<MoreGeneration, 'noTimes' | 'languages' | 'tasks' | 'language' | 'task' | 'forced'>

/** The wishes of whoever listens. */
export interface ListeningWishes {
  /** The token that comes first. */
  readonly start: number
  /** True where times are written. */
  readonly hasTimes: boolean
  /** The language that is spoken, as a code: "de". */
  readonly language?: string | undefined
  /** "transcribe" or "translate". */
  readonly task?: string | undefined
}

/**
 * The ids before what is said. `detect`: finds the language among some ids, where nobody says it.
 *
 * Throws for a language or a task that the model does not know.
 */
export async function spokenPrompt(
  { start, hasTimes, ...asked }: ListeningWishes,
  habits: ListeningHabits,
  detect: (ids: readonly number[]) => Promise<number>,
): Promise<number[]> {
  const { languages, tasks, noTimes, forced = [] } = habits
  const { language = habits.language, task = habits.task } = asked
  const isSaid = language !== undefined || task !== undefined
  const others: (number | null)[] = isSaid ? [] : [...forced]
  if (language !== undefined) others[0] = idOf('language', `<|${language}|>`, languages)
  else if (languages && (others[0] === undefined || others[0] === null))
    others[0] = await detect(Object.values(languages))
  if (task !== undefined) others.push(idOf('task', task, tasks))
  else if (language !== undefined && tasks) others.push(idOf('task', 'transcribe', tasks))
  const known = others.filter((id) => id !== null)
  const ids = [start, ...known.filter((id) => id !== noTimes)]
  return hasTimes || noTimes === undefined ? ids : [...ids, noTimes]
}

/** The word in a special token: "de" of <|de|>. */
export const bare = (token: string): string => token.replace(/^<\|(.*)\|>$/, '$1')

function idOf(what: string, name: string, known: Readonly<Record<string, number>> = {}): number {
  if (Object.hasOwn(known, name)) return known[name]
  const names = Object.keys(known).map(bare)
  if (names.length === 0)
    throw new Error(
      `listen: the ${what} is "${bare(name)}", but the model knows no others to choose from. Leave it out.`,
    )
  throw new Error(`listen: the model knows no ${what} "${bare(name)}". It knows ${names.join(', ')}.`)
}

/** The likeliest of some languages, by what the model would write first. */
export async function detectedLanguage(
  generator: Generator,
  { source, start }: { readonly source: Float32Array; readonly start: number },
  languages: readonly number[],
): Promise<number> {
  const known = new Set(languages)
  const others = Array.from({ length: generator.decoding.model.config.vocab }, (_, id) => id).filter(
    (id) => !known.has(id),
  )
  for await (const { id } of generator.generateAll([{ source, prompt: [start] }], {
    tokens: 1,
    temperature: 0,
    suppressed: others,
  }))
    return id
  throw new Error('listen: the model wrote nothing, not even a language.')
}
