// `"{} {name.field[0]!r:>8}".format(…)`: fields are looked up as everywhere in a template, so nothing hidden is reached.

import { format, parseSpec } from './formatSpec.ts'
import { asciiText, shown, textOf } from './printing.ts'
import { type Named, TemplateProblem, type TemplateValue } from './values.ts'

/** The two ways to look into a value: by field and by item. */
export interface LookUp {
  readonly attribute: (value: TemplateValue, name: string) => TemplateValue
  readonly item: (value: TemplateValue, key: TemplateValue) => TemplateValue
}

export function bracesFormat(
  template: string,
  positional: readonly TemplateValue[],
  named: Named,
  { attribute, item }: LookUp,
  depth = 2,
): string {
  let automatic = 0
  const fill = (text: string, left: number): string => {
    if (left < 0) throw new TemplateProblem('Max string recursion exceeded')
    let made = ''
    for (let at = 0; at < text.length; ) {
      const each = text[at]
      if ((each === '{' || each === '}') && text[at + 1] === each) {
        made += each
        at += 2
      } else if (each === '}') throw new TemplateProblem("Single '}' encountered in format string")
      else if (each === '{') {
        const end = closing(text, at)
        made += field(text.slice(at + 1, end), left)
        at = end + 1
      } else {
        made += each
        at++
      }
    }
    return made
  }
  const field = (text: string, left: number): string => {
    const [, path, conversion, spec = ''] = /^((?:[^[\]:!]|\[[^\]]*\])*)(?:!(.))?(?::(.*))?$/s.exec(text) ?? []
    if (path === undefined) throw new TemplateProblem(`"{${text}}" is no field of a format string`)
    const [, first, rest] = /^([^.[]*)(.*)$/s.exec(path) ?? []
    let value = /^\d*$/.test(first) ? positional[first === '' ? automatic++ : Number(first)] : named.get(first)
    if (value === undefined) throw new TemplateProblem(`the format string asks for {${first}}, which is not given`)
    for (const [, name, key] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g))
      value = name === undefined ? item(value, /^\d+$/.test(key) ? BigInt(key) : key) : attribute(value, name)
    if (conversion === 's') value = textOf(value)
    else if (conversion === 'r') value = shown(value)
    else if (conversion === 'a') value = asciiText(shown(value))
    else if (conversion !== undefined) throw new TemplateProblem(`Unknown conversion specifier ${conversion}`)
    return format(value, parseSpec(fill(spec, left - 1)))
  }
  return fill(template, depth)
}

function closing(text: string, start: number): number {
  let open = 0
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') open++
    if (text[at] === '}' && --open === 0) return at
  }
  throw new TemplateProblem("expected '}' before end of string")
}
