// What another size would change, in words.

import type { WhatIf } from '../runs/whatIf.ts'
import { count, flopsText, grouped } from './amounts.ts'

/** The words for sizes: `5 heads`, `1 layer`. */
const words: Readonly<Record<WhatIf['size'], (size: number) => string>> = {
  layer: (size) => count(size, 'layer'),
  head: (size) => count(size, 'head'),
  model: (size) => `a stream of ${count(size, 'number')}`,
  hidden: (size) => count(size, 'hidden unit'),
  context: (size) => `a context of ${count(size, 'token')}`,
  vocab: (size) => `${grouped(size)} different tokens`,
}

const either = (numbers: readonly number[]): string => numbers.map(grouped).join(' or ')

/** The sentences about another size: why it cannot be, or what it would change. */
export function whatIfText({ size, was, is, impossible, parameters, flops, tokens, factor }: WhatIf): string {
  if (impossible?.because === 'heads') {
    const { model, head, models, heads } = impossible
    const fitting = heads.length === 0 ? '' : `, and ${grouped(model)} by ${either(heads)}`
    return `${grouped(model)} cannot be split by ${grouped(head)}; ${either(models)} can${fitting}.`
  }
  if (impossible) return `That cannot be: ${impossible.message}`
  if (!parameters || !flops || !tokens || was === undefined) return ''
  const changed = `With ${words[size](is)} rather than ${grouped(was)}: ${grouped(parameters.is)} parameters rather than ${grouped(parameters.was)}`
  if (factor === undefined) return `${changed}.`
  const longer =
    tokens.was === tokens.is
      ? `a text of ${count(tokens.is, 'token')}`
      : `texts of ${grouped(tokens.was)} and ${count(tokens.is, 'token')}`
  return `${changed}; for ${longer} ${flopsText(flops.is)} rather than ${flopsText(flops.was)}, so about ${Number(factor.toPrecision(3))} times the time.`
}
