// Symbols: things without a meaning, for tasks that are about order alone. Symbol 0 is "0", symbol 10 is "A".

import { CharacterTokenizer } from '../../text/characters.ts'
import type { Draws } from '../draws.ts'
import { end } from './task.ts'

/** All symbols in the order of their code points: digits, capital and small letters, and letters with accents. */
const all = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x61, 0x7a],
  [0x100, 0x24f],
].flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)))

/** The first symbols, in order. */
export function symbols(count: number): readonly string[] {
  if (!Number.isInteger(count) || count < 1 || count > all.length)
    throw new Error(
      `task: there are ${all.length} symbols, but ${count} are wanted. Give a whole number from 1 to ${all.length}.`,
    )
  return all.slice(0, count)
}

/** Symbols one after the other, each drawn anew. */
export function drawSymbols(draws: Draws, length: number, from: readonly string[]): string {
  return Array.from({ length }, () => draws.of(from)).join('')
}

/** Ids in the order of the symbols; what else occurs comes after them, and the end last. */
export function symbolTokenizer(from: readonly string[], others: readonly string[] = []): CharacterTokenizer {
  return new CharacterTokenizer([...from, ...others, end])
}

/** Throws unless a task's number is a whole number that is not too small. */
export function checkSize(task: string, name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`task: ${name} of "${task}" is ${value}. Give a whole number from ${least}.`)
}
