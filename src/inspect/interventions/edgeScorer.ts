// The scores of all edges of a text, by one gradient: the model is built so that each reader could be given an amount of each write
// besides, amounts of 0, and the metric's gradient with respect to an amount is the write times the gradient of the reader's stream.

import { type Engine, type Program, runWith } from '../../engine/engine.ts'
import { type Axis, cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { contract, expand, input, sum } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { endsOf, startsOf } from './chosenEdges.ts'
import { sizesOf } from './inEveryRow.ts'
import type { PairMetric } from './metric.ts'
import { withOwnStreams } from './ownStreams.ts'
import { slopesAt } from './slopesAt.ts'
import { embeddedPath, type StreamEdges } from './streamEdges.ts'
import { axesOfChange, difference, type Writes, writesAxes } from './writes.ts'

/** The scores of one pair. */
export interface PairScores {
  readonly base: number
  readonly other: number
  /** By reader and writer. */
  readonly edges: readonly Float64Array[]
  readonly writers: Float64Array
}

/** Scores the edges of texts of one size; compiles once. */
export class EdgeScorer {
  readonly #program: Program
  readonly #edges: StreamEdges
  /** The path of the value with which the stream begins. */
  readonly #start: string

  private constructor(program: Program, edges: StreamEdges, start: string) {
    this.#program = program
    this.#edges = edges
    this.#start = start
  }

  /** `names`: those of a pass over one example. */
  static async of({
    engine,
    names,
    edges,
    metric,
  }: {
    readonly engine: Engine
    readonly names: Names
    readonly edges: StreamEdges
    readonly metric: PairMetric
  }): Promise<EdgeScorer> {
    const { readers, writers } = edges
    const { writer, ...stream } = writesAxes(edges)
    const changes = input('changes', { writer, ...stream })
    const amounts = readers.map(({ along }, i) => input(`amounts ${i}`, { writer, ...sizesOf(along) }) as Node)
    const own = withOwnStreams(names, readers, (reader) =>
      expand(contract(amounts[readers.indexOf(reader)], changes, ['writer']), axesOfChange(edges, reader)),
    )
    const start = embeddedPath(names)
    const embedded = names.valueAt(start)
    const between = new Node({ kind: 'input', name: 'embedded' }, [], embedded.axes)
    const rewriting = new Rewriting((node) => (node === embedded ? between : undefined))
    const carried = own.carried((node) => rewriting.of(node))
    const value = metric.of(carried)
    const paths = [...new Set(writers.map(({ path }) => path))]
    const slopes = slopesAt(sum(value as Tensor<'batch'>, 'batch'), [
      ...amounts,
      ...paths.map((path) => carried.valueAt(path)),
    ])
    const outputs = Object.fromEntries([
      ['metric', value],
      ...readers.map((_, i) => [`scores ${i}`, slopes[i]] as const),
      ...paths.map((path, i) => [`∂ ${path}`, slopes[readers.length + i]] as const),
    ])
    return new EdgeScorer(await engine.compile({ outputs, names: carried }), edges, start)
  }

  async scores(
    inputs: Readonly<Record<string, ArrayLike<number>>>,
    { here, there, steps }: { readonly here: Writes; readonly there: Writes; readonly steps: number },
    report: (done: number) => void,
  ): Promise<PairScores> {
    const { readers, writers } = this.#edges
    const count = endsOf(writers).length
    const given = {
      ...inputs,
      changes: difference(there.writes, here.writes),
      ...Object.fromEntries(readers.map(({ ends }, i) => [`amounts ${i}`, new Float32Array(count * ends.length)])),
    }
    const [from, to] = [here, there].map(({ values }) => values.get(this.#start) as Float32Array)
    const run = (share: number): Promise<void> =>
      runWith(this.#program, { ...given, embedded: from.map((each, i) => each + share * (to[i] - each)) })
    const metric = async (): Promise<number> => (await this.#program.read('metric')).data[0]
    const edges = endsOf(readers).map(() => new Float64Array(count))
    const own = new Float64Array(count)
    let base = 0
    for (let k = 0; k < steps; k++) {
      await run(k / steps)
      if (k === 0) base = await metric()
      await this.#addEdges(edges, steps)
      await this.#addWriters(own, steps, { here, there })
      report(k + 1)
    }
    await run(1)
    return { base, other: await metric(), edges, writers: own }
  }

  close(): Promise<void> {
    return this.#program.close()
  }

  async #addEdges(edges: readonly Float64Array[], steps: number): Promise<void> {
    const { readers } = this.#edges
    const starts = startsOf(readers)
    for (const [group, { ends }] of readers.entries()) {
      const { data } = await this.#program.read(`scores ${group}`)
      data.forEach((score, cell) => {
        edges[starts[group] + (cell % ends.length)][Math.floor(cell / ends.length)] += score / steps
      })
    }
  }

  async #addWriters(
    own: Float64Array,
    steps: number,
    { here, there }: { readonly here: Writes; readonly there: Writes },
  ): Promise<void> {
    const { writers } = this.#edges
    const starts = startsOf(writers)
    for (const [group, { path, along }] of writers.entries()) {
      const { axes, data } = await this.#program.read(`∂ ${path}`)
      const [a, b] = [here.values.get(path) as Float32Array, there.values.get(path) as Float32Array]
      const placeOf = placeAlong(axes, along)
      data.forEach((slope, cell) => {
        own[starts[group] + placeOf(cell)] += (slope * (b[cell] - a[cell])) / steps
      })
    }
  }
}

/** For a cell of a value, counted row-major, the place along some of its axes, the last of which runs fastest. */
function placeAlong(axes: readonly Axis[], along: readonly Axis[]): (cell: number) => number {
  const steps = along.map(({ name, size }) => ({
    size,
    step: cells(axes.slice(axes.findIndex((axis) => axis.name === name) + 1)),
  }))
  return (cell) => steps.reduce((place, { size, step }) => place * size + (Math.floor(cell / step) % size), 0)
}
