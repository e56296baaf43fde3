// Flags: what a command can be told. Each is declared once, in a table; reading, checking, suggesting and the help come from it.
//
//   const flags = { steps: whole('how many steps to train', { least: 1 }), resume: toggle('go on with a run') }
//   const { steps, resume } = readFlags(flags, ['--steps', '500']).values

import { parseArgs } from 'node:util'
import { didYouMean, nearest } from '../text/spelling.ts'

export interface Flag<T> {
  readonly help: string
  /** A sign for its value in the help: `N`; a toggle has none. */
  readonly value?: string
  /** The value that holds if the flag is not given. */
  readonly otherwise: T
  /** The words of the help about that; undefined where there is nothing to say. */
  readonly usual?: string
  /** It may be given once only: whoever gives two texts wants both. Of other values the last one counts. */
  readonly isOnce?: boolean
  /** It may be given several times, and all of them count: its value is a list. */
  readonly isMany?: boolean
  /** The value of a text; throws an error that says what is wanted, to be read behind the flag's name. */
  read(text: string): T
}

export type Flags = Readonly<Record<string, Flag<unknown>>>
/** The values of a table of flags, by name. */
export type FlagValues<F extends Flags> = { readonly [K in keyof F]: F[K]['otherwise'] }

interface Bounds<T> {
  readonly least?: number
  readonly most?: number
  /** Not `least` itself, but everything above it. */
  readonly isAbove?: boolean
  readonly otherwise?: T
  readonly usual?: string
}

/** A whole number. */
export function whole(help: string, bounds: Bounds<number> = {}): Flag<number | undefined> {
  return numeric(help, 'a whole number', bounds, (value) => Number.isSafeInteger(value))
}

/** Any number. */
export function number(help: string, bounds: Bounds<number> = {}): Flag<number | undefined> {
  return numeric(help, 'a number', bounds, (value) => Number.isFinite(value))
}

function numeric(
  help: string,
  kind: string,
  bounds: Bounds<number>,
  isKind: (value: number) => boolean,
): Flag<number | undefined> {
  const { least = -Infinity, most = Infinity, isAbove = false, otherwise } = bounds
  const from = least === -Infinity ? '' : isAbove ? ` above ${least}` : ` from ${least}`
  const to = most === Infinity ? '' : ` to ${most}`
  return {
    help,
    value: 'N',
    otherwise,
    usual: bounds.usual ?? (otherwise === undefined ? undefined : String(otherwise)),
    read(text) {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      if (!isKind(value) || value < least || value > most || (isAbove && value === least)) {
        throw new Error(`needs ${kind}${from}${to}, but got "${text}"`)
      }
      return value
    },
  }
}

/** Whole numbers, separated by commas. */
export function wholes(help: string): Flag<readonly number[] | undefined> {
  return {
    help,
    value: 'N,…',
    otherwise: undefined,
    read(text) {
      const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
      if (values.every((value) => Number.isSafeInteger(value) && value >= 0)) return values
      throw new Error(`needs whole numbers separated by commas, but got "${text}"`)
    },
  }
}

/** A text: a name, a file, a prompt. */
export function text(
  help: string,
  { value = 'TEXT', usual }: { value?: string; usual?: string } = {},
): Flag<string | undefined> {
  return { help, value, otherwise: undefined, usual, isOnce: true, read: (given) => given }
}

/** Texts: a flag that may be given several times. */
export function texts(help: string, { value }: { value: string }): Flag<readonly string[]> {
  return { help, value, otherwise: [], usual: 'may be given several times', isMany: true, read: (given) => [given] }
}

/** The name of a file or a folder. An empty one is a variable of a shell that was not set. */
export function path(help: string, { value, usual }: { value: string; usual?: string }): Flag<string | undefined> {
  return {
    ...text(help, { value, ...(usual !== undefined && { usual }) }),
    isOnce: false,
    read(given) {
      if (given.trim() === '') throw new Error(`needs a name, but got "${given}"`)
      return given
    },
  }
}

/** One of several words. */
export function choice<W extends string>(help: string, words: readonly W[]): Flag<W | undefined> {
  return {
    help,
    value: words.join('|'),
    otherwise: undefined,
    read(given) {
      const found = words.find((word) => word === given)
      if (found !== undefined) return found
      throw new Error(
        `needs ${words.map((word) => `"${word}"`).join(' or ')}, but got "${given}".${didYouMean(given, words)}`,
      )
    },
  }
}

/** Something that is so or not. */
export function toggle(help: string): Flag<boolean> {
  return { help, otherwise: false, read: () => true }
}

/** A command line, as it was read. */
export interface Read<F extends Flags> {
  readonly values: FlagValues<F>
  /** The names of the flags that were given. */
  readonly given: ReadonlySet<keyof F>
  readonly positionals: readonly string[]
}

/**
 * Reads the words after a command. A flag's name is written with dashes (`minLr` is `--min-lr`), its value after a space or
 * after `=`; `--` ends the flags.
 *
 * Throws for a flag that the table lacks (the message names the nearest), for a value that is missing, and for a wrong one.
 */
export function readFlags<F extends Flags>(flags: F, words: readonly string[]): Read<F> {
  const names = new Map(Object.keys(flags).map((name) => [dashed(name), name]))
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: Object.fromEntries(
      [...names].map(([dashes, name]) => [dashes, { type: flags[name].value === undefined ? 'boolean' : 'string' }]),
    ),
  })
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(flags).map(([name, { otherwise }]) => [name, otherwise]),
  )
  const given = new Set<keyof F>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const name = names.get(token.name)
    if (name === undefined || !token.rawName.startsWith('--')) throw unknownFlag(token.rawName, [...names.keys()])
    if (given.has(name) && flags[name].isOnce)
      throw new Error(`${token.rawName} is given twice, and one text would be lost. Give it once.`)
    given.add(name)
    const value = valueFrom(flags[name], token)
    values[name] = flags[name].isMany ? [...(values[name] as unknown[]), ...(value as unknown[])] : value
  }
  return { values: values as FlagValues<F>, given, positionals }
}

function valueFrom(
  flag: Flag<unknown>,
  { rawName, value, inlineValue }: { rawName: string; value?: string; inlineValue?: boolean },
): unknown {
  if (flag.value === undefined) {
    if (value !== undefined) throw new Error(`${rawName} takes no value, but got "${value}". Write ${rawName} alone.`)
    return true
  }
  // What looks like a flag is no value, unless it is a number or was written after "=".
  const isFlag = !inlineValue && value !== undefined && /^-+[^\d.]/.test(value)
  if (value === undefined || isFlag) throw new Error(`${rawName} needs a value: ${rawName} ${flag.value}.`)
  try {
    return flag.read(value)
  } catch (error) {
    const message = error instanceof Error ? error.message : `${error}`
    throw new Error(`${rawName} ${message}${/[.?]$/.test(message) ? '' : '.'}`)
  }
}

function unknownFlag(rawName: string, names: readonly string[]): Error {
  const meant = nearest(rawName.replace(/^-+/, ''), names)
  return new Error(`there is no flag ${rawName}.${meant === undefined ? '' : ` Did you mean --${meant}?`}`)
}

/** `minLr` → `min-lr` */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
