// Products between tokens, by the engine, which has their tables already: rows of W · X Y · Wᵀ a block at a time, and the small matrix
// whose eigenvalues are those of the whole.
//
//   eig(A X Y Bᵀ) = eig(Y (Bᵀ A) X)        tokens × tokens → model × model, once for all heads → inner × inner

import type { Engine } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { dot, gather, input, multiply, parameter, rename } from '../../tensor/primitives.ts'
import { type Eigenvalue, eigenvaluesOf } from './decompositions.ts'
import type { Matrix } from './matrix.ts'
import type { TokenCircuit, TokenRows } from './vocabulary.ts'

type Table = Tensor<'vocab' | 'model'>

/** The weights that a program is given anew for each circuit. */
interface Given {
  readonly left: Tensor<'model' | 'inner'>
  readonly right: Tensor<'inner' | 'model'>
  /** right · Bᵀ */
  readonly raised: Tensor<'inner' | 'vocab'>
}

/** The most cells of a block: 16 MiB, of which the engine has one and the program's reader another. */
const mostCells = 2 ** 22

export class TokenProgram {
  readonly #engine: Engine
  readonly #programs: Programs
  readonly #given = new Map<string, Given>()
  readonly #between = new Map<string, Tensor<'model' | 'other'>>()
  /** Those of these that are of the weights as they are. */
  readonly #made = new Set<Node>()
  readonly #nodes = new Map<Node, number>()

  constructor(engine: Engine) {
    this.#engine = engine
    this.#programs = new Programs(engine)
  }

  /** The rows of these tokens, in blocks; a block is good until the next is asked for. */
  async *blocks(
    circuit: TokenCircuit,
    tokens: ArrayLike<number>,
  ): AsyncGenerator<{ readonly from: number; readonly count: number; readonly data: Float32Array }> {
    const { rows, columns } = circuit
    const { left, right, raised } = this.#give(circuit)
    const key = this.#keyOf(circuit)
    const raise = await this.#programs.get(`raise ${key}`, () => ({
      outputs: {},
      updates: new Map([[raised, times(dot(right, tableOf(columns), 'model'), columns.factor)]]),
    }))
    await raise.run({})
    const size = Math.min(tokens.length, Math.max(1, Math.floor(mostCells / columns.size)))
    const program = await this.#programs.get(`block ${size} ${key}`, () => {
      const ids = input('ids', { row: size }, { below: rows.size })
      const asked = times(dot(gather(tableOf(rows), ids, 'vocab'), left, 'model'), rows.factor)
      return { outputs: { block: dot(asked, raised, 'inner') } }
    })
    for (let from = 0; from < tokens.length; from += size) {
      const count = Math.min(size, tokens.length - from)
      // A last block that is not full asks for its last token again.
      await program.run({ ids: Array.from({ length: size }, (_, i) => tokens[from + Math.min(i, count - 1)]) })
      yield { from, count, data: (await program.read('block')).data }
    }
  }

  /** A matrix of inner × inner with the eigenvalues of the whole but for zeros. Both ends must have the same tokens. */
  async small(circuit: TokenCircuit): Promise<Matrix> {
    const { rows, columns } = circuit
    const { left, right } = this.#give(circuit)
    const between = await this.#bothEnds(rows, columns)
    const program = await this.#programs.get(`small ${this.#keyOf(circuit)}`, () => {
      const turned = dot(
        dot(right, between, 'model'),
        rename(rename(left, 'inner', 'column'), 'model', 'other'),
        'other',
      )
      return { outputs: { small: times(turned, rows.factor * columns.factor) } }
    })
    await program.run({})
    const { axes, data } = await program.read('small')
    return { rows: axes[0].size, columns: axes[1].size, data: Float64Array.from(data) }
  }

  async close(): Promise<void> {
    await this.#programs.close()
    for (const { left, right, raised } of this.#given.values())
      for (const node of [left, right, raised]) this.#engine.forget(node)
    for (const node of this.#between.values()) this.#engine.forget(node)
  }

  /** Bᵀ · A, which the engine keeps until the weights are other ones. */
  async #bothEnds(rows: TokenRows, columns: TokenRows): Promise<Tensor<'model' | 'other'>> {
    const key = `${this.#number(rows.node)} ${this.#number(columns.node)}`
    const [a, b] = [tableOf(rows), tableOf(columns)]
    const kept =
      this.#between.get(key) ?? parameter({ model: sizeOf(b.axes, 'model'), other: sizeOf(a.axes, 'model') }, 'zeros')
    this.#between.set(key, kept)
    if (this.#made.has(kept)) return kept
    const program = await this.#programs.get(`between ${key}`, () => ({
      outputs: {},
      updates: new Map([[kept, dot(b, rename(a, 'model', 'other'), 'vocab')]]),
    }))
    await program.run({})
    this.#made.add(kept)
    return kept
  }

  /** Says that the tables of tokens have other numbers than before. */
  begin(): void {
    this.#made.clear()
  }

  /** Puts the factors of a circuit where the programs for circuits like it read them. */
  #give(circuit: TokenCircuit): Given {
    const { columns, matrix } = circuit
    const key = this.#keyOf(circuit)
    const [model, inner] = [matrix.left.rows, matrix.left.columns]
    const given = this.#given.get(key) ?? {
      left: parameter({ model, inner }, 'zeros'),
      right: parameter({ inner, model: matrix.right.columns }, 'zeros'),
      raised: parameter({ inner, vocab: columns.size }, 'zeros'),
    }
    this.#given.set(key, given)
    this.#engine.set(given.left, matrix.left.data)
    this.#engine.set(given.right, matrix.right.data)
    return given
  }

  #keyOf({ rows, columns, matrix }: TokenCircuit): string {
    return `${this.#number(rows.node)} ${this.#number(columns.node)} ${matrix.left.columns}`
  }

  #number(node: Node): number {
    const number = this.#nodes.get(node) ?? this.#nodes.size
    this.#nodes.set(node, number)
    return number
  }
}

/** The eigenvalues of a circuit between the same tokens at both ends, but for zeros. */
export const eigenvaluesThrough = async (program: TokenProgram, circuit: TokenCircuit): Promise<Eigenvalue[]> =>
  eigenvaluesOf(await program.small(circuit))

const tableOf = ({ node }: TokenRows): Table => node as Table

const times = <A extends string>(x: Tensor<A>, factor: number): Tensor<A> => (factor === 1 ? x : multiply(x, factor))
