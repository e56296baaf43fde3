// Direct logit attribution of a model that reads several positions at once: a classifier on the class token and the mean of the patches,
// or on two tokens. With the numbers of the last norm held, its logit is a sum over all positions:
//
//   logit = const + Σ_position direction[position] · stream[position]         direction = ∂ logit / ∂ stream
//
// and at each position the stream is the sum of its parts, as anywhere. So the parts add up here too, each over all positions.

import type { Engine, Values } from '../../engine/engine.ts'
import { checkFinite } from '../../engine/finite.ts'
import { sizeOf } from '../../tensor/axes.ts'
import { gradient } from '../../tensor/gradient.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { stopGradient, subtract, sum } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import type { Looking } from '../editedPass.ts'
import type { Attribution, AttributionRow } from './attributionFacts.ts'
import { stopOf } from './ledger.ts'
import { normOf } from './norms.ts'
import { type PartLabel, readableOf, valueOfPlace, valuesAt, valuesOfPlace, visitParts } from './parts.ts'
import type { Answers } from './readout.ts'
import { lastState } from './states.ts'
import { type Detail, type Summand, summandsOf } from './summands.ts'
import { productOf } from './vectors.ts'

interface AskedOfAll extends Looking {
  readonly names: Names
  readonly answers: Answers
  readonly token: number
  readonly against: number | undefined
  readonly detail: Detail
}

/** The amounts that parts add at all positions together. Throws where the logit is no linear function of the last state and its norm's numbers. */
export async function attributeOfAll({
  names,
  answers: { address, node, axis },
  token,
  against,
  detail,
  ...looking
}: AskedOfAll): Promise<Attribution> {
  const stream = lastState(names) as Node
  const at = (id: number): Node => placed(node, { [axis]: id })
  const logit = against === undefined ? at(token) : subtract(at(token) as Tensor, at(against) as Tensor)
  const held = factorsHeld(logit, stream)
  if (!isLinear(held, stream))
    throw new Error(
      `attribute: ${address} is no sum over the stream: a layer of its own stands between both, or an edit. Look at the stream's ledger instead.`,
    )
  const summands = summandsOf(stream, names, detail)
  const [direction] = gradient(sum(held as Tensor<'batch'>, 'batch'), [stream])
  const values = await valuesAt(
    { ...looking, names },
    new Map([...readableOf(summands), ['stream', stream], ['direction', direction], ['logit', logit]]),
  )
  const said = values.get('logit')?.data[0] ?? Number.NaN
  checkFinite('attribute: the logit', [said])
  const { rows, places, norm } = await summedOver(sizeOf(stream.axes, 'position'), looking.engine, summands, values)
  const bias = said - places.reduce((sum, each) => sum + each, 0)
  const stopsAt = stopOf(summands)
  return {
    token,
    ...(against !== undefined && { against }),
    logit: said,
    rows,
    const: bias,
    sum: rows.reduce((sum, row) => sum + row.logit, bias),
    norm,
    places,
    ...(stopsAt !== undefined && { stopsAt }),
  }
}

/**
 * The amounts, lengths and angles of parts over all positions at which something speaks for the logit; and what the stream at each
 * position adds.
 *
 * - `values`: of all positions those of the summands, of "stream" and of "direction"
 */
async function summedOver(
  positions: number,
  engine: Engine,
  summands: readonly Summand[],
  values: ReadonlyMap<string, Values>,
): Promise<Pick<Attribution, 'rows' | 'norm'> & { readonly places: readonly number[] }> {
  const sums: (PartLabel & { logit: number; squares: number; along: number })[] = []
  const places: number[] = []
  let squares = 0
  const weights = cachedWeights(engine)
  const spoken = ['direction', 'stream'].map((name) => values.get(name) as Values)
  for (let position = 0; position < positions; position++) {
    const [way, state] = spoken.map((value) => valueOfPlace(value, position).data)
    places.push(productOf(way, state))
    // At a place that is not read nothing speaks for the logit.
    if (way.every((cell) => cell === 0)) continue
    squares += productOf(state, state)
    let at = 0
    await visitParts(weights, summands, valuesOfPlace(values, position), (label, part) => {
      sums[at] ??= { ...label, logit: 0, squares: 0, along: 0 }
      const own = sums[at++]
      own.logit += productOf(part, way)
      own.squares += productOf(part, part)
      own.along += productOf(part, state)
    })
  }
  const norm = Math.sqrt(squares)
  const rows = sums.map(({ logit, squares, along, ...label }): AttributionRow => {
    const length = Math.sqrt(squares)
    return { ...label, logit, norm: length, cosine: length * norm > 0 ? along / (length * norm) : 0 }
  })
  return { rows, places, norm }
}

/** A value with the numbers of the norms held by which it reads a stream: they count as known when it is derived. */
function factorsHeld(value: Node, stream: Node): Node {
  const behind = graphOf([value], new Set([stream]))
  const factors = new Set(
    behind.flatMap((node) => {
      const norm = normOf(node)
      return norm?.input === stream ? [norm.factor] : []
    }),
  )
  const stopped = new Map<Node, Node>([...factors].map((factor) => [factor, stopGradient(factor as Tensor)]))
  return new Rewriting((node) => stopped.get(node)).of(value)
}

/** True for a value that is a sum of the cells of another, each times a number that is known without it. */
function isLinear(value: Node, of: Node): boolean {
  const depends = new Set<Node>([of])
  const isKnown = (node: Node): boolean => node === of || node.operation.kind === 'stop'
  return graphOf([value], { has: isKnown }).every((node) => {
    const { operation, inputs } = node
    const which = inputs.map((input) => depends.has(input))
    if (!which.includes(true)) return true
    depends.add(node)
    switch (operation.kind) {
      case 'expand':
      case 'rename':
      case 'window':
        return true
      case 'reduce':
        return operation.function === 'sum'
      case 'dot':
        return !which.every((each) => each)
      case 'gather':
        return !which[1]
      case 'apply':
        if (['add', 'subtract', 'negate'].includes(operation.function)) return true
        if (operation.function === 'multiply') return !which.every((each) => each)
        return operation.function === 'divide' && !which[1]
      default:
        return false
    }
  })
}

/** The weights of an engine, each read once. */
function cachedWeights(engine: Engine): Pick<Engine, 'get'> {
  const known = new Map<Node, Promise<Float32Array>>()
  return {
    get(weight) {
      const found = known.get(weight) ?? engine.get(weight)
      known.set(weight, found)
      return found
    },
  }
}
