// Softmax of numbers that are here already, outside of any graph.

/** Shares in the ratio of e^score: they add up to 1. */
export function softmaxOf(scores: ArrayLike<number>): number[] {
  const all = Array.from(scores)
  const most = Math.max(...all)
  const powers = all.map((score) => Math.exp(score - most))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
