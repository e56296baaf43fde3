// Sensitivity: which output depends on which token. One token after the other is changed, and every value on the way is looked at; and
// the gradient of each output at each token is taken.
//
//   reach_0 = I        reach_l = (sight_l + I) · reach_{l−1}        sight_l: which source a position may look at, in any head
//
// Where no way leads through the masks from a token to a position, nothing there may change by one bit, and the gradient is exactly 0.

import { spread } from '../../data/batch.ts'
import { runWith, type Values } from '../../engine/engine.ts'
import { givenOf } from '../../model/inputValues.ts'
import { isLookingBack } from '../../model/language.ts'
import { cells, denseStrides, hasAxis, sizeOf } from '../../tensor/axes.ts'
import { gradient } from '../../tensor/gradient.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { multiply, sum, table } from '../../tensor/primitives.ts'
import { uniform } from '../../tensor/random.ts'
import { changedAt, changesAlong } from '../causality.ts'
import { editedPass } from '../editedPass.ts'
import type { Subject } from './subject.ts'
import { type Check, notApplicable, passIf } from './verdict.ts'

/** The tokens on which each output depends: a row for each position of the output, a column for each token that was changed. */
export interface Sensitivity {
  /** The output that was looked at. */
  readonly address: string
  /** The input whose tokens were changed: `ids`, or the `source` of a translator. */
  readonly input: string
  readonly rows: number
  /** The places of the tokens that were changed. */
  readonly tokens: readonly number[]
  /** The largest change, row by row; 0 where not a bit differs. */
  readonly changes: readonly number[]
}

/** The most tokens that are changed in turn, and outputs whose gradients are taken: those of a longer text lie evenly spread. */
const mostTried = 32

const triedOf = (count: number): number[] => spread(count, Math.min(count, mostTried))

/** True where a position can see a token. */
type Sight = (position: number, token: number) => boolean

/** The checks of what a model may see, with the changes that they go by. */
export async function sensitivityOf(subject: Subject): Promise<{ checks: Check[]; sensitivity: Sensitivity[] }> {
  const { model, names, ids, source, addresses } = subject
  const looksBack = isLookingBack(model)
  const half = model.kind === 'encoder-decoder' ? 'decoder.' : ''
  const along = addresses.filter((each) => {
    const { axes } = names.valueAt(each)
    return hasAxis(axes, 'position') && !hasAxis(axes, 'source') && !each.startsWith('encoder.')
  })
  if (along.length === 0) return { checks: [], sensitivity: [] }
  const own = await changesBy(subject, 'ids', ids, along)
  const can = reachOf(subject, half)
  const checks: Check[] = []
  if (looksBack) checks.push(passIf('causality', own.early === undefined, { largest: 0, ...own.early, allowed: 0 }))
  else checks.push(notApplicable('causality', 'the model looks both ways: a position sees what comes after it too'))
  const may: Sight = (position, token) => can(position, token) && (!looksBack || token <= position)
  checks.push(await gradients(subject, may, half), reach(own.sensitivity, can))
  if (!looksBack) checks.push(bothSides(own.sensitivity, can))
  if (!source) return { checks, sensitivity: [own.sensitivity] }
  const { sensitivity } = await changesBy(subject, 'source', source, [subject.end])
  return { checks: [...checks, sourceCheck(sensitivity)], sensitivity: [own.sensitivity, sensitivity] }
}

/** Changes one token after the other; `early`: the largest change of any value at a position before the changed token. */
async function changesBy(
  { reader, inputs, seen, names, end, model }: Subject,
  input: string,
  tokens: readonly number[],
  along: readonly string[],
): Promise<{ sensitivity: Sensitivity; early?: { reason: string; address: string; largest: number } }> {
  const tried = triedOf(tokens.length)
  const rows = sizeOf(names.valueAt(end).axes, 'position')
  const changes: number[] = Array(rows * tried.length).fill(0)
  let early: { reason: string; address: string; largest: number } | undefined
  for (const [column, token] of tried.entries()) {
    const after = await reader.read({ ...inputs, [input]: changedAt(tokens, token, model.reads[input].below ?? 2) })
    for (const address of along) {
      const before = seen.get(address) as Values
      const at = changesAlong('position', before.axes, before.data, (after.get(address) as Values).data)
      if (address === end) for (const [row, change] of at.entries()) changes[row * tried.length + column] = change
      const before0 = at.findIndex((change, position) => position < token && change > 0)
      if (before0 < 0) continue
      early ??= {
        reason: `what is made for position ${before0} changes when the token at position ${token} does`,
        address,
        largest: 0,
      }
      early.largest = Math.max(early.largest, ...at.subarray(0, token))
    }
  }
  return { sensitivity: { address: end, input, rows, tokens: tried, changes }, ...(early && { early }) }
}

/** True for a position and a token where a way leads through the masks of a half's own attention. */
function reachOf({ addresses, seen, ids }: Subject, half: string): Sight {
  const size = ids.length
  let can = Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => row === column))
  for (const address of addresses) {
    if (!address.startsWith(half) || !address.endsWith('.pattern') || address.endsWith('.cross.pattern')) continue
    const scores = seen.get(address.replace(/pattern$/, 'scores'))
    const sight = sightOf(scores ?? (seen.get(address) as Values), scores ? -Infinity : 0, size)
    can = can.map((row, position) =>
      row.map((own, token) => own || can.some((from, k) => sight[position][k] && from[token])),
    )
  }
  return (position, token) => can[position][token]
}

/** The sources that each position may look at: where scores are not −∞, or shares not 0, in any head. */
function sightOf({ axes, data }: Values, none: number, size: number): boolean[][] {
  const sight = Array.from({ length: size }, () => Array.from({ length: size }, () => false))
  const strides = denseStrides(axes.map((axis) => axis.size))
  const [p, s] = ['position', 'source'].map((name) => axes.findIndex((axis) => axis.name === name))
  for (const [cell, value] of data.entries())
    if (value !== none)
      sight[Math.floor(cell / strides[p]) % axes[p].size][Math.floor(cell / strides[s]) % axes[s].size] = true
  return sight
}

function reach({ rows, tokens, changes, address }: Sensitivity, can: Sight): Check {
  let [largest, reached, changed] = [0, 0, 0]
  let fault: string | undefined
  for (let row = 0; row < rows; row++)
    for (const [column, token] of tokens.entries()) {
      const change = changes[row * tokens.length + column]
      if (can(row, token)) {
        reached++
        if (change > 0) changed++
      } else if (change > 0) {
        largest = Math.max(largest, change)
        fault ??= `the output at position ${row} changes with the token at position ${token}, though no mask lets it through`
      }
    }
  const reason = fault ?? `a way leads to ${reached} of ${rows * tokens.length} pairs, and ${changed} of them do change`
  return { ...passIf('reach', fault === undefined, { largest, allowed: 0, address }), reason }
}

function bothSides({ rows, tokens, changes, address }: Sensitivity, can: Sight): Check {
  for (let row = 0; row < rows; row++)
    for (const [column, token] of tokens.entries())
      if (!can(row, token) || changes[row * tokens.length + column] === 0)
        return passIf('both sides', false, {
          reason: `the output at position ${row} does not change with the token at position ${token}`,
          address,
        })
  return passIf('both sides', true, { address })
}

function sourceCheck({ rows, tokens, changes, address }: Sensitivity): Check {
  const idle = tokens.find((_, column) =>
    Array.from({ length: rows }, (_, row) => changes[row * tokens.length + column]).every((change) => change === 0),
  )
  return passIf('source', idle === undefined, {
    reason: `nothing that is said changes with the token at place ${idle} of the source`,
    address,
  })
}

/** ∂ output / ∂ token for all pairs at once: each row of a batch asks for another position of the output. */
async function gradients(subject: Subject, can: Sight, half: string): Promise<Check> {
  const { engine, inputs, end, isBound, addresses } = subject
  if (isBound) return notApplicable('gradient', 'an edit is of this text alone')
  const start = addresses.find((each) => each.startsWith(half) && /(^|\.)embedded$/.test(each))
  if (start === undefined)
    return notApplicable('gradient', 'the model has no value "embedded", at which it would be taken')
  const tried = triedOf(subject.ids.length)
  const names = await editedPass(subject, 'check', tried.length)
  const output = names.valueAt(end)
  const asked = names.valueAt(start)
  if (!graphOf([output]).includes(asked)) return notApplicable('gradient', 'the output does not depend on the tokens')
  const [found] = gradient(oneOfEach(output, tried), [asked])
  const program = await engine.compile({ outputs: { found }, names })
  try {
    const repeated = Object.entries(givenOf(inputs)).map(([name, values]) => {
      const row = Array.from(values)
      return [name, tried.flatMap(() => row)] as const
    })
    await runWith(program, Object.fromEntries(repeated))
    return gradientCheck(await program.read('found'), tried, can, start)
  } finally {
    await program.close()
  }
}

/** Σ of the outputs at one position in each row of the batch, each cell with a weight of its own. */
function oneOfEach(output: Node, positions: readonly number[]): Tensor<never> {
  const size = sizeOf(output.axes, 'position')
  const chosen = positions.flatMap((position) => Array.from({ length: size }, (_, i) => Number(i === position)))
  const inner = output.axes.filter(({ name }) => name !== 'batch' && name !== 'position')
  const sizes = Object.fromEntries(inner.map((axis) => [axis.name, axis.size]))
  const weights = Array.from({ length: cells(inner) }, (_, cell) => 2 * uniform(7, 0, cell) - 1)
  const asked = multiply(output as Tensor, table({ batch: positions.length, position: size }, chosen) as Tensor)
  const weighted = multiply(asked, table(sizes, weights) as Tensor)
  return sum(weighted, ...output.axes.map(({ name }) => name)) as Node as Tensor<never>
}

function gradientCheck({ axes, data }: Values, tried: readonly number[], can: Sight, address: string): Check {
  const size = sizeOf(axes, 'position')
  const width = data.length / tried.length / size
  let [largest, blind] = [0, 0]
  let reason: string | undefined
  for (const [row, position] of tried.entries())
    for (let token = 0; token < size; token++) {
      if (can(position, token)) continue
      blind++
      const from = (row * size + token) * width
      const most = data.subarray(from, from + width).reduce((most, each) => Math.max(most, Math.abs(each)), 0)
      if (most === 0) continue
      largest = Math.max(largest, most)
      reason ??= `the output at position ${position} has a gradient at the token of position ${token}, which it cannot see`
    }
  if (blind === 0) return notApplicable('gradient', 'every output can see every token')
  return passIf('gradient', reason === undefined, { largest, allowed: 0, address, reason })
}
