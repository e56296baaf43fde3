// Patterns from files: what they find, and that their time has an end.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { linearMatches } from '../../../src/text/tokenizer/linearMatches.ts'
import { isQuick } from '../../../src/text/tokenizer/patternCost.ts'
import { patternSearch } from '../../../src/text/tokenizer/patternSearch.ts'
import { patternTree } from '../../../src/text/tokenizer/patternTree.ts'

const contractions = "(?:'[sStTdDmM]|'[rR][eE]|'[vV][eE]|'[lL][lL])"
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]'
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'

/** As models have them. */
const known = {
  gpt2: "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
  llama3: `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  o200k:
    `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+${contractions}?|[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*${contractions}?|` +
    '\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n\\/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
  cl100k:
    `${contractions}|(?:(?=(?<a1>[^\\r\\n\\p{L}\\p{N}]?))\\k<a1>)(?:(?=(?<a2>\\p{L}+))\\k<a2>)|\\p{N}{1,3}|` +
    ' ?(?:(?=(?<a3>[^\\s\\p{L}\\p{N}]+))\\k<a3>)[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+',
  'cl100k with its end of lines':
    '\\p{L}+|(?:\\p{N}{1,3})+|(?:(?=(?<a1>\\s+))\\k<a1>)(?=\\n|$)|\\s*[\\r\\n]|\\s+(?!\\S)|\\s',
  deepseek: '\\s?[\\p{P}\\p{S}]+|[\\u4e00-\\u9fa5\\u0800-\\u4e00]+|\\s?\\p{L}+',
  bloom: ' ?[^\\(\\)\\|\\s.,!?…。]+',
  clip: "<\\|endoftext\\|>|'s|'t|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+",
}
const endless = [
  '(a+)+$',
  '(a|a)*b',
  '(a|aa)+$',
  '(?:\\s*a\\s*)+b',
  'a*a*a*a*a*b',
  '(?:a?){30}a{30}',
  '(.*)*x',
  '\\s+$',
  'a*?b',
  '(?:a{1,3})+b',
]

describe('the patterns of known tokenizers run on the engine of JavaScript', () => {
  for (const [name, pattern] of Object.entries(known))
    test(name, () => assert.equal(isQuick(patternTree(pattern)), true))
  for (const pattern of endless) test(`not ${pattern}`, () => assert.equal(isQuick(patternTree(pattern)), false))
})

const found = (matches: Iterable<{ readonly 0: string; readonly index: number }>) =>
  Array.from(matches, (match) => [match.index, match[0]])

describe('both engines find the same', () => {
  const texts = [
    '',
    "It's  the\r\n\r\n 12345 Straße’S ABCdef ǅ 漢字かな 👍🏽é…  \n x\u00a0 ",
    ' a aa  aab\n',
    'aaaaaa',
    '\n\n\ta b',
  ]
  const patterns = [
    ...Object.values(known),
    '(?<=a)a|(?<!\\p{L})b',
    '(?=(?:\\d{3})+(?!\\d))',
    '\\d{1,3}(?=(?:\\d{3})*(?!\\d))',
    '(?:(?=(?<a1>a+|b))\\k<a1>)a?',
    '',
    'a|',
    '^\\s*|x$',
    '(?<=^\\s*)a',
    '(?:ab|a)(?:b|bb)?',
    'a{2,4}?',
    '\\u{1f44d}.|[^]',
  ]
  for (const pattern of patterns)
    test(pattern, () => {
      const native = new RegExp(pattern, 'gv')
      const own = patternSearch(patternTree(pattern), 'gv')
      for (const text of texts) assert.deepEqual(found(own(text)), found(text.matchAll(native)))
    })
})

test('also where the engine of JavaScript takes long', () => {
  for (const pattern of endless.filter((pattern) => !pattern.includes('30')))
    for (const text of ['aaaaa', 'aab', 'a a b', 'aax  ', ' a\n'])
      assert.deepEqual(
        found(patternSearch(patternTree(pattern), 'gv')(text)),
        found(text.matchAll(new RegExp(pattern, 'gv'))),
      )
})

describe('time has an end', () => {
  const text = `${'a'.repeat(20_000)}${' '.repeat(20_000)}c`
  for (const pattern of endless)
    test(pattern, () => {
      assert.ok(found(linearMatches(new RegExp(pattern, 'gv'))(text)).length >= 0)
    })
})

test('what neither engine can run is refused', () => {
  assert.throws(() => linearMatches(/(a+)\1b/gv), {
    name: 'SyntaxError',
    message: 'it refers to a group, and can be found in too many ways',
  })
  assert.throws(() => linearMatches(/(?:\p{L}{500}x?)*y{30000}/gv), { message: 'it has more than 20000 parts' })
  assert.throws(() => linearMatches(new RegExp('a'.repeat(5001), 'gv')), {
    message: 'it has 5001 characters, and may have 5000',
  })
  assert.deepEqual(found(linearMatches(/(\p{L})\1/gv)('abba')), [[1, 'bb']])
})
