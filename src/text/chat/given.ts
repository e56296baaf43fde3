// Values of JavaScript as a template sees them. A whole number becomes an int, as JSON writes it; any other a float.

import { Dict, type TemplateValue } from './values.ts'

/** The deepest that lists and objects may stand in one another. */
const deepest = 500

/** A value from outside, as Python's; `place` says what it is, for errors. */
export function fromJavaScript(given: unknown, place: string, depth = 0): TemplateValue {
  if (depth > deepest) throw new Error(`${place}: lists and objects stand in one another more than ${deepest} deep.`)
  if (given === null || typeof given === 'string' || typeof given === 'boolean' || typeof given === 'bigint')
    return given
  if (typeof given === 'number') return Number.isInteger(given) && Math.abs(given) < 1e21 ? BigInt(given) : given
  if (Array.isArray(given))
    return given.map((each) => fromJavaScript(each === undefined ? null : each, place, depth + 1))
  if (typeof given !== 'object')
    throw new Error(`${place}: a ${typeof given} stands in it. Give texts, numbers, lists and plain objects.`)
  const prototype: unknown = Object.getPrototypeOf(given)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new Error(`${place}: a ${given.constructor.name} stands in it. Give texts, numbers, lists and plain objects.`)
  const dict = new Dict()
  for (const [key, value] of Object.entries(given))
    if (value !== undefined) dict.set(key, fromJavaScript(value, place, depth + 1))
  return dict
}
