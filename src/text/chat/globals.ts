// What templates find beside the messages.

import { bind } from './arguments.ts'
import { checkField } from './assign.ts'
import { own } from './attributes.ts'
import { valuesOf } from './contents.ts'
import { timeText } from './dates.ts'
import { native } from './methods.ts'
import { intOf } from './numbers.ts'
import { needText, shown, textOf } from './printing.ts'
import { type Callable, Dict, Native, Range, TemplateProblem, type TemplateValue } from './values.ts'

/** The error that a template itself raises about the messages. */
export class Refusal extends Error {}

/** The longest row of numbers that a template gets, as in Python. */
const longestRange = 100_000

const range: Callable = (positional) => {
  const [first, second, third] = positional.map(intOf)
  if (first === undefined || positional.length > 3)
    throw new TemplateProblem(`range takes 1 to 3 numbers, but ${positional.length} were given`)
  if (third === 0n) throw new TemplateProblem('range() arg 3 must not be zero')
  const made = second === undefined ? new Range(0n, first, 1n) : new Range(first, second, third ?? 1n)
  if (made.length > longestRange) throw new TemplateProblem(`a range of ${made.length} numbers is too long`)
  return made
}

const dict: Callable = ([from, ...more], named) => {
  if (more.length > 0) throw new TemplateProblem(`dict expected at most 1 argument, got ${more.length + 1}`)
  const made = new Dict()
  if (from instanceof Dict) for (const [key, value] of from.entries()) made.set(key, value)
  else if (from !== undefined)
    for (const pair of valuesOf(from)) {
      const [key, value, ...rest] = valuesOf(pair)
      if (key === undefined || value === undefined || rest.length > 0) throw new TemplateProblem('dict needs pairs')
      made.set(key, value)
    }
  for (const [key, value] of named) made.set(key, value)
  return made
}

const namespace: Callable = (positional, named) => {
  const fields = new Map<string, TemplateValue>()
  for (const [key, value] of (dict(positional, named) as Dict).entries()) {
    const name = needText(key, 'namespace')
    checkField(name)
    fields.set(name, value)
  }
  return new Native('TemplateNamespace', { fields, shown: () => `<Namespace ${shown(new Dict(fields))}>` })
}

const cycler: Callable = (items) => {
  if (items.length === 0) throw new TemplateProblem('at least one item has to be provided')
  let at = 0
  const fields: Readonly<Record<string, () => TemplateValue>> = {
    current: () => items[at],
    next: () =>
      native('next', () => {
        const item = items[at]
        at = (at + 1) % items.length
        return item
      }),
    reset: () =>
      native('reset', () => {
        at = 0
        return null
      }),
  }
  return new Native('Cycler', { field: (name) => (Object.hasOwn(fields, name) ? fields[name]() : undefined) })
}

const joiner: Callable = (positional, named) => {
  const [separator = ', '] = bind('joiner', 'sep?', positional, named)
  let isUsed = false
  const call: Callable = () => {
    const text = isUsed ? textOf(separator) : ''
    isUsed = true
    return text
  }
  return new Native('Joiner', { call })
}

export function globalsAt(now: () => Date): Readonly<Record<string, TemplateValue>> {
  return {
    range: native('range', range),
    dict: new Native('TemplateDict', {
      call: dict,
      field: (name) => (name === 'fromkeys' ? own(new Dict(), name) : undefined),
    }),
    namespace: native('namespace', namespace),
    cycler: native('cycler', cycler),
    joiner: native('joiner', joiner),
    lipsum: native('lipsum', () => {
      throw new TemplateProblem('lipsum, which makes up text, is not supported')
    }),
    raise_exception: native('raise_exception', (positional, named) => {
      const [message = null] = bind('raise_exception', 'message', positional, named)
      throw new Refusal(textOf(message))
    }),
    strftime_now: native('strftime_now', (positional, named) => {
      const [format = null] = bind('strftime_now', 'format', positional, named)
      return timeText(now(), needText(format, 'strftime_now'))
    }),
  }
}
