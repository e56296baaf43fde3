// Lengths and angles of vectors, in double precision.

/** √Σ x² */
export const vectorLength = (x: ArrayLike<number>): number => Math.sqrt(productOf(x, x))

/** Σ a · b */
export function productOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** The length of a vector, its product with another, and the cosine of the angle between them (0 where either has no length). */
export function angle(
  vector: ArrayLike<number>,
  other: ArrayLike<number>,
  otherLength: number = vectorLength(other),
): { readonly norm: number; readonly product: number; readonly cosine: number } {
  const [norm, product] = [vectorLength(vector), productOf(vector, other)]
  const both = norm * otherLength
  return { norm, product, cosine: both > 0 ? product / both : 0 }
}
