// A product of two matrices that is never made: M = A · B, where the inner size is small (a head's) and the outer ones are large.
//
//   ‖A · B‖² = ⟨Aᵀ A, B Bᵀ⟩                                            two tables of inner × inner
//   A = Q_A · R_A,  Bᵀ = Q_B · R_B        M = Q_A · (R_A · R_Bᵀ) · Q_Bᵀ        inner × inner in the middle
//
// So lengths need no decomposition, the singular values of M are those of the middle, and its eigenvalues, but for zeros, those of B · A.

import { type Eigenvalue, eigenvaluesOf, type Singular, singularOf, singularValuesOf } from './decompositions.ts'
import { diagonalSum, gram, type Matrix, orthogonal, overlap, product, transposed } from './matrix.ts'

export class FactoredMatrix {
  readonly left: Matrix
  readonly right: Matrix
  #grams: { readonly left: Matrix; readonly right: Matrix } | undefined
  #turned: Matrix | undefined

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
    const { left, right } = this.#products()
    return Math.sqrt(Math.max(0, overlap(left, right)))
  }

  /** tr(A · B) = tr(B · A) */
  get trace(): number {
    return diagonalSum(this.#product())
  }

  /** Mᵀ */
  get transposed(): FactoredMatrix {
    return new FactoredMatrix(transposed(this.right), transposed(this.left))
  }

  /** M · N, with the inner size of M. */
  times({ left, right }: FactoredMatrix): FactoredMatrix {
    return new FactoredMatrix(this.left, product(product(this.right, left), right))
  }

  /** M = U · diag(σ) · Vᵀ with as many σ as the inner size. The signs of a pair of directions are arbitrary. */
  async singular(): Promise<Singular> {
    const { q: a, r } = orthogonal(this.left)
    const { q: b, r: other } = orthogonal(transposed(this.right))
    const { u, values, v } = await singularOf(product(r, transposed(other)))
    return { u: product(a, u), values, v: product(b, v) }
  }

  /** σ alone. */
  async singularValues(): Promise<readonly number[]> {
    const { r } = orthogonal(this.left, { passes: 1 })
    const { r: other } = orthogonal(transposed(this.right), { passes: 1 })
    return singularValuesOf(product(r, transposed(other)))
  }

  /** The eigenvalues of B · A: those of A · B where that is square, without the zeros that it has besides. */
  async eigenvalues(): Promise<Eigenvalue[]> {
    return eigenvaluesOf(this.#product())
  }

  /** ‖M · N‖ / (‖M‖ ‖N‖), 0 where one of them is 0: how much of what M writes N reads. */
  composition(other: FactoredMatrix): number {
    const lengths = this.norm * other.norm
    if (lengths === 0) return 0
    const between = product(this.right, other.left)
    const square = overlap(product(this.#products().left, between), product(between, other.#products().right))
    return Math.sqrt(Math.max(0, square)) / lengths
  }

  #product(): Matrix {
    this.#turned ??= product(this.right, this.left)
    return this.#turned
  }

  #products() {
    this.#grams ??= { left: gram(this.left), right: gram(transposed(this.right)) }
    return this.#grams
  }
}
