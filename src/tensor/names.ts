// Addresses: every weight and every value that matters has one name, the path to it through the model's parts.
//
// A part of a model is an object whose fields are its weights and its smaller parts. `nameParts` walks the fields once and
// gives every weight its path (`blocks.3.attention.query.weight`); `see` gives values of a forward pass theirs
// (`blocks.3.attention.query`).

import { didYouMean } from '../text/spelling.ts'
import { Node } from './node.ts'

const paths = new WeakMap<object, string>()

/** Names all parts and weights of a model by their paths. A model's constructor ends with it. */
export function nameParts(model: object): void {
  walk(model, '', new Set(), (part, path) => {
    paths.set(part, path)
    if (part instanceof Node && path !== '') {
      part.path = path
      part.place = path.slice(0, Math.max(0, path.lastIndexOf('.')))
    }
  })
}

/** The path of a part, as far as it has been named. */
export const pathOf = (part: object): string => paths.get(part) ?? ''

/** Gives values their names inside a part, and gives them back: known as <path of the part>.<name> from then on. */
export function see<V extends Readonly<Record<string, Node>>>(part: object, values: V): V {
  const path = pathOf(part)
  for (const [name, node] of Object.entries(values)) {
    if (node.operation.kind === 'parameter') continue
    node.path = path === '' ? name : `${path}.${name}`
    settle(node, path)
  }
  return values
}

/** Says of a named value and of the unnamed steps that lead to it that they were made in this part. */
function settle(value: Node, place: string): void {
  const stack = [value]
  const seen = new Set<Node>()
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node) || node.operation.kind === 'parameter' || node.operation.kind === 'input') continue
    seen.add(node)
    if (node !== value && node.path !== undefined) continue
    node.place = place
    stack.push(...node.inputs)
  }
}

/** The weights of a model by their paths, in the order of its fields. A weight that two parts share is named once. */
export function parametersOf(model: object): Map<string, Node> {
  const found = new Map<string, Node>()
  walk(model, '', new Set(), (part, path) => {
    if (part instanceof Node && part.operation.kind === 'parameter') found.set(path, part)
  })
  return found
}

function walk(part: unknown, path: string, seen: Set<object>, visit: (part: object, path: string) => void): void {
  if (typeof part !== 'object' || part === null || seen.has(part)) return
  seen.add(part)
  visit(part, path)
  if (part instanceof Node || ArrayBuffer.isView(part) || part instanceof Map) return
  for (const [name, field] of Object.entries(part)) walk(field, path === '' ? name : `${path}.${name}`, seen, visit)
}

/** All named values that lead to these nodes, by address. */
export function namedValues(ends: readonly Node[]): Map<string, Node> {
  const found = new Map<string, Node>()
  for (const node of graphOf(ends)) {
    if (node.path !== undefined) found.set(node.path, node)
    if (node.operation.kind !== 'part' || node.operation.index !== 0 || node.path === undefined) continue
    // What a definition has inside is known beside its result: blocks.3.attention.mixed → blocks.3.attention.pattern.
    const [whole] = node.inputs
    if (whole.operation.kind !== 'defined') continue
    const { inside } = whole.operation.definition.open(whole.inputs)
    for (const [name, value] of Object.entries(inside))
      found.set(`${node.path.slice(0, node.path.lastIndexOf('.') + 1)}${name}`, value)
  }
  return found
}

/** The value at an address; an unknown one is an error that names the nearest. */
export function valueAt(ends: readonly Node[], address: string): Node {
  const known = namedValues(ends)
  const found = known.get(address)
  if (!found) throw unknownAddress(address, [...known.keys()])
  return found
}

/** The error for an address that names no value: it says the nearest one, or some that there are; `place` is who asks. */
export function unknownAddress(address: string, known: readonly string[], place = 'address'): Error {
  const alike = known.filter((each) => each.includes(address)).sort((a, b) => a.length - b.length)
  const some = (alike.length > 0 ? alike : known).slice(0, 3).map((each) => `"${each}"`)
  const advice = didYouMean(address, known) || ` There are, for instance, ${some.join(', ')}.`
  return new Error(`${place}: there is no value "${address}".${advice}`)
}

/** All nodes that lead to these, inputs before what uses them. */
export function graphOf(ends: readonly Node[]): Node[] {
  const done = new Set<Node>()
  const stack = [...ends].reverse()
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = done.has(node) ? [] : node.inputs.filter((input) => !done.has(input))
    if (open.length > 0) stack.push(...open.toReversed())
    else {
      stack.pop()
      done.add(node)
    }
  }
  return [...done]
}
