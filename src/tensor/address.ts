// Addresses: what any value of a model is called, from outside: the path to it through the model's parts and, where not all of
// it is meant, places on its axes.
//
//   blocks.3.attention.pattern                            the whole of it
//   blocks.3.attention.pattern {head: 0, position: -1}    one head, the last position: a row of the pattern
//   blocks.*.mlp.output                                   those of all blocks: a star stands for one name
//
// As text an address goes into a command and into a link: it has letters, digits and . * _ - { } : , and spaces. Quotes of any
// shell keep all of these, and `encodeURIComponent` and `URLSearchParams` bring them there and back.

import { didYouMean } from '../text/spelling.ts'
import { type Axis, describeAxes } from './axes.ts'
import { unknownAddress } from './unknownAddress.ts'

/** The address of a value, or of some places of it. */
export interface Address {
  /** The names on the way to the value, with dots between them; `*` stands for any one of them. */
  readonly path: string
  /** Places by their axes, counted from 0, or from the end: −1 is the last. All places of the other axes are meant. */
  readonly at?: AxisPlaces | undefined
}

/** For each axis a place on it. */
export type AxisPlaces = Readonly<Record<string, number>>

const example = 'blocks.3.attention.pattern {head: 0, position: -1}'
const name = /^[\p{L}_][\p{L}\p{N}_-]*$/u
const segment = /^(?:\*|\p{N}+|[\p{L}_][\p{L}\p{N}_-]*)$/u

/** The address that a text says. Throws for a text that is none; spaces may stand around names and numbers. */
export function parseAddress(text: string): Address {
  const [, path = '', places] = /^\s*([^{]*?)\s*(?:\{(.*)\})?\s*$/su.exec(text) ?? []
  if (path.split('.').some((each) => !segment.test(each)))
    throw new Error(
      `address: "${text}" is no address. Give names with dots between them, and places in braces: ${example}.`,
    )
  return places === undefined ? { path } : { path, at: parsePlaces(text, places) }
}

function parsePlaces(text: string, places: string): AxisPlaces {
  const at = new Map<string, number>()
  for (const each of places.split(',')) {
    const [axis, place, ...more] = each.split(':').map((part) => part.trim())
    if (more.length > 0 || place === undefined || !name.test(axis) || !/^-?\d{1,15}$/.test(place))
      throw new Error(
        `address: "${each.trim()}" in "${text}" is no place. Write the axis and a whole number, as in ${example}.`,
      )
    if (at.has(axis)) throw new Error(`address: "${text}" says two places of the axis "${axis}". Leave one out.`)
    at.set(axis, Number(place) + 0)
  }
  return Object.fromEntries(at)
}

/** An address given as a value or as its text. Throws for what is neither: addresses come from files too. */
export function addressOf(given: Address | string): Address {
  if (typeof given === 'string') return parseAddress(given)
  const { path, at = {} } = (given ?? {}) as Partial<Address>
  if (typeof path !== 'string')
    throw new Error(
      `address: ${JSON.stringify(given) ?? given} is no address. Give { path, at }, or a text: ${example}.`,
    )
  for (const [axis, place] of Object.entries(at))
    if (!Number.isSafeInteger(place))
      throw new Error(
        `address: the place of "${axis}" in ${path} is ${typeof place === 'string' ? `"${place}"` : place}; give a whole number.`,
      )
  return given
}

/** The text of an address: `parseAddress` gives the same address again. */
export function addressText({ path, at = {} }: Address): string {
  const places = Object.entries(at).map(([axis, place]) => `${axis}: ${place}`)
  return places.length === 0 ? path : `${path} {${places.join(', ')}}`
}

/** Those of the known paths that an address means: itself if it is one of them, with a `*` all that are called so. */
export function matchingPaths({ path }: Address, known: Iterable<string>): string[] {
  const wanted = path.split('.')
  return [...known].filter((each) => each === path || (path.includes('*') && starred(each, wanted) === path))
}

/**
 * Those of the known paths that an address means: one, or with a `*` as many as there are.
 *
 * - `asker`: who asks, for messages
 *
 * Throws where there is none; the message names the nearest.
 */
export function pathsOf(address: Address, known: Iterable<string>, asker = 'address'): string[] {
  const all = [...known]
  const found = matchingPaths(address, all)
  if (found.length > 0) return found
  const wanted = address.path.split('.')
  throw unknownAddress(address.path, [...new Set(all.map((each) => starred(each, wanted)))], asker)
}

/** A path with stars where a pattern of as many names has them. */
function starred(path: string, pattern: readonly string[]): string {
  const names = path.split('.')
  return names.length === pattern.length ? names.map((each, i) => (pattern[i] === '*' ? '*' : each)).join('.') : path
}

/**
 * The places of an address on the axes of its value, counted from 0.
 *
 * - `asker`: who asks, for messages
 *
 * Throws for an axis that the value lacks and for a place that the axis lacks.
 */
export function placesIn(axes: readonly Axis[], address: Address, asker = 'address'): AxisPlaces {
  return Object.fromEntries(
    Object.entries(address.at ?? {}).map(([axis, place]) => {
      const found = axes.find((each) => each.name === axis)
      if (!found) throw unknownAxis(axes, address, axis, asker)
      const { size } = found
      if (place < -size || place >= size)
        throw new Error(
          `${asker}: ${addressText(address)}: the axis "${axis}" has ${size === 1 ? 'one place, 0' : `the places 0 to ${size - 1}`}. Give one of these, or count from the end: -1 is the last.`,
        )
      return [axis, place < 0 ? place + size : place]
    }),
  )
}

/** The error for a place on an axis that the value lacks. */
export function unknownAxis(axes: readonly Axis[], address: Address, axis: string, asker = 'address'): Error {
  const names = axes.map((each) => each.name)
  return new Error(
    `${asker}: ${addressText(address)}: the value has no axis "${axis}", it is ${describeAxes(axes)}.${didYouMean(axis, names)}`,
  )
}
