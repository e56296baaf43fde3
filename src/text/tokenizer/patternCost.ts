// Whether a pattern takes time in proportion to the text in JavaScript's own engine, which goes back and tries again.
//
//   [^\p{L}]?\p{L}+|\s+(?!\S)|\s+       yes: what was looked through in vain is then found as a whole
//   (a+)+$                              no: 2ⁿ ways to cut n letters
//   \s+$                                no: from each of n blanks to the last one
//
// Yes is said only of a shape that all patterns of known tokenizers have (GPT-2, Llama 3, o200k, DeepSeek, BLOOM, CLIP): a choice
// of rows of single characters, repeated or not. In a row what follows the first part that is repeated without end
//
//   is optional: nothing that was taken is ever given back; or
//   is short, or one more part without end with nothing needed after it: each character may be given back once. This costs
//   nothing more if another branch then takes the whole run: it has the same characters, repeated, and needs nothing else.
//
// Of what is said no to, much is quick as well; patternSearch.ts runs it in linear time, only slower.

import type { PatternTree } from './patternTree.ts'

/** A part that may be tried in at most so many ways at one place costs nothing that counts. */
const mostWays = 256
/** A part that is repeated more often counts as repeated without end. */
const mostTimes = 32

export function isQuick(tree: PatternTree): boolean {
  const branches = branchesOf(tree)
  if (branches.some((row) => !row.every((part) => isEndless(part) || waysOf(part) <= mostWays))) return false
  return branches.every((row) => isRowQuick(row, branches))
}

/** The branches of a choice, with those of choices that are all of a branch, each as a row of parts. */
function branchesOf(tree: PatternTree): PatternTree[][] {
  if (tree.kind === 'choice') return tree.branches.flatMap(branchesOf)
  if (tree.kind === 'sequence') return [tree.parts.flatMap(rowOf)]
  return [rowOf(tree)]
}

function rowOf(part: PatternTree): PatternTree[] {
  if (part.kind === 'sequence') return part.parts.flatMap(rowOf)
  // One that gives nothing back costs no more than one that does.
  return part.kind === 'atomic' && setOf(part.part) !== undefined ? [part.part] : [part]
}

function isRowQuick(row: readonly PatternTree[], branches: readonly (readonly PatternTree[])[]): boolean {
  const bounded = row.filter((part) => !isEndless(part))
  if (bounded.reduce((ways, part) => ways * waysOf(part), 1) > mostWays) return false
  const first = row.findIndex(isEndless)
  const after = row.slice(first + 1)
  if (first < 0 || after.every(isOptional)) return true
  if (row.some(isTwofold)) return false
  const second = after.findIndex(isEndless)
  if (second >= 0 && !after.slice(second + 1).every(isOptional)) return false
  const run = setOf(row[first])
  return branches.some((other) => takesAll(other, run))
}

/** True where a branch takes all of a run of these characters and then needs nothing more. */
function takesAll(row: readonly PatternTree[], run: string | undefined): boolean {
  const first = row.findIndex(isEndless)
  return first >= 0 && setOf(row[first]) === run && isRunOnly(row, first)
}

/** True where all that stands beside the run is optional; after it may stand `(?!\S)`, for which one character is given back. */
const isRunOnly = (row: readonly PatternTree[], first: number): boolean =>
  row.every((part, i) => i === first || isOptional(part) || (i === first + 1 && isMetWithin(part, setOf(row[first]))))

/** True where a look ahead wants anything but what is not in the set. */
function isMetWithin(part: PatternTree, set = ''): boolean {
  if (part.kind !== 'look' || part.isBehind || !part.isNegated || part.part.kind !== 'set') return false
  const { source } = part.part
  if (/^\[[^^]/.test(set)) return source === `[^${set.slice(1)}`
  return /^\\[psdw]/.test(set) && source === set.slice(0, 1) + set.charAt(1).toUpperCase() + set.slice(2)
}

const isOptional = (part: PatternTree): boolean => part.kind === 'repeat' && part.least === 0

/** One character, repeated without end. */
function isEndless(part: PatternTree): boolean {
  if (part.kind !== 'repeat' || part.isLazy || part.most <= mostTimes) return false
  return part.part.kind === 'set' || isTwofold(part)
}

/** `(?:\p{N}{1,3})+`: a run that can be cut in many ways, which does no harm where nothing needed follows. */
function isTwofold(part: PatternTree): boolean {
  if (part.kind !== 'repeat' || part.part.kind !== 'repeat') return false
  const { part: inner, least, isLazy } = part.part
  return inner.kind === 'set' && least === 1 && !isLazy
}

const setOf = (part: PatternTree): string | undefined =>
  part.kind === 'repeat' && part.part.kind === 'set' ? part.part.source : undefined

/** In how many ways a part may be found at one place, at most. */
function waysOf(part: PatternTree): number {
  switch (part.kind) {
    case 'set':
    case 'reference':
      return 1
    case 'sequence':
      return part.parts.reduce((ways, each) => ways * waysOf(each), 1)
    case 'choice':
      return part.branches.reduce((ways, each) => ways + waysOf(each), 0)
    case 'look':
    case 'atomic':
      return waysOf(part.part)
    case 'repeat': {
      if (part.most > mostTimes) return Infinity
      let ways = 0
      for (let times = part.least; times <= part.most; times++) ways += waysOf(part.part) ** times
      return ways
    }
  }
}
