// The stops of a journey, read off the graph before anything runs: which nodes are looked at in each step, and which stream stands before
// and behind it. The stream's own way is streamWalk.ts; here the parts that read it get stops of their own.

import { sizeOf } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { add } from '../../tensor/primitives.ts'
import { lastNamed, partOfPath } from '../paths.ts'
import { type FoundNorm, normOf } from '../stream/norms.ts'
import { type Answers, answersIn, readIn } from '../stream/readout.ts'
import { streamStates } from '../stream/states.ts'
import { addressOfAdded, type StreamMove, summedIn, walkStream } from '../stream/streamWalk.ts'
import { type SplitProduct, type Summand, scaledBy, summandsOf } from '../stream/summands.ts'

interface OnStream {
  /** The path of the part. */
  readonly part: string
  /** The stream before and behind the stop. */
  readonly before?: Node
  readonly after?: Node
}

/** An attention, as far as the graph has it. */
export interface AttentionNodes {
  readonly query: Node
  readonly key: Node
  readonly value: Node
  /** The scores, −∞ where the mask hides a source; none where the model gives them no name. */
  readonly scores: Node | undefined
  readonly pattern: Node
  readonly mixed: Node
  readonly output: Node
  /** The product of what the heads mix with W_O; none where the values are written as they are, or an edit stands between. */
  readonly product: SplitProduct | undefined
  /** The numbers by which the output is multiplied before it is added, where a LayerScale stands there. */
  readonly scale: Node | undefined
  readonly isAcross: boolean
}

/** A stop of a journey, and what is looked at there. `sum`: the stream when what the part makes has been added to it. */
export type Stop = OnStream &
  (
    | { readonly kind: 'token' }
    | { readonly kind: 'row'; readonly row: Summand }
    | { readonly kind: 'position'; readonly row: Summand }
    | {
        readonly kind: 'normalise'
        readonly norm: FoundNorm
        readonly output: Node
        readonly of: 'copy' | 'stream' | 'last'
      }
    | { readonly kind: 'ask' | 'answer' | 'bring'; readonly attention: AttentionNodes; readonly sum: Node }
    | { readonly kind: 'hidden'; readonly hidden: Node; readonly output: Node; readonly sum: Node }
    | { readonly kind: 'add'; readonly added: Node }
    | { readonly kind: 'other'; readonly output: Node }
    | { readonly kind: 'logits' | 'temperature' | 'draw' }
  )

/** The way of one token's stream through a pass. */
export interface Route {
  readonly stops: readonly Stop[]
  /** The logits of tokens or of classes; none of a model that says neither. */
  readonly answers: Answers | undefined
  /** The number of positions. */
  readonly positions: number
  /** The stream behind the last block, which a lens puts others in place of; and all streams behind it. */
  readonly last: Node
  readonly behind: ReadonlySet<Node>
}

/**
 * The stops of a pass.
 *
 * - `isDrawn`: true for a model that writes, so that at last one token is drawn
 *
 * Throws for a model without a stream.
 */
export function routeOf(names: Names, { isDrawn }: { readonly isDrawn: boolean }): Route {
  const states = streamStates(names, 'journey')
  const last = states[states.length - 1].node
  const { path: embeddedAt, node: embedded } = lastNamed(names, 'embedded') ?? {}
  const answers = answersIn(names)
  const logits = answers?.node
  const read = (logits && readIn(logits)) ?? last
  const { start, moves } = walkStream(read, embedded ?? last)
  const behind = new Set([
    read,
    ...moves.filter(({ after }) => graphOf([after]).includes(last)).map(({ after }) => after),
  ])
  const way = new Way(names, new Set(states.map(({ node }) => node)), read)
  const rows = start === embedded ? way.rows(start, sideOf(embeddedAt)) : way.replaced(start)
  const end: Stop[] = logits
    ? [
        { kind: 'logits', part: '', before: read, after: read },
        { kind: 'temperature', part: '', before: read, after: read },
      ]
    : []
  if (logits && isDrawn) end.push({ kind: 'draw', part: '', before: read, after: read })
  return {
    stops: [...rows, ...moves.flatMap((move) => way.stops(move)), ...end],
    answers,
    positions: sizeOf(last.axes, 'position'),
    last,
    behind,
  }
}

const sideOf = (address = ''): string => address.slice(0, -'embedded'.length)

class Way {
  readonly #names: Names
  readonly #states: ReadonlySet<Node>
  readonly #read: Node
  /** The norms that have had their stop. */
  readonly #seen = new Set<Node>()

  constructor(names: Names, states: ReadonlySet<Node>, read: Node) {
    this.#names = names
    this.#states = states
    this.#read = read
  }

  /** The rows that are added up at the beginning, each a stop. */
  rows(embedded: Node, side: string): Stop[] {
    const rows = summandsOf(embedded, this.#names, 'parts')
    // What is no row of a table was no number before: a picture has no tokens.
    const stops: Stop[] = rows[0]?.part === 'token' ? [{ kind: 'token', part: side.slice(0, -1) }] : []
    let sum: Node | undefined
    for (const [i, row] of rows.entries()) {
      const isLast = i === rows.length - 1
      const after: Node = isLast ? embedded : sum ? add(sum as Tensor, row.node as Tensor) : row.node
      const part = partOfPath(row.address ?? '')
      const on = { part, ...(sum && { before: sum }), after }
      stops.push(row.part === 'token' && !sum ? { kind: 'row', row, ...on } : { kind: 'position', row, ...on })
      sum = after
    }
    return stops
  }

  /** The beginning where an edit stands in place of the rows. */
  replaced(start: Node): Stop[] {
    return [
      { kind: 'token', part: '' },
      { kind: 'other', part: '', output: start, after: start },
    ]
  }

  stops(move: StreamMove): Stop[] {
    const { before, after } = move
    switch (move.kind) {
      case 'norm': {
        const of = after === this.#read && !this.#states.has(after) ? 'last' : 'stream'
        return [{ kind: 'normalise', part: this.#partOf(after), norm: move.norm, output: after, of, before, after }]
      }
      case 'other':
        return [{ kind: 'other', part: this.#partOf(after), output: after, before, after }]
      case 'add':
        return this.#branch(move.added, before, after)
    }
  }

  /** The part that makes what is added: its own norm, what it does, and the addition. */
  #branch(added: Node, before: Node, after: Node): Stop[] {
    const address = addressOfAdded(added, this.#names)
    const part = partOfPath(address ?? '')
    const on = { before, after: before, sum: after }
    const scaled = this.#scaled(address)
    const inside: Stop[] = scaled
      ? [
          ...this.#inside(partOfPath(scaled.address), scaled.address, scaled.value, { ...on, scale: scaled.scale }),
          { kind: 'other', part, output: scaled.output, before, after: before },
        ]
      : this.#inside(part, address, added, on)
    return [...this.#copies(added, before), ...inside, { kind: 'add', part, added, before, after }]
  }

  /** The value that a LayerScale multiplies, and its numbers, where one gives what stands at this address. */
  #scaled(address: string | undefined) {
    const output = address === undefined ? undefined : this.#names.values.get(address)
    const [value, scale] = (output && scaledBy(output)) ?? []
    const inner = value && this.#names.addressOf(value)
    return output && value && scale && inner !== undefined ? { output, value, scale, address: inner } : undefined
  }

  /** The norms through which a part reads the stream. */
  #copies(added: Node, before: Node): Stop[] {
    const streams = new Set(summedIn(before))
    return graphOf([added], { has: (node) => streams.has(node) }).flatMap((node) => {
      const norm = normOf(node)
      if (!norm || !streams.has(norm.input) || this.#seen.has(norm.factor) || this.#names.addressOf(node) === undefined)
        return []
      this.#seen.add(norm.factor)
      return { kind: 'normalise', of: 'copy', part: this.#partOf(node), norm, output: node, before, after: before }
    })
  }

  #inside(
    part: string,
    address: string | undefined,
    added: Node,
    { sum, scale, ...places }: Required<Omit<OnStream, 'part'>> & { readonly sum: Node; readonly scale?: Node },
  ): Stop[] {
    const on = { part, ...places }
    const at = (name: string): Node | undefined => this.#names.values.get(`${part}.${name}`)
    const output = (address === undefined ? undefined : this.#names.values.get(address)) ?? added
    const attention = this.#attention(at, output, on.before, scale)
    if (attention) return (['ask', 'answer', 'bring'] as const).map((kind) => ({ kind, attention, sum, ...on }))
    const hidden = at('hidden') ?? at('up')
    if (hidden && graphOf([output]).includes(hidden)) return [{ kind: 'hidden', hidden, output, sum, ...on }]
    return [{ kind: 'other', output, ...on }]
  }

  #attention(
    at: (name: string) => Node | undefined,
    output: Node,
    before: Node,
    scale: Node | undefined,
  ): AttentionNodes | undefined {
    const [query, key, value, pattern, mixed] = ['query', 'key', 'value', 'pattern', 'mixed'].map(at)
    if (!query || !key || !value || !pattern || !mixed) return undefined
    const product = summandsOf(output, this.#names, 'heads').find((summand) => summand.product?.x === mixed)?.product
    const streams = new Set(summedIn(before))
    const isAcross = !graphOf([key]).some((node) => streams.has(node))
    return { query, key, value, scores: at('scores'), pattern, mixed, output, product, scale, isAcross }
  }

  /** The path of the part that makes a value: that of its address, without its own name. */
  #partOf(node: Node): string {
    const address = this.#names.addressOf(node)
    return address === undefined ? (this.#names.placeOf(node) ?? '') : partOfPath(address)
  }
}
