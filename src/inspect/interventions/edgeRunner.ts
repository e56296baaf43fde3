// Many sets of edges of one model by one program: each row of the batch is a set of edges in which another text stands.
//
//   reader's stream ← stream + Σ_writers chosen · (write of the other text − write)
//
// `chosen` is an input along "batch", "writer" and the heads that read. Where one edge is patched, what it replaces is what the text
// itself writes, which no row changes: the difference is given. Where many are, a writer may read what others changed, and what it
// writes then is taken from the graph.

import { type Engine, type Program, runWith } from '../../engine/engine.ts'
import type { InputValues } from '../../model/inputValues.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { contract, expand, input, multiply, rename, subtract } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { type Edge, endsOf, placesInGroups } from './chosenEdges.ts'
import { inEveryRow, sizesOf, valueInEveryRow } from './inEveryRow.ts'
import { type StreamChange, withOwnStreams } from './ownStreams.ts'
import { type ReaderGroup, type StreamEdges, streamEdges, writesOf } from './streamEdges.ts'
import { axesOfChange, streamAxes, writesAxes } from './writes.ts'

interface Settings {
  readonly engine: Engine
  /** Those of a pass with so many rows. */
  readonly names: Names
  readonly rows: number
  readonly asker: string
  /** The groups of readers that are changed at all, by number. */
  readonly readers: ReadonlySet<number>
  readonly metric: (names: Names) => Node
  readonly isScaleHeld?: boolean | undefined
  /** True where a row replaces several edges: what a writer writes is then taken from the graph. */
  readonly isLive?: boolean
  /** The number of the group whose stream is given as 'start', so that nothing that stands before it is computed. */
  readonly start?: number | undefined
}

export class EdgeRunner {
  readonly #program: Program
  readonly #edges: StreamEdges
  readonly #rows: number
  /** True if writes are taken from the graph: then each writer of a reader has a choice of its own too. */
  readonly #isLive: boolean

  private constructor(program: Program, edges: StreamEdges, rows: number, isLive: boolean) {
    this.#program = program
    this.#edges = edges
    this.#rows = rows
    this.#isLive = isLive
  }

  static async of({
    engine,
    names,
    rows,
    asker,
    readers,
    metric,
    isScaleHeld,
    isLive = false,
    start,
  }: Settings): Promise<EdgeRunner> {
    const edges = streamEdges(names, asker)
    const changed = edges.readers.filter((_, number) => readers.has(number))
    const given = input('writes', writesAxes(edges))
    const change: StreamChange = (reader, live) => {
      const sum = expand(contract(chosenAll(edges, reader, rows), given, ['writer']), axesOfChange(edges, reader))
      if (!isLive) return sum
      return reader.writers.reduce(
        (rest, writer) => subtract(rest as Tensor, liveWrite(edges, reader, writer, rows, live) as Tensor),
        sum,
      )
    }
    const own = withOwnStreams(names, changed, change, { isScaleHeld })
    const carried = start === undefined ? own : begunAt(own, edges.readers[start].stream)
    const program = await engine.compile({ outputs: { metric: metric(carried) }, names: carried })
    return new EdgeRunner(program, edges, rows, isLive)
  }

  /**
   * The metric of each set of edges over one example.
   *
   * - `inputs`: the text; where the runner begins later also 'start', the stream there
   * - `writes`: those of the other text, less those of this one where sets are of one edge
   */
  async run(
    inputs: InputValues,
    writes: Float32Array,
    sets: readonly (readonly Edge[])[],
    report: (done: number) => void = () => {},
  ): Promise<number[]> {
    const { start, ...text } = inputs
    const rows = { ...inEveryRow(text, this.#rows), ...(start && { start }) }
    const found: number[] = []
    for (let from = 0; from < sets.length; from += this.#rows) {
      const now = sets.slice(from, from + this.#rows)
      await runWith(this.#program, { ...rows, writes, ...this.#choices(now) })
      found.push(...(await this.#program.read('metric')).data.slice(0, now.length))
      report(found.length)
    }
    return found
  }

  close(): Promise<void> {
    return this.#program.close()
  }

  #choices(sets: readonly (readonly Edge[])[]): Record<string, Float32Array> {
    const { writers, readers } = this.#edges
    const count = endsOf(writers).length
    const [writerGroups, readerGroups] = [placesInGroups(writers), placesInGroups(readers)]
    const choices: Record<string, Float32Array> = {}
    for (const [number, { ends, writers: own }] of readers.entries()) {
      choices[allName(number)] = new Float32Array(this.#rows * count * ends.length)
      if (this.#isLive)
        for (const writer of own)
          choices[liveName(writer, number)] = new Float32Array(this.#rows * writers[writer].ends.length * ends.length)
    }
    for (const [row, set] of sets.entries())
      for (const { writer, reader } of set) {
        const [to, from] = [readerGroups[reader], writerGroups[writer]]
        const width = readers[to.group].ends.length
        choices[allName(to.group)][(row * count + writer) * width + to.place] = 1
        if (!this.#isLive) continue
        const size = writers[from.group].ends.length
        choices[liveName(from.group, to.group)][(row * size + from.place) * width + to.place] = 1
      }
    return choices
  }
}

const allName = (reader: number): string => `chosen ${reader}`
const liveName = (writer: number, reader: number): string => `chosen ${writer} to ${reader}`

function chosenAll(edges: StreamEdges, reader: ReaderGroup, rows: number): Node {
  const { writer } = writesAxes(edges)
  return input(allName(edges.readers.indexOf(reader)), { batch: rows, writer, ...sizesOf(reader.along) })
}

/** The names of a graph that begins with the numbers of a stream, which are the same in all rows. */
function begunAt(names: Names, stream: Node): Names {
  const start = valueInEveryRow('start', stream.axes)
  const rewriting = new Rewriting((node) => (node === stream ? start : undefined))
  return names.carried((node) => rewriting.of(node))
}

/** Σ chosen · write over the writers of a group, as the graph has them now. */
function liveWrite(
  edges: StreamEdges,
  reader: ReaderGroup,
  writer: number,
  rows: number,
  live: (node: Node) => Node,
): Node {
  const group = edges.writers[writer]
  const from = group.along.map(({ name, size }) => ({ name: `from ${name}`, size }))
  const chosen = input(liveName(writer, edges.readers.indexOf(reader)), {
    batch: rows,
    ...sizesOf(from),
    ...sizesOf(reader.along),
  })
  const write = group.along.reduce<Node>(
    (node, { name }) => rename(node as Tensor, name, `from ${name}`),
    live(writesOf(group, streamAxes(edges))),
  )
  const summed =
    from.length === 0
      ? multiply(chosen as Tensor, write as Tensor)
      : contract(
          chosen,
          write,
          from.map(({ name }) => name),
        )
  return expand(summed, axesOfChange(edges, reader))
}
