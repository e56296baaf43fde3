// What every engine does with parameters: filled, read, copied by rows, kept as bf16, and what it refuses. Each case says what
// came of it and what should have; so they run in Node and in a page alike.

import type { Engine } from '../../src/engine/engine.ts'
import type { Box, Lent } from '../../src/engine/lent.ts'
import { fromBfloat16, toBfloat16 } from '../../src/engine/storage.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { trace } from '../../src/tensor/pass.ts'
import { add, multiply, parameter } from '../../src/tensor/primitives.ts'

export interface ParameterCase {
  readonly name: string
  /** What the engine did, and what is right; both as JSON could hold them. */
  run(engine: Engine): Promise<{ readonly actual: unknown; readonly expected: unknown }>
}

const shapes: readonly Readonly<Record<string, number>>[] = [
  {},
  { a: 1 },
  { a: 7 },
  { a: 3, b: 5 },
  { a: 4, b: 8 },
  { a: 3, b: 1, c: 6 },
  { a: 1, b: 1, c: 1 },
  { a: 2, b: 3, c: 37 },
  { a: 5, b: 2, c: 1 },
]

const newParameter = (sizes: Readonly<Record<string, number>>): Tensor<string> => parameter({ ...sizes })
const sizesOf = ({ axes }: Node): number[] => axes.map(({ size }) => size)
const countOf = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1)
/** Numbers that bf16 holds as well. */
const numbers = (count: number, from = 1): number[] => Array.from({ length: count }, (_, i) => (from + i) % 128)

/** The places of a box, each with its cell among all of the parameter. */
function* placesOf(sizes: readonly number[], { from, sizes: own }: Box): Generator<{ at: number[]; cell: number }> {
  for (let i = 0; i < countOf(own); i++) {
    const at = own.map((size, axis) => Math.floor(i / countOf(own.slice(axis + 1))) % size)
    yield { at, cell: at.reduce((cell, place, axis) => cell * sizes[axis] + from[axis] + place, 0) }
  }
}

const placeIn = ({ strides }: Lent, at: readonly number[]): number =>
  at.reduce((sum, place, axis) => sum + place * strides[axis], 0)

const whole = (sizes: readonly number[]): Box => ({ from: sizes.map(() => 0), sizes })

/** Writes into what is lent of a box; `values` has a number for every cell of the parameter. */
function writeInto(room: Lent, sizes: readonly number[], box: Box, values: readonly number[]): void {
  for (const { at, cell } of placesOf(sizes, box))
    room.data[placeIn(room, at)] = room.type === 'bf16' ? toBfloat16(values[cell]) : values[cell]
}

/** Puts what is lent of a box where it belongs among all cells. */
function readFrom(held: Lent, sizes: readonly number[], box: Box, into: number[]): void {
  for (const { at, cell } of placesOf(sizes, box)) {
    const number = held.data[placeIn(held, at)]
    into[cell] = held.type === 'bf16' ? fromBfloat16(number) : number
  }
}

/** Boxes that cover all cells once, each at most so long on every axis. */
function boxesOf(sizes: readonly number[], most: number): Box[] {
  let boxes: Box[] = [{ from: [], sizes: [] }]
  for (const size of sizes)
    boxes = boxes.flatMap((box) =>
      Array.from({ length: Math.ceil(size / most) }, (_, i) => ({
        from: [...box.from, i * most],
        sizes: [...box.sizes, Math.min(most, size - i * most)],
      })),
    )
  return boxes
}

/** As `body` says, for every shape; what is wrong is wrong in one of them. */
const forShapes = async (
  body: (sizes: readonly number[], node: Node) => Promise<{ actual: unknown; expected: unknown }>,
) => {
  const all = []
  for (const shape of shapes) all.push(await body(Object.values(shape), newParameter(shape)))
  return { actual: all.map(({ actual }) => actual), expected: all.map(({ expected }) => expected) }
}

const got = async (engine: Engine, node: Node): Promise<number[]> => [...(await engine.get(node))]

/** A matrix of 3 by 7 thirds that is kept as bf16, and what they are rounded to. */
function roundedThirds(engine: Engine): { readonly node: Tensor<string>; readonly rounded: readonly number[] } {
  const node = newParameter({ a: 3, b: 7 })
  engine.keep(node, 'bf16')
  const thirds = numbers(21).map((value) => value / 3)
  engine.set(node, thirds)
  return { node, rounded: thirds.map((value) => fromBfloat16(toBfloat16(value))) }
}

const values: readonly ParameterCase[] = [
  {
    name: 'a parameter that nobody set is zeros',
    run: (engine) =>
      forShapes(async (sizes, node) => ({
        actual: await got(engine, node),
        expected: numbers(countOf(sizes)).fill(0),
      })),
  },
  {
    name: 'what is set is read, as lists and as arrays, and the list may be changed at once',
    run: (engine) =>
      forShapes(async (sizes, node) => {
        const expected = numbers(countOf(sizes))
        const actual = []
        for (const given of [[...expected], Float32Array.from(expected), Float64Array.from(expected)]) {
          engine.set(node, numbers(expected.length).fill(-1))
          engine.set(node, given)
          given.fill(9)
          actual.push(await got(engine, node))
        }
        return { actual, expected: [expected, expected, expected] }
      }),
  },
  {
    name: 'all cells are filled and read at once',
    run: (engine) =>
      forShapes(async (sizes, node) => {
        const expected = numbers(countOf(sizes))
        await engine.fill(node, (room) => writeInto(room, sizes, whole(sizes), expected))
        const actual: number[] = []
        await engine.read(node, (held) => readFrom(held, sizes, whole(sizes), actual))
        return { actual: [actual, await got(engine, node)], expected: [expected, expected] }
      }),
  },
  ...[1, 2, 3, 5].map(
    (most): ParameterCase => ({
      name: `boxes of at most ${most} on every axis are filled and read, one after the other`,
      run: (engine) =>
        forShapes(async (sizes, node) => {
          const expected = numbers(countOf(sizes))
          const actual: number[] = []
          const boxes = boxesOf(sizes, most)
          for (const box of boxes.toReversed())
            await engine.fill(node, (room) => writeInto(room, sizes, box, expected), box)
          for (const box of boxes) await engine.read(node, (held) => readFrom(held, sizes, box, actual), box)
          return { actual: [actual, await got(engine, node)], expected: [expected, expected] }
        }),
    }),
  ),
  {
    name: 'what is around a box stays as it was',
    async run(engine) {
      const node = newParameter({ a: 4, b: 3, c: 7 })
      const sizes = sizesOf(node)
      const expected = numbers(84)
      engine.set(node, expected)
      const box = { from: [1, 1, 2], sizes: [2, 2, 4] }
      await engine.fill(node, (room) => writeInto(room, sizes, box, numbers(84).fill(100)), box)
      for (const { cell } of placesOf(sizes, box)) expected[cell] = 100
      return { actual: await got(engine, node), expected }
    },
  },
  {
    name: 'what is lent holds good while its borrower waits, whatever else is set aside',
    async run(engine) {
      const [node, more] = [newParameter({ a: 5, b: 3 }), [1, 2].map(() => newParameter({ a: 1 << 18 }))]
      const box = { from: [1, 0], sizes: [3, 3] }
      const expected = numbers(15).fill(0, 12).fill(0, 0, 3)
      const waited = async (i: number): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve))
        engine.keep(more[i], 'f32')
        await new Promise((resolve) => setTimeout(resolve))
      }
      const write = async (room: Lent): Promise<void> => {
        await waited(0)
        writeInto(room, [5, 3], box, expected)
      }
      await engine.fill(node, write, box)
      const actual = numbers(15).fill(0)
      const use = async (held: Lent): Promise<string> => {
        await waited(1)
        readFrom(held, [5, 3], box, actual)
        return 'done'
      }
      const said = await engine.read(node, use, box)
      for (const each of more) engine.forget(each)
      return { actual: [said, actual, await got(engine, node)], expected: ['done', expected, expected] }
    },
  },
  {
    name: 'programs see what was filled, and what they make is read in boxes',
    async run(engine) {
      const [node, factor] = [newParameter({ a: 3, b: 5 }), newParameter({ a: 3 })]
      const next = add(multiply(node, factor), 1)
      const program = await engine.compile({ outputs: { next }, updates: new Map([[node, next]]) })
      const box = { from: [1, 1], sizes: [2, 3] }
      engine.set(factor, [1, 2, 3])
      await engine.fill(node, (room) => writeInto(room, [3, 5], box, numbers(15)), box)
      await program.run({})
      const made = [...(await program.read('next')).data]
      const actual = numbers(15).fill(0)
      for (const each of boxesOf([3, 5], 2))
        await engine.read(node, (held) => readFrom(held, [3, 5], each, actual), each)
      await program.close()
      const expected = numbers(15).map((value, i) => {
        const [row, column] = [Math.floor(i / 5), i % 5]
        return row >= 1 && column >= 1 && column < 4 ? value * (row + 1) + 1 : 1
      })
      return { actual: [made, actual], expected: [expected, expected] }
    },
  },
  {
    name: 'programs compute with what a matrix is rounded to',
    async run(engine) {
      const { node, rounded } = roundedThirds(engine)
      const program = await engine.compile({ outputs: { doubled: multiply(node, 2) } })
      await program.run({})
      const { data } = await program.read('doubled')
      await program.close()
      return { actual: [...data], expected: rounded.map((value) => 2 * value) }
    },
  },
  {
    name: 'a matrix is kept as bf16, rounded to the nearest, filled and read in boxes',
    async run(engine) {
      const { node, rounded: before } = roundedThirds(engine)
      const rounded = [...before]
      const first = await got(engine, node)
      const box = { from: [1, 2], sizes: [2, 5] }
      await engine.fill(node, (room) => writeInto(room, [3, 7], box, numbers(21)), box)
      for (const { cell } of placesOf([3, 7], box)) rounded[cell] = numbers(21)[cell]
      const actual = numbers(21)
      for (const each of boxesOf([3, 7], 2))
        await engine.read(node, (held) => readFrom(held, [3, 7], each, actual), each)
      return { actual: [first, await got(engine, node), actual.map(Math.fround)], expected: [before, rounded, rounded] }
    },
  },
]

/** Rows (a, b, …) whose first `length` places were copied as `rows` says. */
function copied(
  from: readonly number[],
  fromSizes: readonly number[],
  rows: readonly number[],
  length: number,
): number[][] {
  const [, places, ...rest] = fromSizes
  const width = countOf(rest)
  return rows.map((row) => from.slice(row * places * width, row * places * width + length * width))
}

/** The first places of every row. */
async function firstPlaces(engine: Engine, node: Node, length: number): Promise<number[][]> {
  const sizes = sizesOf(node)
  return copied(await got(engine, node), sizes, [...Array(sizes[0]).keys()], length)
}

const orders = [
  [0, 1, 2, 3, 4],
  [1, 0, 3, 2, 4],
  [4, 4, 4, 4, 4],
  [1, 2, 3, 4, 0],
  [0, 0, 1, 1, 2],
]

const rows: readonly ParameterCase[] = [
  {
    name: 'rows change places within parameters',
    async run(engine) {
      const [actual, expected] = [[] as number[][][], [] as number[][][]]
      for (const order of orders)
        for (const rest of [{}, { c: 3 }, { c: 2, d: 5 }] as Record<string, number>[])
          for (const length of [0, 1, 4]) {
            const pair = [newParameter({ a: 5, b: 4, ...rest }), newParameter({ a: 5, b: 4, ...rest })]
            const sizes = sizesOf(pair[0])
            for (const [i, node] of pair.entries()) engine.set(node, numbers(countOf(sizes), i))
            await engine.copyRows(
              pair.map((node) => ({ from: node, to: node })),
              order,
              length,
            )
            for (const [i, node] of pair.entries()) {
              actual.push(await firstPlaces(engine, node, length))
              expected.push(copied(numbers(countOf(sizes), i), sizes, order, length))
            }
          }
      return { actual, expected }
    },
  },
  {
    name: 'rows become rows of another parameter, which may have more of them, and longer ones',
    async run(engine) {
      const [actual, expected] = [[] as number[][][], [] as number[][][]]
      for (const [count, places] of [
        [6, 4],
        [6, 7],
        [2, 3],
      ]) {
        const [from, to] = [newParameter({ a: 3, b: 4, c: 3 }), newParameter({ a: count, b: places, c: 3 })]
        engine.set(from, numbers(36))
        const order = Array.from({ length: count }, (_, i) => (2 * i + 1) % 3)
        await engine.copyRows([{ from, to }], Int32Array.from(order), 3)
        actual.push(await firstPlaces(engine, to, 3), [await got(engine, from)])
        expected.push(copied(numbers(36), [3, 4, 3], order, 3), [numbers(36)])
      }
      return { actual, expected }
    },
  },
  {
    name: 'rows of what is kept as bf16 are copied too',
    async run(engine) {
      const node = newParameter({ a: 5, b: 4, c: 3 })
      engine.keep(node, 'bf16')
      engine.set(node, numbers(60))
      await engine.copyRows([{ from: node, to: node }], orders[1], 4)
      return { actual: await firstPlaces(engine, node, 4), expected: copied(numbers(60), [5, 4, 3], orders[1], 4) }
    },
  },
  {
    name: 'rows are not copied between what is kept in two ways',
    async run(engine) {
      const [from, to] = [newParameter({ batch: 3, source: 4 }), newParameter({ batch: 3, source: 4 })]
      engine.keep(to, 'bf16')
      const type = await engine.read(from, (held) => held.type)
      return {
        actual: await messageOf(() => engine.copyRows([{ from, to }], [0, 1, 2], 4)),
        expected: `copyRows: the parameter (batch 3, source 4) is kept as ${type}, but the parameter (batch 3, source 4) as bf16; keep both alike.`,
      }
    },
  },
  {
    name: 'programs go on with rows that were copied',
    async run(engine) {
      const node = newParameter({ a: 5, b: 3 })
      const program = await engine.compile({ outputs: {}, updates: new Map([[node, multiply(node, 2)]]) })
      engine.set(node, numbers(15))
      await program.run({})
      await engine.copyRows([{ from: node, to: node }], orders[3], 3)
      await program.run({})
      await program.close()
      const expected = copied(
        numbers(15).map((value) => 4 * value),
        [5, 3],
        orders[3],
        3,
      )
      return { actual: await firstPlaces(engine, node, 3), expected }
    },
  },
]

const messageOf = async (fails: () => unknown): Promise<string> => {
  try {
    await fails()
    return 'nothing was thrown'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const nothing = (): void => {}

const errors: readonly (readonly [what: string, fails: (engine: Engine) => unknown, expected: string])[] = [
  [
    'too few numbers',
    (engine) => engine.set(newParameter({ a: 3, b: 2 }), [1, 2, 3, 4, 5]),
    'set: the parameter (a 3, b 2) has 6 cells, but 5 numbers were given.',
  ],
  [
    'places behind the last',
    (engine) => engine.fill(newParameter({ a: 3, b: 5 }), nothing, { from: [0, 2], sizes: [3, 4] }),
    'fill: 4 places from 2 on are asked for on axis "b" of the parameter (a 3, b 5), which has the places 0..4.',
  ],
  [
    'no places',
    (engine) => engine.read(newParameter({ a: 3, b: 5 }), nothing, { from: [1, 0], sizes: [0, 5] }),
    'read: 0 places from 1 on are asked for on axis "a" of the parameter (a 3, b 5), which has the places 0..2.',
  ],
  [
    'half a place',
    (engine) => engine.read(newParameter({ a: 3 }), nothing, { from: [0.5], sizes: [1] }),
    'read: 1 places from 0.5 on are asked for on axis "a" of the parameter (a 3), which has the places 0..2.',
  ],
  [
    'a box of another shape',
    (engine) => engine.fill(newParameter({ a: 3, b: 5 }), nothing, { from: [1], sizes: [1] }),
    'fill: the box has 1 first places and 1 sizes, but the parameter (a 3, b 5) has 2 axes; give one for each.',
  ],
  [
    'what the writer throws',
    (engine) =>
      engine.fill(newParameter({ a: 3 }), () => {
        throw new Error('no file')
      }),
    'no file',
  ],
  [
    'what the reader rejects with',
    (engine) => engine.read(newParameter({ a: 3 }), () => Promise.reject(new Error('disk full'))),
    'disk full',
  ],
  [
    'rows that are not there',
    (engine) => {
      const node = newParameter({ batch: 3, source: 4, key: 2 })
      return engine.copyRows([{ from: node, to: node }], [0, 3, 1], 2)
    },
    'copyRows: row 1 is to become what row 3 is, but the parameter (batch 3, source 4, key 2) has the rows 0..2.',
  ],
  [
    'too few rows',
    (engine) => {
      const node = newParameter({ batch: 3, source: 4, key: 2 })
      return engine.copyRows([{ from: node, to: node }], [0, 1], 2)
    },
    'copyRows: the parameter (batch 3, source 4, key 2) has 3 rows, but 2 are given; say of each what it becomes.',
  ],
  [
    'rows that are too short',
    (engine) => {
      const [from, to] = [newParameter({ batch: 3, source: 4 }), newParameter({ batch: 3, source: 8 })]
      return engine.copyRows([{ from, to }], [0, 1, 2], 5)
    },
    'copyRows: 5 places of each row are to be copied, but rows of the parameter (batch 3, source 4) and the parameter (batch 3, source 8) have 4 in common.',
  ],
  [
    'rows of another kind',
    (engine) => {
      const [from, to] = [newParameter({ batch: 3, source: 4, key: 2 }), newParameter({ batch: 3, source: 4, key: 3 })]
      return engine.copyRows([{ from, to }], [0, 1, 2], 4)
    },
    'copyRows: a row of the parameter (batch 3, source 4, key 2) cannot become one of the parameter (batch 3, source 4, key 3). Both need two axes or more, and equal ones from the third on.',
  ],
  [
    'rows of one axis',
    (engine) => {
      const node = newParameter({ batch: 3 })
      return engine.copyRows([{ from: node, to: node }], [0, 1, 2], 1)
    },
    'copyRows: a row of the parameter (batch 3) cannot become one of the parameter (batch 3). Both need two axes or more, and equal ones from the third on.',
  ],
  [
    'bf16 for what was used',
    async (engine) => {
      const node = newParameter({ a: 3, b: 5 })
      engine.set(node, numbers(15))
      engine.keep(node, 'bf16')
    },
    'keep: the parameter (a 3, b 5) is kept as f32 already; ask for bf16 before it is used in any other way.',
  ],
  [
    'f32 for what is kept as bf16',
    async (engine) => {
      const node = newParameter({ a: 3, b: 5 })
      engine.keep(node, 'bf16')
      engine.keep(node, 'f32')
    },
    'keep: the parameter (a 3, b 5) is kept as bf16 already; ask for f32 before it is used in any other way.',
  ],
  [
    'bf16 for a vector',
    async (engine) => engine.keep(newParameter({ a: 3 }), 'bf16'),
    'keep: the parameter (a 3) cannot be kept as bf16, only matrices can; ask for f32.',
  ],
  [
    'new values for what is kept as bf16',
    async (engine) => {
      const node = newParameter({ a: 3, b: 5 })
      engine.keep(node, 'bf16')
      const pass = trace({ up: { weight: node } }, () => new Map([[node, add(node, 1)]]))
      await engine.compile({ outputs: {}, updates: pass.outputs, names: pass.names })
    },
    'compile: up.weight is kept as bf16, but the program gives it new values; keep it as f32.',
  ],
]

const refusals: readonly ParameterCase[] = errors.map(([what, fails, expected]) => ({
  name: `refused: ${what}`,
  run: async (engine) => ({ actual: await messageOf(() => fails(engine)), expected }),
}))

export const parameterCases: readonly ParameterCase[] = [...values, ...rows, ...refusals]

/** What each operation says once the engine is closed. */
export async function afterClosing(engine: Engine): Promise<string[]> {
  const node = newParameter({ a: 3, b: 5 })
  engine.set(node, numbers(15))
  engine.close()
  const said = []
  for (const fails of [
    () => engine.keep(newParameter({ a: 3 }), 'f32'),
    () => engine.set(node, numbers(15)),
    () => engine.get(node),
    () => engine.fill(node, nothing),
    () => engine.read(node, nothing),
    () => engine.copyRows([{ from: node, to: node }], [0, 1, 2], 5),
  ])
    said.push(await messageOf(fails))
  return said
}
