// Small damage, by chance: to JSON, to text and to bytes.

import type { Random } from './random.ts'

/** Things that nobody expects where they stand. */
const oddities: readonly ((random: Random) => unknown)[] = [
  () => null,
  () => true,
  () => false,
  (random) => random.pick([0, -0, 1, -1, 0.5, 2, 3, 7, 16, 64, 255, 1000, 65_536]),
  (random) => random.pick([1e7, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, 2 ** 53, 1e21, 1e308, 5e-324, -1e308]),
  (random) => random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  (random) => random.pick(oddTexts),
  (random) => random.pick(oddTexts).repeat(1 + random.below(50)),
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => ['a', 'b'],
  () => [1, 2, 3],
  () => ({ toString: 1, constructor: null, length: -1, hasOwnProperty: 'x' }),
  () => JSON.parse('{"__proto__": {"type": "BPE", "vocab": 1}}') as unknown,
  (random) => nested(random.pick([20, 127, 129, 20_000]), random.percent(50)),
  (random) => ({ [random.pick(['Regex', 'String'])]: random.pick(oddPatterns) }),
  () => 'a'.repeat(70_000),
]

export const oddTexts: readonly string[] = [
  '',
  ' ',
  '\n',
  '\r',
  '\t',
  '\0',
  'x',
  '0',
  '-1',
  '1e999',
  'NaN',
  'null',
  '\ud800',
  'a\udc00',
  '\ufeff',
  '\ufffd',
  '\u2028',
  '\u202e',
  '\u3000',
  'İ',
  'ß',
  'é',
  'e\u0301',
  '漢字',
  '👍🏽',
  '👨‍👩‍👧',
  '$&',
  "$'",
  '\\',
  '"',
  '{{',
  '{%',
  '../..',
  '__proto__',
  'constructor',
  'toString',
  '<s>',
  '</s>',
  '[MASK]',
  '<0x00>',
  '▁',
  'Ġ',
  '##',
]

export const oddPatterns: readonly string[] = [
  '',
  '(a+)+$',
  '(a|a)*b',
  '(\\s*a\\s*)+b',
  'a*a*a*a*b',
  '(?:a?){20}a{20}',
  '(?=a)',
  '^',
  '$',
  '\\b',
  '(?<=a)b',
  '(?<!a)',
  '.*',
  '[^a]*x',
  '(?i:a)b',
  '[[:alpha:]]+',
  '\\p{L}+(?!\\p{L})',
  '(a)\\1',
  '[',
  '(',
  'a{99999}',
  '\\s+(?!\\S)|\\s+',
  "'s|'t| ?\\p{L}+| ?\\p{N}+|\\s+(?!\\S)|\\s+",
]

export const oddValue = (random: Random): unknown => random.pick(oddities)(random)

function nested(depth: number, isList: boolean): unknown {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = isList ? [value] : { a: value }
  return value
}

/** JSON with one to three places changed; what was given stays as it is. */
export function mutatedJSON(value: unknown, random: Random, most = 3): unknown {
  let result = value
  for (let i = random.below(most); i >= 0; i--) result = changed(result, random)
  return result
}

/** One change at a place which is found by going in, with a copy of all that leads there. */
function changed(value: unknown, random: Random): unknown {
  const isContainer = typeof value === 'object' && value !== null
  const names = isContainer ? Object.keys(value) : []
  if (names.length === 0) return near(value, random)
  const name = random.pick(names)
  if (Array.isArray(value)) {
    const list: unknown[] = [...(value as unknown[])]
    const at = Number(name)
    const kind = random.below(100)
    if (kind < 70) list[at] = changed(list[at], random)
    else if (kind < 80) list.splice(at, 1)
    else if (kind < 86) list.splice(at, 0, list[random.below(list.length)])
    else if (kind < 92) list.splice(at, 0, oddValue(random))
    else return kind < 96 ? oddValue(random) : list.slice(0, at)
    return list
  }
  const fields = Object.entries(value as Record<string, unknown>)
  const at = names.indexOf(name)
  const kind = random.below(100)
  if (kind < 70) fields[at] = [name, changed(fields[at][1], random)]
  else if (kind < 80) fields.splice(at, 1)
  else if (kind < 87) fields[at] = [name, fields[random.below(fields.length)][1]]
  else if (kind < 92) fields.push([random.pick(oddTexts), oddValue(random)])
  else if (kind < 97) fields[at] = [name, oddValue(random)]
  else return oddValue(random)
  return Object.fromEntries(fields)
}

/** Another value, often of the same kind. */
function near(value: unknown, random: Random): unknown {
  if (random.percent(50)) return oddValue(random)
  if (typeof value === 'number') return random.pick([value + 1, value - 1, -value, value * 2, value / 2, value * 1000])
  if (typeof value === 'string') return mutatedText(value, random)
  if (typeof value === 'boolean') return !value
  return oddValue(random)
}

/** A text with a span taken out, doubled, moved or written over. */
export function mutatedText(text: string, random: Random): string {
  let result = text
  for (let i = random.below(3); i >= 0; i--) {
    const from = random.below(result.length + 1)
    const to = Math.min(result.length, from + random.below(random.percent(80) ? 6 : result.length + 1))
    const span = result.slice(from, to)
    const instead = random.pick([
      () => '',
      () => span + span,
      () => random.pick(oddTexts),
      () => span + random.pick(oddTexts),
      () => String.fromCodePoint(random.below(random.pick([0x80, 0x800, 0xd800]))),
      () => span.toUpperCase(),
      () => result.slice(0, random.below(20)),
    ])()
    result = result.slice(0, from) + instead + result.slice(to)
  }
  return result.length > 200_000 ? result.slice(0, 200_000) : result
}

/** Bytes with some of them changed, taken out or cut off. */
export function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  let result = Uint8Array.from(bytes)
  for (let i = random.below(4); i >= 0; i--) {
    const at = random.below(result.length + 1)
    const kind = random.below(4)
    if (kind === 0 && at < result.length) result[at] = random.below(256)
    else if (kind === 1 && at < result.length) result[at] ^= 1 << random.below(8)
    else if (kind === 2) result = result.slice(0, at)
    else {
      const more = Uint8Array.from({ length: random.below(9) }, () => random.below(256))
      result = Uint8Array.from([...result.subarray(0, at), ...more, ...result.subarray(at)])
    }
  }
  return result
}
