// What an instrument is asked, as a word in a link, and back: a few words by their names. A link may come from anywhere.

import { readJsonWord } from './jsonWord.ts'

export type AskedWords = Readonly<Record<string, string>>

const [mostWords, mostCharacters] = [8, 400]

/** The words that a link's word says. Throws for a word that says none. */
export function readAsked(word: string): AskedWords {
  if (word === '') return {}
  const said: unknown = readJsonWord(word)
  if (typeof said !== 'object' || said === null || Array.isArray(said)) throw new Error('it is no list of words')
  const all = Object.entries(said)
  const isShort = (each: unknown): boolean => typeof each === 'string' && each.length <= mostCharacters
  if (all.length > mostWords || !all.every(([, each]) => isShort(each))) throw new Error('it is no list of words')
  return Object.fromEntries(all)
}

/** The word of what is asked: '' where nothing is said. */
export function askedWord(asked: AskedWords): string {
  const said = Object.entries(asked).filter(([, each]) => each !== '')
  return said.length === 0 ? '' : JSON.stringify(Object.fromEntries(said))
}
