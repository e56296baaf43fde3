// Target: patterns as tokenizer.json has them, in texts that make many ways to find them.

import { linearMatches } from '../../src/text/tokenizer/linearMatches.ts'
import { onigurumaPattern } from '../../src/text/tokenizer/oniguruma.ts'
import { oddPatterns } from './mutate.ts'
import type { Random } from './random.ts'
import { claim, target } from './target.ts'

const atoms = [
  'a',
  'b',
  '.',
  '\\s',
  '\\S',
  '\\w',
  '\\p{L}',
  '[ab]',
  '[^a]',
  '(?=a)',
  '(?!b)',
  '(?<=a)',
  '(?<!b)',
  '^',
  '$',
  '\\b',
  ' ',
]
const repeats = ['', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?', '++', '{0,40}', '{3000}']

function pattern(random: Random, depth = 3): string {
  const one = (): string => {
    const kind = random.below(depth > 0 ? 10 : 6)
    if (kind < 6) return random.pick(atoms)
    return `${random.pick(['(', '(?:', '(?>', '(?i:', '(?='])}${pattern(random, depth - 1)})`
  }
  const row = (): string => Array.from({ length: 1 + random.below(4) }, () => one() + random.pick(repeats)).join('')
  return Array.from({ length: random.percent(70) ? 1 : 3 }, row).join('|')
}

export const patterns = target(
  'patterns',
  (random) => ({
    pattern: random.percent(90) ? pattern(random) : random.pick(oddPatterns),
    text: Array.from({ length: 4 }, () =>
      random.pick(['a', 'b', ' ', 'ab', 'a ', '\n', '👍']).repeat(random.below(400)),
    ).join(''),
  }),
  ({ pattern, text }) => {
    let matches: ReturnType<typeof linearMatches>
    try {
      matches = linearMatches(onigurumaPattern(pattern))
    } catch (error) {
      // Whoever reads a tokenizer.json says where the pattern stands.
      if (error instanceof SyntaxError) return
      throw error
    }
    let end = 0
    for (const { 0: found, index } of matches(text)) {
      claim(index >= end && text.startsWith(found, index), `${JSON.stringify(found)} is said to stand at ${index}`)
      end = index + found.length
    }
  },
)
