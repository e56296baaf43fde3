// Means over pairs, windows or texts, and how far they may be off.

/** The mean of numbers. */
export const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((total, each) => total + each, 0) / numbers.length

/** The standard error of a mean, √(Σ (x − mean)² / (n − 1) / n); NaN for one number. */
export function standardError(numbers: readonly number[]): number {
  const mean = meanOf(numbers)
  return Math.sqrt(
    numbers.reduce((total, each) => total + (each - mean) ** 2, 0) / (numbers.length - 1) / numbers.length,
  )
}
