// Errors about what a run was told. They name settings; whoever was told in other words (the flags of a command, the fields of
// a form) says these in their place.
//
//   throw settingError`${folder}: there is a run in it already. Add ${setting('resume')} to go on with it.`

import type { Setting } from './choices.ts'

/** A setting that a message speaks of. */
export interface Mention {
  readonly setting: Setting
  /** The run that it is about, where it is about one that is there. */
  readonly run?: string | undefined
}

/** A setting, by name. */
export const setting = (name: Setting, run?: string): Mention => ({ setting: name, run })

/** A text in which settings are mentioned. */
export type Told = readonly (string | Mention)[]

type Value = string | number | undefined | Mention | Told

/** A text in which settings are mentioned, as a template. */
export function told(texts: TemplateStringsArray, ...values: readonly Value[]): Told {
  return texts.flatMap((text, i) => (i === 0 ? [text] : [...partsOf(values[i - 1]), text]))
}

function partsOf(value: Value): Told {
  if (Array.isArray(value)) return value
  return typeof value === 'object' ? [value as Mention] : [String(value)]
}

export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly #told: Told

  constructor(told: Told, options?: ErrorOptions) {
    super(
      joined(told, ({ setting }) => setting),
      options,
    )
    this.#told = told
  }

  /** The message, with its settings in the reader's words. */
  inWords(words: (mention: Mention) => string): string {
    return joined(this.#told, words)
  }
}

/** The error with the message of this template. */
export const settingError = (texts: TemplateStringsArray, ...values: readonly Value[]): SettingError =>
  new SettingError(told(texts, ...values))

const joined = (told: Told, words: (mention: Mention) => string): string =>
  told.map((part) => (typeof part === 'string' ? part : words(part))).join('')
