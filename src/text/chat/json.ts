// `tojson`: Python's json.dumps with the settings that transformers gives it. Nothing is escaped for HTML.

import { floatText } from './numbers.ts'
import { compare } from './operators.ts'
import { Pieces, textOf } from './printing.ts'
import { Dict, Markup, TemplateProblem, type TemplateValue, Tuple, typeOf } from './values.ts'

export interface JSONSettings {
  readonly ascii: boolean
  /** The text that indents each level; null for all in one line. */
  readonly indent: string | null
  /** Between items, and between a key and its value. */
  readonly separators: readonly [item: string, key: string]
  readonly isSorted: boolean
}

export function jsonOf(value: TemplateValue, settings: JSONSettings): string {
  const pieces = new Pieces()
  write(value, '\n', settings, pieces)
  return pieces.text()
}

function write(value: TemplateValue, lineStart: string, settings: JSONSettings, pieces: Pieces): void {
  pieces.count()
  const say = (text: string): void => pieces.say(text)
  const { indent, separators } = settings
  const block = (open: string, items: readonly (() => void)[], close: string): void => {
    say(open)
    const inner = indent === null || items.length === 0 ? '' : lineStart + indent
    for (const [i, item] of items.entries()) {
      say((i > 0 ? separators[0] : '') + inner)
      item()
    }
    say((inner && lineStart) + close)
  }
  const below = indent === null ? lineStart : lineStart + indent
  if (value === null || typeof value === 'boolean') say(String(value))
  else if (typeof value === 'bigint') say(String(value))
  else if (typeof value === 'number') say(numberText(value))
  else if (typeof value === 'string' || value instanceof Markup) say(quoted(textOf(value), settings.ascii))
  else if (Array.isArray(value) || value instanceof Tuple) {
    const items = Array.isArray(value) ? value : value.items
    block(
      '[',
      items.map((item) => () => write(item, below, settings, pieces)),
      ']',
    )
  } else if (value instanceof Dict) {
    const entries = [...value.entries()]
    if (settings.isSorted) entries.sort(([a], [b]) => compare(a, b, '<'))
    const item =
      ([key, each]: readonly [TemplateValue, TemplateValue]) =>
      () => {
        say(quoted(keyText(key), settings.ascii) + separators[1])
        write(each, below, settings, pieces)
      }
    block('{', entries.map(item), '}')
  } else throw new TemplateProblem(`Object of type ${typeOf(value)} is not JSON serializable`)
}

const numberText = (value: number): string =>
  Number.isFinite(value) ? floatText(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'

function keyText(key: TemplateValue): string {
  if (typeof key === 'string' || typeof key === 'bigint') return String(key)
  if (key === null || typeof key === 'boolean') return String(key)
  if (typeof key === 'number') return numberText(key)
  if (key instanceof Markup) return key.text
  throw new TemplateProblem(`keys must be str, int, float, bool or None, not ${typeOf(key)}`)
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
}

const quoted = (text: string, ascii: boolean): string =>
  `"${text.replaceAll(
    ascii ? /["\\\x00-\x1f]|[^\x00-\x7e]/g : /["\\\x00-\x1f]/g,
    (each) => escapes[each] ?? `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}"`
