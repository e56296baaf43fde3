// Singular values and eigenvalues of small matrices, by ml-matrix, which is loaded when one is asked for.

import { checkFinite } from '../../engine/finite.ts'
import { frobenius, type Matrix, zeros } from './matrix.ts'

/** A complex number. */
export interface Eigenvalue {
  readonly real: number
  readonly imaginary: number
}

/** M = U · diag(values) · Vᵀ, the largest value first; the directions are the columns of U and V. */
export interface Singular {
  readonly u: Matrix
  readonly values: readonly number[]
  readonly v: Matrix
}

export async function singularOf(matrix: Matrix): Promise<Singular> {
  checkEntries(matrix)
  const { Matrix: Wide, SingularValueDecomposition } = await import('ml-matrix')
  const { rows, columns } = matrix
  const count = Math.min(rows, columns)
  // The package gives NaN where there is nothing at all.
  if (frobenius(matrix) === 0)
    return { u: zeros(rows, count), values: new Array<number>(count).fill(0), v: zeros(columns, count) }
  const found = new SingularValueDecomposition(Wide.from1DArray(rows, columns, Array.from(matrix.data)), {
    autoTranspose: true,
  })
  return {
    u: plain(found.leftSingularVectors, count),
    values: found.diagonal.slice(0, count),
    v: plain(found.rightSingularVectors, count),
  }
}

/** The singular values alone, which takes less than half the time. */
export async function singularValuesOf(matrix: Matrix): Promise<readonly number[]> {
  checkEntries(matrix)
  const { Matrix: Wide, SingularValueDecomposition } = await import('ml-matrix')
  const { rows, columns } = matrix
  const count = Math.min(rows, columns)
  if (frobenius(matrix) === 0) return new Array<number>(count).fill(0)
  const { diagonal } = new SingularValueDecomposition(Wide.from1DArray(rows, columns, Array.from(matrix.data)), {
    autoTranspose: true,
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  })
  return diagonal.slice(0, count)
}

/** The eigenvalues of a square matrix, the largest (by its absolute value) first. */
export async function eigenvaluesOf(matrix: Matrix): Promise<Eigenvalue[]> {
  checkEntries(matrix)
  const { Matrix: Wide, EigenvalueDecomposition } = await import('ml-matrix')
  const { rows, columns } = matrix
  if (frobenius(matrix) === 0) return Array.from({ length: rows }, () => ({ real: 0, imaginary: 0 }))
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(
    Wide.from1DArray(rows, columns, Array.from(matrix.data)),
  )
  return realEigenvalues
    .map((real, i) => ({ real, imaginary: imaginaryEigenvalues[i] }))
    .sort((a, b) => Math.hypot(b.real, b.imaginary) - Math.hypot(a.real, a.imaginary))
}

/** The eigenvalues of a symmetric matrix, the largest first, and their vectors: the columns. */
export async function symmetricOf(
  matrix: Matrix,
): Promise<{ readonly values: readonly number[]; readonly vectors: Matrix }> {
  checkEntries(matrix)
  const { Matrix: Wide, EigenvalueDecomposition } = await import('ml-matrix')
  const { rows, columns, data } = matrix
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Wide.from1DArray(rows, columns, Array.from(data)),
    { assumeSymmetric: true },
  )
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
  const vectors = zeros(rows, columns)
  for (const [column, from] of order.entries())
    for (let i = 0; i < rows; i++) vectors.data[i * columns + column] = eigenvectorMatrix.get(i, from)
  return { values: order.map((i) => realEigenvalues[i]), vectors }
}

/** Throws where a number is NaN or infinite, for which the package's loops never end. */
const checkEntries = ({ data }: Matrix): void => checkFinite('circuits: a number of a matrix', data)

/** Σλ / Σ|λ|: 1 where all eigenvalues are positive, −1 where all are negative. 0 where there are none. Elhage et al. 2021. */
export function positiveShare(eigenvalues: readonly Eigenvalue[]): number {
  let [sum, amount] = [0, 0]
  for (const { real, imaginary } of eigenvalues) {
    sum += real
    amount += Math.hypot(real, imaginary)
  }
  return amount === 0 ? 0 : sum / amount
}

function plain(matrix: { readonly rows: number; get(row: number, column: number): number }, columns: number): Matrix {
  const { rows } = matrix
  const copy = zeros(rows, columns)
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) copy.data[i * columns + j] = matrix.get(i, j)
  return copy
}
