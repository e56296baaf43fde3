// Writing with a cache, against the whole text at once: each next position is computed alone, from the keys and values of those before it.
//
// Where the two differ, the whole text is tried with its last token at other places than its own: if that gives what the cache gives,
// the places are what is wrong.

import { type Inputs, runWith } from '../../engine/engine.ts'
import { Decoding } from '../../generate/decoding.ts'
import { givenOf } from '../../model/inputValues.ts'
import { isWriting } from '../../model/language.ts'
import { textLimits } from '../../model/reads.ts'
import { sizeOf } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Node } from '../../tensor/node.ts'
import { input } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { openPass } from '../shapes/opened.ts'
import { farthest, placesAlong, roundings, type Subject } from './subject.ts'
import { type Check, notApplicable, passIf } from './verdict.ts'

/** The most positions that are written one after the other. */
const mostWritten = 8

/** The check of writing with a cache. */
export async function cachedWriting(subject: Subject): Promise<Check> {
  const { model, engine, edits, ids, inputs, seen, end } = subject
  const name = 'cached writing'
  if (!isWriting(model)) return notApplicable(name, 'the model does not write on')
  if (subject.isBound) return notApplicable(name, 'an edit is of this text alone')
  const logits = seen.get(end)
  if (!logits) return notApplicable(name, 'the model gives no logits')
  const first = Math.max(1, ids.length - mostWritten)
  const decoding = new Decoding({ model, engine, edits })
  try {
    if (inputs['source']) await decoding.encode([inputs['source']])
    let scores = await decoding.begin([ids.slice(0, first)], { room: ids.length, scores: 'logits' })
    let [largest, scale, position] = [0, 0, first - 1]
    let shifted: Float32Array | undefined
    for (let place = first - 1; place < ids.length; place++) {
      if (place >= first) scores = await decoding.next(Int32Array.of(ids[place]), 'logits')
      const found = farthest(placesAlong(logits, 'position', place, 1), scores)
      scale = Math.max(scale, found.scale)
      if (found.largest <= largest) continue
      largest = found.largest
      position = place
      shifted = scores.slice()
    }
    const allowed = roundings * scale
    const finding = { largest, allowed, address: `${end} {position: ${position}}` }
    if (largest <= allowed || !shifted) return passIf(name, true, finding)
    const places = await placesThatFit(subject, { first, position }, shifted, allowed)
    const reason = places ?? `position ${position} is something else when those before it come from the cache`
    return passIf(name, false, { ...finding, reason })
  } finally {
    await decoding.close()
  }
}

/** The places that a token may be taken to have, where it is not its own. */
const shifts = [
  { said: 'where the cache begins is not added', placeOf: () => 0 },
  { said: 'one too low', placeOf: (place: number) => place - 1 },
  { said: 'one too high', placeOf: (place: number) => place + 1 },
]

/** The shift of places that would explain what the cache gave. */
async function placesThatFit(
  { engine, names, end, inputs, ids, model }: Subject,
  { first, position }: { readonly first: number; readonly position: number },
  cached: Float32Array,
  allowed: number,
): Promise<string | undefined> {
  const { context } = textLimits('check', model)
  const output = names.valueAt(end)
  const { nodes, of } = openPass({ outputs: [output], names })
  const forMasks = new Set(graphOf(nodes.flatMap(maskOf)))
  const places = input('places', { position: ids.length })
  const rewriting = new Rewriting((node) =>
    node.operation.kind === 'index' &&
    node.axes[0].name === 'position' &&
    sizeOf(node.axes, 'position') === ids.length &&
    !forMasks.has(node)
      ? places
      : undefined,
  )
  const rewritten = rewriting.of(of(output))
  if (rewritten === of(output)) return undefined
  const program = await engine.compile({ outputs: { end: rewritten } })
  try {
    for (const { said, placeOf } of shifts) {
      // Those that were begun with have their own places; the others were computed one by one.
      const all = Float64Array.from(ids, (_, i) => (i < first ? i : placeOf(i)))
      if (all.some((place) => place >= context)) continue
      await runWith(program, { ...(givenOf(inputs) as Inputs), places: all })
      const { largest } = farthest(placesAlong(await program.read('end'), 'position', position, 1), cached)
      if (largest <= 10 * allowed)
        return `positions are shifted with a cache: the place of position ${position} is taken to be ${placeOf(position)} (${said})`
    }
    return undefined
  } finally {
    await program.close()
  }
}

/** The condition of a choice that gives −∞ where it does not hold: a mask. */
const maskOf = ({ operation, inputs }: Node): Node[] =>
  operation.kind === 'apply' &&
  operation.function === 'where' &&
  inputs[2].operation.kind === 'constant' &&
  inputs[2].operation.value === -Infinity
    ? [inputs[0]]
    : []
