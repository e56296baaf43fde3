// A model with some of its values replaced: the same forward passes, each rewritten by a list of edits. Whatever runs a model runs
// this one; it has the same parts and the same weights.

import type { Cache } from '../model/cache.ts'
import type { AnyModel, Given } from '../model/language.ts'
import { passOf } from '../model/pass.ts'
import { type InputNodes, varyingAxis } from '../model/reads.ts'
import type { Stream } from '../model/stream.ts'
import { type Address, matchingPaths, pathsOf, placesIn, unknownAxis } from '../tensor/address.ts'
import { hasAxis } from '../tensor/axes.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { namesHere, trace } from '../tensor/pass.ts'
import { replacing } from '../tensor/replacing.ts'
import type { Rewriting } from '../tensor/rewrite.ts'
import { addressOfEdit, alongText, type Edit, type SettledEdit, settled } from './edit.ts'
import { replaced } from './replaced.ts'
import type { Standing } from './standing.ts'

/**
 * The model with these edits, done in the order of the list. Without any it is the model itself.
 *
 * Throws for an address that the model does not have; the message names the nearest. What another run had must have been read
 * (`settleEdits`).
 */
export function editedModel<M extends AnyModel>(model: M, edits: readonly Edit[]): M {
  if (edits.length === 0) return model
  const list = settled(edits)
  checkAddresses(valuesOfModel(model), edits)
  /** The results that were edited already and go into other passes: an encoder's results. */
  const done = new Set<Node>()
  const run = <O extends Node | undefined>(build: () => O, standing: Standing, cache?: Cache): O => {
    const around = namesHere()
    const { outputs, names } = trace(model, build)
    const rewriting = editing(names.values, list, standing, done)
    for (const [kept, value] of cache?.updates ?? []) cache?.updates.set(kept, rewriting.of(value))
    const result: Node | undefined = outputs && rewriting.of(outputs)
    if (around && around !== names) giveOn(names, around, rewriting)
    return result as O
  }
  const all: AnyModel = model
  const edited = { ...model, config: model.config, reads: model.reads }
  if ('logits' in all)
    Object.assign(edited, {
      logits: (inputs: InputNodes, given: Given = {}) =>
        run(() => all.logits(inputs, given), standingOf(inputs.ids, given), given.cache),
    })
  if (all.kind === 'encoder')
    Object.assign(edited, {
      states: (inputs: InputNodes, given: Given = {}) =>
        run(() => all.states(inputs, given), standingOf(first(inputs), given)),
    })
  if (all.kind === 'classifier')
    Object.assign(edited, {
      classes: (inputs: InputNodes, given: Given = {}) =>
        run(() => all.classes(inputs, given), standingOf(first(inputs), given)),
    })
  if (all.kind === 'dual-encoder')
    Object.assign(edited, {
      textVectors: (inputs: InputNodes, given: Given = {}) =>
        run(() => all.textVectors(inputs, given), standingOf(inputs.ids, given)),
      pictureVectors: (inputs: InputNodes, given: Given = {}) =>
        run(() => all.pictureVectors(inputs, given), standingOf(inputs.pixels, given)),
      similarities: (inputs: InputNodes, given: Given = {}) =>
        run(() => all.similarities(inputs, given), standingOf(inputs.ids, given)),
    })
  if (all.kind === 'encoder-decoder')
    Object.assign(edited, {
      encode: (inputs: InputNodes, given: Given = {}): Stream => {
        const encoded = run(() => all.encode(inputs, given), standingOf(inputs.source, given))
        done.add(encoded)
        return encoded
      },
      remember: (encoded: Stream, cache: Cache): void => {
        run(
          () => {
            all.remember(encoded, cache)
            return undefined
          },
          { isPadded: true },
          cache,
        )
      },
    })
  return edited
}

/** Gives the names of what was edited to a pass through the edited model itself. */
export function giveOn({ values }: Names, around: Names, rewriting: Rewriting): void {
  for (const [address, node] of values) {
    const value = rewriting.of(node)
    if (around.values.has(address) || around.addressOf(value) !== undefined) continue
    const end = address.lastIndexOf('.')
    around.give(address.slice(end + 1), value, address.slice(0, Math.max(0, end)))
  }
}

/**
 * The rewriting of a graph that replaces the values at the edits' addresses, each by its edits one after the other.
 *
 * - `done`: the values that have been rewritten before, and stay
 */
export function editing(
  values: ReadonlyMap<string, Node>,
  edits: readonly SettledEdit[],
  standing: Standing,
  done: ReadonlySet<Node> = new Set(),
): Rewriting {
  const byValue = new Map<Node, SettledEdit[]>()
  for (const edit of edits)
    for (const path of matchingPaths(edit.address, values.keys())) {
      const value = values.get(path) as Node
      byValue.set(value, [...(byValue.get(value) ?? []), edit])
    }
  const inOrder = (own: readonly SettledEdit[]) => (value: Node) =>
    own.reduce((value, edit) => replaced(value, edit, standing), value)
  return replacing(
    new Map([
      ...[...byValue].map(([node, own]) => [node, inOrder(own)] as const),
      ...[...done].map((node) => [node, () => node] as const),
    ]),
  )
}

/** The text, or whatever else a model reads along its positions. */
const first = (inputs: InputNodes): Node | undefined => inputs.ids ?? Object.values(inputs)[0]

/** The standing of the positions of a forward pass, from what it is given. */
function standingOf(ids: Node | undefined, { places, keep, at, cache, memory, standing }: Given): Standing {
  return {
    ids,
    at,
    position: standing?.position ?? places,
    cached: standing?.cached,
    isPadded: cache !== undefined || keep !== undefined || memory?.keep !== undefined || standing?.isPadded === true,
  }
}

/** The values of a model by their addresses, whatever it reads. */
export function valuesOfModel(model: AnyModel): ReadonlyMap<string, Node> {
  const varying = Object.values(model.reads).flatMap((reading) => varyingAxis(reading) ?? [])
  return passOf(model, Object.fromEntries(varying.map((axis) => [axis, 1]))).names.values
}

/** Throws where there is no value that an edit is about; the message names the nearest. */
export function checkAddresses(values: ReadonlyMap<string, Node>, edits: readonly Edit[]): void {
  for (const address of edits.map(addressOfEdit))
    for (const path of pathsOf(address, values.keys(), 'edits'))
      checkAxes(values.get(path) as Node, { ...address, path })
}

/** Throws for axes that a value lacks, and for places on those that are as long in every text. */
function checkAxes({ axes }: Node, address: Address): void {
  const lasting = Object.entries(address.at ?? {}).filter(([axis]) => {
    if (!hasAxis(axes, axis)) throw unknownAxis(axes, address, axis, 'edits')
    return !['batch', ...alongText].includes(axis)
  })
  placesIn(axes, { ...address, at: Object.fromEntries(lasting) }, 'edits')
}
