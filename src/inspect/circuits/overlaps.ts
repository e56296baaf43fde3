// How much of what heads write other heads read, for all pairs at once and without a decomposition.
//
//   ‖L · R‖² = tr(Rᵀ Lᵀ L R) = ⟨Lᵀ L, R Rᵀ⟩        L = V · O:  Lᵀ L = Oᵀ (Vᵀ V) O        R = Q · Kᵀ:  R Rᵀ = Q (Kᵀ K) Qᵀ
//
// Lᵀ L says in which directions a head writes, R Rᵀ in which one reads: two tables of model × model, whose overlap is the sum of the
// products of their cells. So the overlaps of all pairs are one matrix product, whose inner axis is the cells of such a table. For a pair of
// heads of e numbers that is d² / 2 multiplications, since the tables are symmetric, in place of d · e². They are made tile by tile; none is
// ever whole.

import type { Engine, Graph, Program } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { dot, gather, input, multiply, parameter, rename, sum } from '../../tensor/primitives.ts'
import type { Matrix } from './matrix.ts'

export type CompositionKind = 'query' | 'key' | 'value'

/** The four matrices of a head, each with a row for every number of the stream: W_Q, W_K, W_V, W_Oᵀ. */
export type Projections = Readonly<Record<Role, Matrix>>
type Role = CompositionKind | 'output'

/** The side of a head that writes, and the three that read. */
type Side = CompositionKind | 'written'

/** The overlaps of all pairs of some heads. */
export interface Overlaps {
  /** ‖L · R‖², for every writer a row, for every reader a column. */
  readonly squares: ReadonlyMap<CompositionKind, Float64Array>
  /** ‖L‖² and ‖R‖² of each head. */
  readonly lengths: ReadonlyMap<Side, Float64Array>
}

/** X and Y of each side, whose table is X (Yᵀ Y) Xᵀ. */
const sides = {
  written: ['output', 'value'],
  query: ['query', 'key'],
  key: ['key', 'query'],
  value: ['value', 'output'],
} as const satisfies Record<Side, readonly [Role, Role]>

/** The most rows and columns of a tile. */
const most = 128

/** Reads the overlaps of heads again and again, as their weights change; compiles once. */
export class OverlapReader {
  readonly #engine: Engine
  readonly #kinds: readonly CompositionKind[]
  readonly #programs: Programs
  #kept: Kept | undefined

  constructor(engine: Engine, kinds: readonly CompositionKind[]) {
    this.#engine = engine
    this.#kinds = kinds
    this.#programs = new Programs(engine)
  }

  /**
   * The overlaps of all pairs of these heads, in the arithmetic of the engine: each time as many heads, of the same sizes.
   *
   * - `report`: the number of tiles that are done, and of all
   */
  async read(heads: readonly Projections[], report?: (done: number, of: number) => void): Promise<Overlaps> {
    const tiles = Math.ceil(heads[0].query.rows / most)
    const size = Math.ceil(heads[0].query.rows / tiles)
    this.#kept ??= keptFor(heads, tiles * size, ['written', ...this.#kinds])
    const { stacks, weighed } = this.#kept
    for (const role of roles) this.#engine.set(stacks[role], stacked(heads, role, stacks[role]))
    const lengths = await this.#weigh(this.#kept)
    const squares = new Map(this.#kinds.map((kind) => [kind, new Float64Array(heads.length ** 2)]))
    const program = await this.#programs.get('tile', () => tileGraph(stacks, weighed, size))
    for (const [number, { tile, of }] of tilesOf(tiles).entries()) {
      report?.(number, of)
      await addTile(program, squares, tile, size)
    }
    return { squares, lengths }
  }

  /** Makes X · (Yᵀ Y) of each side, which the engine keeps, and gives ‖X Yᵀ‖². */
  async #weigh(kept: Kept): Promise<ReadonlyMap<Side, Float64Array>> {
    const program = await this.#programs.get('weigh', () => weighGraph(kept))
    await program.run({})
    const lengths = new Map<Side, Float64Array>()
    for (const side of kept.weighed.keys()) lengths.set(side, Float64Array.from((await program.read(side)).data))
    return lengths
  }

  /** Gives back its programs and what the engine keeps for it. */
  async close(): Promise<void> {
    await this.#programs.close()
    if (this.#kept)
      for (const node of [...Object.values(this.#kept.stacks), ...this.#kept.weighed.values()])
        this.#engine.forget(node)
    this.#kept = undefined
  }
}

/** The tiles on the diagonal and beyond. */
function tilesOf(count: number): { tile: readonly [number, number]; of: number }[] {
  const of = (count * (count + 1)) / 2
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    Array.from({ length: count - i }, (_, j) => ({ tile: [i, i + j] as const, of })),
  )
}

async function addTile(
  program: Program,
  squares: ReadonlyMap<string, Float64Array>,
  [row, column]: readonly [number, number],
  size: number,
): Promise<void> {
  const places = (tile: number): number[] => Array.from({ length: size }, (_, i) => tile * size + i)
  await program.run({ rows: places(row), columns: places(column) })
  for (const [kind, sums] of squares) {
    const { data } = await program.read(kind)
    // The tables are symmetric: a tile beside the diagonal stands for two.
    const times = row === column ? 1 : 2
    for (let cell = 0; cell < sums.length; cell++) sums[cell] += times * data[cell]
  }
}

type Stack = Tensor<'head' | 'model' | 'key'>

/** Everything that the engine keeps: the matrices of all heads, and X · (Yᵀ Y) of each side. */
interface Kept {
  readonly stacks: Readonly<Record<Role, Stack>>
  readonly weighed: ReadonlyMap<Side, Stack>
}

const roles: readonly Role[] = ['query', 'key', 'value', 'output']

/** Room for the matrices of all heads, as wide as the widest, with zeros behind the rows that there are. */
function keptFor(heads: readonly Projections[], model: number, asked: readonly Side[]): Kept {
  const width = (roles: readonly Role[]): number =>
    Math.max(...roles.flatMap((role) => heads.map((head) => head[role].columns)))
  const widths = { query: width(['query', 'key']), value: width(['value', 'output']) }
  const stack = (key: number): Stack => parameter({ head: heads.length, model, key }, 'zeros')
  const stacks = {
    query: stack(widths.query),
    key: stack(widths.query),
    value: stack(widths.value),
    output: stack(widths.value),
  }
  return { stacks, weighed: new Map(asked.map((side) => [side, stack(sizeOf(stacks[sides[side][0]].axes, 'key'))])) }
}

/** The matrices of one role, one behind the other, as a stack has them. */
function stacked(heads: readonly Projections[], role: Role, { axes }: Stack): Float32Array {
  const [model, key] = [sizeOf(axes, 'model'), sizeOf(axes, 'key')]
  const cells = new Float32Array(heads.length * model * key)
  for (const [number, head] of heads.entries()) {
    const { rows, columns, data } = head[role]
    const start = number * model * key
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) cells[start + row * key + column] = data[row * columns + column]
  }
  return cells
}

/** X · (Yᵀ Y) of each side, and ‖X Yᵀ‖² = ⟨Xᵀ X, Yᵀ Y⟩. */
function weighGraph({ stacks, weighed }: Kept): Graph {
  const inside = (stack: Stack): Tensor<'head' | 'key' | 'other'> => dot(stack, rename(stack, 'key', 'other'), 'model')
  const updates = new Map<Node, Node>()
  const outputs: Record<string, Node> = {}
  for (const [side, kept] of weighed) {
    const [x, y] = sides[side].map((role) => stacks[role])
    updates.set(kept, rename(dot(x, inside(y), 'key'), 'other', 'key'))
    outputs[side] = sum(multiply(inside(x), inside(y)), 'key', 'other')
  }
  return { outputs, updates }
}

/** The graph of what one tile adds to every overlap. */
function tileGraph(stacks: Readonly<Record<Role, Stack>>, weighed: ReadonlyMap<Side, Stack>, size: number): Graph {
  const model = sizeOf(stacks.query.axes, 'model')
  const rows = input('rows', { row: size }, { below: model })
  const columns = input('columns', { column: size }, { below: model })
  const tables = new Map(
    [...weighed].map(([side, stack]) => {
      const [x] = sides[side].map((role) => stacks[role])
      return [side, dot(gather(x, rows, 'model'), gather(stack, columns, 'model'), 'key')] as const
    }),
  )
  const outputs: Record<string, Node> = {}
  const written = tables.get('written')
  for (const [side, table] of tables)
    if (written && side !== 'written') outputs[side] = dot(written, rename(table, 'head', 'reader'), 'row', 'column')
  return { outputs }
}
