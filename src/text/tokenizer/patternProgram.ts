// A pattern as steps: each says which is next.

import type { PatternTree } from './patternTree.ts'

export type PatternStep =
  | { readonly kind: 'end' }
  /** One character, after the place in the text, or before it. */
  | { readonly kind: 'set'; has(codePoint: number): boolean; readonly isBehind: boolean; readonly next: number }
  /** Goes on with the one, and if that fails with the other; `number`: of all choices, from 0 on. */
  | { readonly kind: 'choice'; readonly number: number; next: number; otherwise: number }
  /** Goes on at the same place if the inner steps come to an end, or if they do not. */
  | { readonly kind: 'look'; readonly inner: number; readonly isNegated: boolean; readonly next: number }
  /** Goes on where the inner steps come to an end. */
  | { readonly kind: 'atomic'; readonly inner: number; readonly next: number }

export interface PatternProgram {
  readonly steps: readonly PatternStep[]
  readonly start: number
  readonly choices: number
}

const mostSteps = 20_000

/** Throws a SyntaxError for what refers to a group, and for a pattern with too many parts. */
export function patternProgram(tree: PatternTree, flags: string): PatternProgram {
  const steps: PatternStep[] = []
  const sets = new Map<string, (codePoint: number) => boolean>()
  let choices = 0
  const add = (step: PatternStep): number => {
    if (steps.length >= mostSteps) throw new SyntaxError(`it has more than ${mostSteps} parts`)
    return steps.push(step) - 1
  }
  const choose = (next: number, otherwise: number, isLazy = false): number => {
    const [first, second] = isLazy ? [otherwise, next] : [next, otherwise]
    return add({ kind: 'choice', number: choices++, next: first, otherwise: second })
  }
  const setOf = (source: string): ((codePoint: number) => boolean) => {
    const has = sets.get(source) ?? membership(new RegExp(`^${source}$`, flags.replace(/[gy]/g, '')))
    sets.set(source, has)
    return has
  }

  /** The first step of a part that is followed by the step `next`: steps are made from the end to the beginning. */
  const before = (part: PatternTree, next: number, isBehind: boolean): number => {
    switch (part.kind) {
      case 'set':
        return add({ kind: 'set', has: setOf(part.source), isBehind, next })
      case 'sequence':
        // What stands before a place is read from its end.
        return (isBehind ? part.parts : part.parts.toReversed()).reduce(
          (after, each) => before(each, after, isBehind),
          next,
        )
      case 'choice':
        return part.branches
          .map((branch) => before(branch, next, isBehind))
          .reduceRight((otherwise, branch) => choose(branch, otherwise))
      case 'look':
        return add({
          kind: 'look',
          inner: before(part.part, add({ kind: 'end' }), part.isBehind),
          isNegated: part.isNegated,
          next,
        })
      case 'atomic':
        return add({ kind: 'atomic', inner: before(part.part, add({ kind: 'end' }), isBehind), next })
      case 'repeat':
        return repeat(part, next, isBehind)
      case 'reference':
        throw new SyntaxError('it refers to a group, and can be found in too many ways')
    }
  }
  const repeat = (
    { part, least, most, isLazy }: PatternTree & { kind: 'repeat' },
    next: number,
    isBehind: boolean,
  ): number => {
    let first = next
    if (most === Infinity) {
      const choice: PatternStep = { kind: 'choice', number: choices++, next, otherwise: next }
      first = add(choice)
      const again = before(part, first, isBehind)
      if (isLazy) choice.otherwise = again
      else choice.next = again
    } else for (let i = least; i < most; i++) first = choose(before(part, first, isBehind), next, isLazy)
    for (let i = 0; i < least; i++) first = before(part, first, isBehind)
    return first
  }

  const start = before(tree, add({ kind: 'end' }), false)
  return { steps, start, choices }
}

/** True where characters are in a set; those of one UTF-16 unit are asked for once. */
function membership(pattern: RegExp): (codePoint: number) => boolean {
  const known = new Uint8Array(0x10000)
  return (codePoint) => {
    if (codePoint > 0xffff) return pattern.test(String.fromCodePoint(codePoint))
    if (known[codePoint] === 0) known[codePoint] = pattern.test(String.fromCharCode(codePoint)) ? 1 : 2
    return known[codePoint] === 1
  }
}
