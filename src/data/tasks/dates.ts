// Dates: "vendredi 5 mars 1999" → 1999-03-05. A real little translation from a dozen languages, with nothing to download:
// `Intl.DateTimeFormat` writes the dates.
//
// Only forms that say themselves which number is the day: months as words, and numbers between dots, where the day comes
// first in every language that writes so. (3/5/99 is in March here and in May there, and left out.) Dates are held out by
// the day that they name, in all languages at once.

import { CharacterTokenizer } from '../../text/characters.ts'
import { end, type Task } from './task.ts'

export interface DatesOptions {
  /** Languages as BCP 47 names them: "en-GB", "de". */
  readonly languages?: readonly string[]
  /** The first and the last year. */
  readonly years?: readonly [first: number, last: number]
}

/** Languages whose three longer forms are never ambiguous, together either. */
const usualLanguages = ['en-GB', 'en-US', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'fi', 'pl'] as const

const dayMs = 24 * 60 * 60 * 1000

export function datesTask({ languages = usualLanguages, years = [1900, 2099] }: DatesOptions = {}): Task {
  const [first, last] = years
  if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 1000 && first <= last && last <= 9999))
    throw new Error(
      `task: years of "dates" are ${first} to ${last}. Give whole numbers from 1000 to 9999, the earlier first.`,
    )
  const missing = languages.filter((language) => Intl.DateTimeFormat.supportedLocalesOf(language).length === 0)
  if (languages.length === 0 || missing.length > 0) {
    throw new Error(
      `task: ${missing.length === 0 ? 'no language was given' : `dates cannot be written in ${missing.join(', ')} here`}. ` +
        `Give others, for example ${usualLanguages.slice(0, 4).join(', ')}.`,
    )
  }
  const forms = languages.flatMap((language) =>
    (['full', 'long', 'medium'] as const).map((dateStyle) => {
      const options = { dateStyle, timeZone: 'UTC', calendar: 'gregory', numberingSystem: 'latn' } as const
      return new Intl.DateTimeFormat(language, options)
    }),
  )
  const from = Date.UTC(first, 0, 1)
  const days = (Date.UTC(last + 1, 0, 1) - from) / dayMs
  return {
    name: 'dates',
    about: `Writes a date, given in one of ${languages.length} languages, as year-month-day.`,
    tokenizer: charactersOf(forms),
    separator: arrow,
    teaches: 'answer',
    draw(draws) {
      const date = from + draws.below(days) * dayMs
      return { prompt: written(draws.of(forms), date), answer: new Date(date).toISOString().slice(0, 10) }
    },
    isExact: ({ answer }, output) => output === answer,
    keyOf: ({ answer }) => answer,
  }
}

/** A date in a form. Versions of the Unicode tables differ in the kind of space: all become the plain one. */
function written(form: Intl.DateTimeFormat, date: number): string {
  return form.format(date).normalize('NFC').replace(/\s/gu, ' ')
}

/** The characters of all forms: all that a year of them uses, the digits, and what stands between prompt and answer. */
function charactersOf(forms: readonly Intl.DateTimeFormat[]): CharacterTokenizer {
  const days = Array.from({ length: 366 }, (_, day) => Date.UTC(2000, 0, 1) + day * dayMs)
  const text = forms.map((form) => days.map((day) => written(form, day)).join('')).join('')
  const characters = new Set([...text, ...'0123456789-', arrow])
  return new CharacterTokenizer([...[...characters].sort(), end])
}

const arrow = '→'
