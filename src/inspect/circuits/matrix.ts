// Matrices in double precision, row by row: what circuits are computed in.

import type { Engine } from '../../engine/engine.ts'
import { dot, parameter } from '../../tensor/primitives.ts'

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row by row. */
  readonly data: Float64Array
}

export const zeros = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: new Float64Array(rows * columns),
})

export function identity(size: number): Matrix {
  const matrix = zeros(size, size)
  for (let i = 0; i < size; i++) matrix.data[i * size + i] = 1
  return matrix
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const turned = zeros(columns, rows)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) turned.data[j * rows + i] = data[i * columns + j]
  return turned
}

/** a · b */
export function product(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows)
    throw new Error(
      `matrix: ${a.rows} × ${a.columns} and ${b.rows} × ${b.columns} have no product. The inner sizes must be equal.`,
    )
  const result = zeros(a.rows, b.columns)
  for (let i = 0; i < a.rows; i++) {
    const row = result.data.subarray(i * b.columns, (i + 1) * b.columns)
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k]
      const other = b.data.subarray(k * b.columns, (k + 1) * b.columns)
      if (factor !== 0) for (let j = 0; j < b.columns; j++) row[j] += factor * other[j]
    }
  }
  return result
}

/** √Σ x², of all cells: the Frobenius norm. */
export function frobenius({ data }: Pick<Matrix, 'data'>): number {
  let sum = 0
  for (const value of data) sum += value * value
  return Math.sqrt(sum)
}

/** The sum of the diagonal. */
export function diagonalSum({ rows, columns, data }: Matrix): number {
  let sum = 0
  for (let i = 0; i < Math.min(rows, columns); i++) sum += data[i * columns + i]
  return sum
}

/** Matrices beside one another. */
export function beside(matrices: readonly Matrix[]): Matrix {
  const columns = matrices.reduce((sum, each) => sum + each.columns, 0)
  const joined = zeros(matrices[0].rows, columns)
  let at = 0
  for (const each of matrices) {
    for (let i = 0; i < each.rows; i++)
      joined.data.set(each.data.subarray(i * each.columns, (i + 1) * each.columns), i * columns + at)
    at += each.columns
  }
  return joined
}

/** Matrices below one another. */
export function below(matrices: readonly Matrix[]): Matrix {
  const joined = zeros(
    matrices.reduce((sum, each) => sum + each.rows, 0),
    matrices[0].columns,
  )
  let at = 0
  for (const { data } of matrices) {
    joined.data.set(data, at)
    at += data.length
  }
  return joined
}

/**
 * Q and R with a = Q · R, by Gram and Schmidt's way done twice: the columns of Q are of length 1 and at right angles, or 0 where a
 * column of a is a sum of those before it. "Twice is enough": Giraud, Langou, Rozložník 2005.
 */
export function orthogonal(a: Matrix): { readonly q: Matrix; readonly r: Matrix } {
  const { rows, columns } = a
  const vectors = transposed(a)
  const r = zeros(columns, columns)
  for (let j = 0; j < columns; j++) {
    const vector = vectors.data.subarray(j * rows, (j + 1) * rows)
    const before = frobenius({ data: vector })
    for (const _ of ['once', 'twice'])
      for (let i = 0; i < j; i++) {
        const other = vectors.data.subarray(i * rows, (i + 1) * rows)
        let along = 0
        for (let k = 0; k < rows; k++) along += other[k] * vector[k]
        for (let k = 0; k < rows; k++) vector[k] -= along * other[k]
        r.data[i * columns + j] += along
      }
    const left = frobenius({ data: vector })
    // What is left of a column that the others give is rounding, not a direction.
    const length = left > before * 1e-13 ? left : 0
    r.data[j * columns + j] = length
    for (let k = 0; k < rows; k++) vector[k] = length === 0 ? 0 : vector[k] / length
  }
  return { q: transposed(vectors), r }
}

/** Products of at most so many multiplications are made in double precision, larger ones by the engine. */
const small = 2 ** 24

/** a · b, by the engine where it is large. */
export async function largeProduct(engine: Engine, a: Matrix, b: Matrix): Promise<Matrix> {
  if (a.rows * a.columns * b.columns <= small) return product(a, b)
  const left = parameter({ row: a.rows, inner: a.columns })
  const right = parameter({ inner: b.rows, column: b.columns })
  const program = await engine.compile({ outputs: { product: dot(left, right, 'inner') } })
  try {
    engine.set(left, a.data)
    engine.set(right, b.data)
    await program.run({})
    const { data } = await program.read('product')
    return { rows: a.rows, columns: b.columns, data: Float64Array.from(data) }
  } finally {
    await program.close()
    for (const node of [left, right]) engine.forget(node)
  }
}
