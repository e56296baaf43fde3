// The discrete Fourier transform of any length, as sums of shorter ones:
//
//   X[k] = Σ_n x[n] · e^(−2πi·kn/N)
//
// A length N = r · m is m-fold transforms of r numbers, turned by e^(−2πi·pk/N), and then r transforms of m: Cooley, Tukey 1965,
// in Stockham's order, which needs no sorting afterwards. A prime length is one plain sum. All in double precision.

/** Transforms N complex numbers in place: real parts, imaginary parts. */
export type Fourier = (real: Float64Array, imaginary: Float64Array) => void

/** The transform of so many complex numbers; its tables are made once. Throws for a length that is no whole number from 1 on. */
export function fourier(length: number): Fourier {
  if (!Number.isInteger(length) || length < 1)
    throw new Error(
      `fourier: a length of ${length} is no whole number from 1 on. Give the number of samples in a window.`,
    )
  const cosines = Float64Array.from({ length }, (_, n) => Math.cos((2 * Math.PI * n) / length))
  const sines = Float64Array.from({ length }, (_, n) => -Math.sin((2 * Math.PI * n) / length))
  const radices = factors(length)
  const spareReal = new Float64Array(length)
  const spareImaginary = new Float64Array(length)

  return (real, imaginary) => {
    let from: Complex = { real, imaginary }
    let to: Complex = { real: spareReal, imaginary: spareImaginary }
    let stride = 1
    let rest = length
    for (const radix of radices) {
      rest /= radix
      const turns = { from, to, radix, rest, stride, length, cosines, sines }
      if (radix === 2) halves(turns)
      else stage(turns)
      stride *= radix
      ;[from, to] = [to, from]
    }
    if (from.real !== real) {
      real.set(from.real)
      imaginary.set(from.imaginary)
    }
  }
}

interface Complex {
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

interface Stage {
  readonly from: Complex
  readonly to: Complex
  readonly radix: number
  /** The length that is left to transform, and how many transforms of it lie side by side. */
  readonly rest: number
  readonly stride: number
  readonly length: number
  readonly cosines: Float64Array
  readonly sines: Float64Array
}

/** to[q + s(rp + k)] = Σ_j from[q + s(p + mj)] · e^(−2πi(jk/r + pk/(rm))) for q < s = stride, p < m = rest, k < r = radix. */
function stage({ from, to, radix, rest, stride, length, cosines, sines }: Stage): void {
  const { real, imaginary } = from
  const { real: sumReal, imaginary: sumImaginary } = to
  const span = stride * rest
  sumReal.fill(0)
  sumImaginary.fill(0)
  for (let p = 0; p < rest; p++)
    for (let k = 0; k < radix; k++) {
      const target = stride * (radix * p + k)
      // Of e^(−2πi·n/N), n = (jk · N/r + pk · stride) mod N.
      let turn = p * k * stride
      for (let j = 0; j < radix; j++) {
        const c = cosines[turn]
        const s = sines[turn]
        const start = stride * (p + rest * j)
        for (let q = 0; q < stride; q++) {
          const a = real[start + q]
          const b = imaginary[start + q]
          sumReal[target + q] += a * c - b * s
          sumImaginary[target + q] += a * s + b * c
        }
        turn += k * span
        if (turn >= length) turn -= length
      }
    }
}

/** The same for a radix of 2, which most lengths have most of: a sum, and a turned difference. */
function halves({ from, to, rest, stride, cosines, sines }: Stage): void {
  const { real, imaginary } = from
  const { real: sumReal, imaginary: sumImaginary } = to
  const span = stride * rest
  for (let p = 0; p < rest; p++) {
    const c = cosines[p * stride]
    const s = sines[p * stride]
    for (let q = p * stride, target = 2 * q; q < (p + 1) * stride; q++, target++) {
      const a = real[q] - real[q + span]
      const b = imaginary[q] - imaginary[q + span]
      sumReal[target] = real[q] + real[q + span]
      sumImaginary[target] = imaginary[q] + imaginary[q + span]
      sumReal[target + stride] = a * c - b * s
      sumImaginary[target + stride] = a * s + b * c
    }
  }
}

/** The prime factors of a length, large ones first: then the many small ones have long inner loops. */
function factors(length: number): number[] {
  const found: number[] = []
  let left = length
  for (let factor = 2; left > 1; factor++)
    while (left % factor === 0) {
      found.push(factor)
      left /= factor
    }
  return found.toReversed()
}
