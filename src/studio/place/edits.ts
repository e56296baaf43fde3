// Edits of the model as a word in a link, and back. A link may come from anywhere, so every one of them is looked at.

import type { PlainEdit } from '../talk/lookFacts.ts'
import { readJsonWord } from './jsonWord.ts'

/** The edits that a word says. Throws for a word that says none. */
export function readEdits(word: string): PlainEdit[] {
  if (word === '') return []
  const list: unknown = readJsonWord(word)
  if (!Array.isArray(list) || list.length > 20 || !list.every(isPlainEdit)) throw new Error('it is no list of edits')
  return list
}

/** The word of edits: '' for none. */
export const editsWord = (edits: readonly PlainEdit[]): string => (edits.length === 0 ? '' : JSON.stringify(edits))

function isPlainEdit(edit: unknown): edit is PlainEdit {
  if (typeof edit !== 'object' || edit === null) return false
  const { at, to, ...others } = edit as Record<string, unknown>
  if (typeof at !== 'string' || at.length > 300 || Object.keys(others).length > 0) return false
  if (isFiniteNumber(to)) return true
  if (typeof to !== 'object' || to === null) return false
  const [[name, amount] = [], ...more] = Object.entries(to)
  return more.length === 0 && (name === 'add' || name === 'scale') && isFiniteNumber(amount)
}

const isFiniteNumber = (each: unknown): boolean => typeof each === 'number' && Number.isFinite(each)
