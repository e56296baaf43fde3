// The plan of journeys through one pass: the stops, the nodes that are read at them, and the programs that read them.

import type { Engine } from '../../engine/engine.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { type Formula, formulaOf } from '../shapes/formula.ts'
import { openPass } from '../shapes/opened.ts'
import { readoutIn } from '../stream/readout.ts'
import { AtPosition } from './atPosition.ts'
import { nodesOfAttention } from './attentionSteps.ts'
import { type DirectParts, directParts, nodesOfParts } from './directEffects.ts'
import { type Route, routeOf, type Stop } from './route.ts'
import { stepProducts } from './stepProducts.ts'
import type { StepProduct } from './steps.ts'
import { RowReader } from './tokenRows.ts'

/** A table in which the token is looked up. */
export interface LookUpTable {
  readonly address: string
  readonly rows: number
}

/** The parts of a plan that no run changes. */
export interface JourneyPlan {
  readonly names: Names
  readonly route: Route
  /** The parts over which a logit is a sum, or the reason why it is none. */
  readonly parts: DirectParts | { readonly reason: string }
  /** For each stream the logits that the model would give if it stopped there. */
  readonly lenses: ReadonlyMap<Node, Node>
  readonly products: ReadonlyMap<string, readonly StepProduct[]>
  readonly table: LookUpTable | undefined
  readonly values: AtPosition
  readonly rows: RowReader
  formula(node: Node): Formula
}

/** The plan of a pass. `isDrawn`: true for a model that writes. Throws for a pass without a stream. */
export function journeyPlan(engine: Engine, names: Names, { isDrawn }: { readonly isDrawn: boolean }): JourneyPlan {
  const route = routeOf(names, { isDrawn })
  const { stops, answers, last } = route
  const logits = answers?.node
  const parts = logits ? directParts(names) : { reason: 'journey: the model says nothing of tokens or classes.' }
  const lenses = lensesOf(route)
  const { here, whole } = nodesOf(stops)
  const ofParts = 'reason' in parts ? [] : nodesOfParts(parts)
  const values = new AtPosition(engine, names, {
    here: [...here, ...ofParts, ...lenses.values(), ...(logits ? [logits] : [])],
    whole,
  })
  const address = stops.find((stop) => stop.kind === 'row')?.row.address
  const table = address === undefined ? undefined : names.values.get(address)
  const opened = openPass({ outputs: [logits ?? last], names })
  return {
    names,
    route,
    parts,
    lenses,
    products: stepProducts(opened),
    table: table && address !== undefined ? { address, rows: sizeOf(table.axes, 'vocab') } : undefined,
    values,
    rows: new RowReader(engine, { table, readout: logits && readoutIn(logits) }),
    formula: (node) => formulaOf(opened.of(node), opened),
  }
}

/** The logits of every stream: the readout of the last one, with this in its place. Streams behind it give the logits themselves. */
function lensesOf({ stops, answers, last, behind }: Route): Map<Node, Node> {
  const logits = answers?.node
  const streams = new Set(stops.flatMap(({ before, after }) => [before, after].filter((node) => node !== undefined)))
  if (!logits) return new Map()
  return new Map(
    [...streams].map((stream) => {
      if (stream === last || behind.has(stream)) return [stream, logits]
      return [stream, new Rewriting((node) => (node === last ? stream : undefined)).of(logits)]
    }),
  )
}

/** The nodes that are read at the position, and those of which all positions are. */
function nodesOf(stops: readonly Stop[]): { readonly here: readonly Node[]; readonly whole: readonly Node[] } {
  const [here, whole]: [Node[], Node[]] = [[], []]
  for (const stop of stops) {
    for (const node of [stop.before, stop.after]) if (node) here.push(node)
    switch (stop.kind) {
      case 'row':
      case 'position':
        here.push(stop.row.node)
        break
      case 'normalise':
        here.push(stop.norm.input, stop.norm.factor, stop.output)
        break
      case 'ask':
      case 'answer':
      case 'bring': {
        const nodes = nodesOfAttention(stop.attention)
        here.push(...nodes.here)
        whole.push(...nodes.whole)
        break
      }
      case 'hidden':
        here.push(stop.hidden, stop.output)
        break
      case 'add':
        here.push(stop.added)
        break
      case 'other':
        here.push(stop.output)
        break
      case 'token':
      case 'logits':
      case 'temperature':
      case 'draw':
        break
      default:
        stop satisfies never
    }
  }
  return { here, whole }
}
