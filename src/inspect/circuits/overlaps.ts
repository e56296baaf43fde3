// How much of what heads write other heads read, for all pairs at once and without a decomposition.
//
//   ‖L · R‖² = tr(Rᵀ Lᵀ L R) = ⟨Lᵀ L, R Rᵀ⟩        L = V · O:  Lᵀ L = Oᵀ (Vᵀ V) O        R = Q · Kᵀ:  R Rᵀ = Q (Kᵀ K) Qᵀ
//
// Lᵀ L says in which directions a head writes, R Rᵀ in which one reads: two tables of model × model, whose overlap is the sum of the
// products of their cells. So the overlaps of all pairs are one matrix product, whose inner axis is the cells of such a table. For a pair of
// heads of e numbers that is d² / 2 multiplications, since the tables are symmetric, in place of d · e². They are made tile by tile; none is
// ever whole.

import type { Engine, Program } from '../../engine/engine.ts'
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

/**
 * The overlaps of all pairs of heads, in the arithmetic of the engine.
 *
 * - `report`: the number of tiles that are done, and of all
 */
export async function overlapsOf(
  engine: Engine,
  heads: readonly Projections[],
  kinds: readonly CompositionKind[],
  report?: (done: number, of: number) => void,
): Promise<Overlaps> {
  const tiles = Math.ceil(heads[0].query.rows / most)
  const size = Math.ceil(heads[0].query.rows / tiles)
  const stacks = stacksOf(engine, heads, tiles * size)
  const kept: Node[] = Object.values(stacks)
  try {
    const { lengths, weighed } = await weigh(engine, stacks, ['written', ...kinds])
    kept.push(...weighed.values())
    const squares = new Map(kinds.map((kind) => [kind, new Float64Array(heads.length ** 2)]))
    const program = await tileProgram(engine, stacks, weighed, size)
    try {
      for (const [number, { tile, of }] of tilesOf(tiles).entries()) {
        report?.(number, of)
        await addTile(program, squares, tile, size)
      }
    } finally {
      await program.close()
    }
    return { squares, lengths }
  } finally {
    for (const node of kept) engine.forget(node)
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

/** The matrices of all heads in the engine, as wide as the widest, with zeros behind the rows that there are. */
function stacksOf(engine: Engine, heads: readonly Projections[], model: number): Readonly<Record<Role, Stack>> {
  const width = (roles: readonly Role[]): number =>
    Math.max(...roles.flatMap((role) => heads.map((head) => head[role].columns)))
  const widths = { query: width(['query', 'key']), value: width(['value', 'output']) }
  const stack = (role: Role, key: number): Stack => {
    const node = parameter({ head: heads.length, model, key }, 'zeros')
    const cells = new Float32Array(heads.length * model * key)
    for (const [number, head] of heads.entries()) {
      const { columns, data } = head[role]
      const start = number * model * key
      for (let i = 0; i < data.length; i++) cells[start + Math.floor(i / columns) * key + (i % columns)] = data[i]
    }
    engine.set(node, cells)
    return node
  }
  return {
    query: stack('query', widths.query),
    key: stack('key', widths.query),
    value: stack('value', widths.value),
    output: stack('output', widths.value),
  }
}

/** X · (Yᵀ Y) of each side, which the engine keeps, and ‖X Yᵀ‖² = ⟨Xᵀ X, Yᵀ Y⟩. */
async function weigh(engine: Engine, stacks: Readonly<Record<Role, Stack>>, asked: readonly Side[]) {
  const inside = (stack: Stack): Tensor<'head' | 'key' | 'other'> => dot(stack, rename(stack, 'key', 'other'), 'model')
  const weighed = new Map<Side, Stack>()
  const updates = new Map<Node, Node>()
  const outputs: Record<string, Node> = {}
  for (const side of asked) {
    const [x, y] = sides[side].map((role) => stacks[role])
    const [head, model, key] = x.axes
    const kept = parameter({ head: head.size, model: model.size, key: key.size }, 'zeros')
    weighed.set(side, kept)
    updates.set(kept, rename(dot(x, inside(y), 'key'), 'other', 'key'))
    outputs[side] = sum(multiply(inside(x), inside(y)), 'key', 'other')
  }
  const program = await engine.compile({ outputs, updates })
  try {
    await program.run({})
    const lengths = new Map<Side, Float64Array>()
    for (const side of asked) lengths.set(side, Float64Array.from((await program.read(side)).data))
    return { lengths, weighed }
  } finally {
    await program.close()
  }
}

/** The program that gives what one tile adds to every overlap. */
function tileProgram(
  engine: Engine,
  stacks: Readonly<Record<Role, Stack>>,
  weighed: ReadonlyMap<Side, Stack>,
  size: number,
): Promise<Program> {
  const model = stacks.query.axes[1].size
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
  return engine.compile({ outputs })
}
