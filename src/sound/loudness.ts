// How loud a sound is: the mean of its samples' squares, in decibels below a sound that is as loud as can be written.
//
//   loudness = 10 · log₁₀(Σ x² / n)        0 for a square wave from −1 to 1, −3 for a sine, −∞ for silence

/** The loudness of samples from −1 to 1, in decibels; −∞ of none. */
export function loudness(samples: Float32Array): number {
  const squares = samples.reduce((sum, sample) => sum + sample * sample, 0)
  return squares === 0 ? -Infinity : 10 * Math.log10(squares / samples.length)
}
