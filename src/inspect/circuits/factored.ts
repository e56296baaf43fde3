// A product of two matrices that is never made: M = A · B, where the inner size is small (a head's) and the outer ones are large.
//
//   A = Q_A · R_A,  Bᵀ = Q_B · R_B        M = Q_A · (R_A · R_Bᵀ) · Q_Bᵀ        inner × inner in the middle
//
// So the length and the singular values of M are those of the middle, and its eigenvalues, but for zeros, those of B · A.

import { type Eigenvalue, eigenvaluesOf, type Singular, singularOf } from './decompositions.ts'
import { diagonalSum, frobenius, type Matrix, orthogonal, product, transposed } from './matrix.ts'

export class FactoredMatrix {
  readonly left: Matrix
  readonly right: Matrix
  #inside:
    | { readonly a: Matrix; readonly b: Matrix; readonly r: Matrix; readonly other: Matrix; readonly middle: Matrix }
    | undefined

  /** left · right. Throws where the inner sizes differ. */
  constructor(left: Matrix, right: Matrix) {
    if (left.columns !== right.rows)
      throw new Error(
        `circuits: ${left.rows} × ${left.columns} and ${right.rows} × ${right.columns} are no factors of one matrix. The inner sizes must be equal.`,
      )
    this.left = left
    this.right = right
  }

  /** √Σ M², the Frobenius norm: √Σ σ² */
  get norm(): number {
    return frobenius(this.#taken().middle)
  }

  /** tr(A · B) = tr(B · A) */
  get trace(): number {
    return diagonalSum(this.#turned())
  }

  /** Mᵀ */
  get transposed(): FactoredMatrix {
    return new FactoredMatrix(transposed(this.right), transposed(this.left))
  }

  /** M = U · diag(σ) · Vᵀ with as many σ as the inner size. The signs of a pair of directions are arbitrary. */
  async singular(): Promise<Singular> {
    const { a, b, middle } = this.#taken()
    const { u, values, v } = await singularOf(middle)
    return { u: product(a, u), values, v: product(b, v) }
  }

  /** σ alone. */
  async singularValues(): Promise<readonly number[]> {
    return (await singularOf(this.#taken().middle)).values
  }

  /** The eigenvalues of B · A: those of A · B where that is square, without the zeros that it has besides. */
  async eigenvalues(): Promise<Eigenvalue[]> {
    return eigenvaluesOf(this.#turned())
  }

  /** ‖M · N‖ / (‖M‖ ‖N‖), 0 where one of them is 0: how much of what M writes N reads. */
  composition(other: FactoredMatrix): number {
    const lengths = this.norm * other.norm
    return lengths === 0 ? 0 : frobenius(product(this.writing, other.reading)) / lengths
  }

  /** R_A · B: inner × r, as long as M whatever it is multiplied with on the right. */
  get writing(): Matrix {
    return product(this.#taken().r, this.right)
  }

  /** A · R_Bᵀ: l × inner, as long as M whatever it is multiplied with on the left. */
  get reading(): Matrix {
    return product(this.left, transposed(this.#taken().other))
  }

  #turned(): Matrix {
    return product(this.right, this.left)
  }

  #taken() {
    if (this.#inside) return this.#inside
    const { q: a, r } = orthogonal(this.left)
    const { q: b, r: other } = orthogonal(transposed(this.right))
    this.#inside = { a, b, r, other, middle: product(r, transposed(other)) }
    return this.#inside
  }
}
