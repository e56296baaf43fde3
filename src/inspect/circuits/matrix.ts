// Matrices in double precision, row by row: what circuits are computed in.

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

/** aᵀ · a */
export function gram({ rows, columns, data }: Matrix): Matrix {
  const result = zeros(columns, columns)
  for (let k = 0; k < rows; k++) {
    const row = data.subarray(k * columns, (k + 1) * columns)
    for (let i = 0; i < columns; i++) {
      const factor = row[i]
      const at = i * columns
      for (let j = i; j < columns; j++) result.data[at + j] += factor * row[j]
    }
  }
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < i; j++) result.data[i * columns + j] = result.data[j * columns + i]
  return result
}

/** Σ a · b, cell by cell: tr(aᵀ · b) */
export function overlap(a: Matrix, b: Matrix): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += a.data[i] * b.data[i]
  return sum
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
 * column of a is a sum of those before it. "Twice is enough": Giraud, Langou, Rozložník 2005. Of R alone one pass is (Björck 1967).
 */
export function orthogonal(
  a: Matrix,
  { passes = 2 }: { passes?: 1 | 2 } = {},
): { readonly q: Matrix; readonly r: Matrix } {
  const { rows, columns } = a
  const vectors = transposed(a)
  const r = zeros(columns, columns)
  for (let j = 0; j < columns; j++) {
    const vector = vectors.data.subarray(j * rows, (j + 1) * rows)
    const before = frobenius({ data: vector })
    for (let pass = 0; pass < passes; pass++)
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
