// The discrete Fourier transform of any length, as sums of shorter ones:
//
//   X[k] = Σ_n x[n] · e^(−2πi·kn/N)
//
// A length N = r · m is m-fold transforms of r numbers, turned by e^(−2πi·pk/N), and then r transforms of m: Cooley, Tukey 1965,
// in Stockham's order, which needs no sorting afterwards. Sums of two, four and five numbers are written out, since most lengths of windows
// are made of them; another prime factor is one plain sum. All in double precision.

/** The transform of N complex numbers, its tables made once. */
export class Fourier {
  readonly #length: number
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #radices: readonly number[]
  readonly #spare: Complex

  /** Throws for a length that is no whole number from 1 on. */
  constructor(length: number) {
    if (!Number.isInteger(length) || length < 1)
      throw new Error(
        `fourier: a length of ${length} is no whole number from 1 on. Give the number of samples in a window.`,
      )
    this.#length = length
    this.#cosines = Float64Array.from({ length }, (_, n) => Math.cos((2 * Math.PI * n) / length))
    this.#sines = Float64Array.from({ length }, (_, n) => -Math.sin((2 * Math.PI * n) / length))
    this.#radices = factors(length)
    this.#spare = { real: new Float64Array(length), imaginary: new Float64Array(length) }
  }

  /** Transforms numbers in place. */
  transform(numbers: Complex): void {
    const [length, cosines, sines] = [this.#length, this.#cosines, this.#sines]
    let [from, to] = [numbers, this.#spare]
    let stride = 1
    let rest = length
    for (const radix of this.#radices) {
      rest /= radix
      const turns = { from, to, radix, rest, stride, length, cosines, sines }
      const pass = radix === 2 ? halves : radix === 4 ? quarters : radix === 5 ? fifths : stage
      pass(turns)
      stride *= radix
      ;[from, to] = [to, from]
    }
    if (from === numbers) return
    numbers.real.set(from.real)
    numbers.imaginary.set(from.imaginary)
  }
}

/** Complex numbers. */
export interface Complex {
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

/** The same for a radix of 2: a sum, and a turned difference. */
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

/** For a radix of 4, whose turns by a quarter are exchanges of real and imaginary parts. */
function quarters({ from, to, rest, stride, cosines, sines }: Stage): void {
  const { real, imaginary } = from
  const { real: sumReal, imaginary: sumImaginary } = to
  const span = stride * rest
  for (let p = 0; p < rest; p++) {
    const [c1, s1] = [cosines[p * stride], sines[p * stride]]
    const [c2, s2] = [cosines[2 * p * stride], sines[2 * p * stride]]
    const [c3, s3] = [cosines[3 * p * stride], sines[3 * p * stride]]
    for (let q = p * stride, target = 4 * q; q < (p + 1) * stride; q++, target++) {
      const evenReal = real[q] + real[q + 2 * span]
      const evenImaginary = imaginary[q] + imaginary[q + 2 * span]
      const oddReal = real[q + span] + real[q + 3 * span]
      const oddImaginary = imaginary[q + span] + imaginary[q + 3 * span]
      const a = real[q] - real[q + 2 * span]
      const b = imaginary[q] - imaginary[q + 2 * span]
      // −i times the difference.
      const c = imaginary[q + span] - imaginary[q + 3 * span]
      const d = real[q + 3 * span] - real[q + span]
      sumReal[target] = evenReal + oddReal
      sumImaginary[target] = evenImaginary + oddImaginary
      put(sumReal, sumImaginary, target + stride, a + c, b + d, c1, s1)
      put(sumReal, sumImaginary, target + 2 * stride, evenReal - oddReal, evenImaginary - oddImaginary, c2, s2)
      put(sumReal, sumImaginary, target + 3 * stride, a - c, b - d, c3, s3)
    }
  }
}

const [cosine1, cosine2] = [1, 2].map((turns) => Math.cos((2 * Math.PI * turns) / 5))
const [sine1, sine2] = [1, 2].map((turns) => Math.sin((2 * Math.PI * turns) / 5))

/** For a radix of 5: numbers as far before as behind are added and subtracted first, since their turns mirror one another. */
function fifths({ from, to, rest, stride, cosines, sines }: Stage): void {
  const { real, imaginary } = from
  const { real: sumReal, imaginary: sumImaginary } = to
  const span = stride * rest
  for (let p = 0; p < rest; p++) {
    const [c1, s1] = [cosines[p * stride], sines[p * stride]]
    const [c2, s2] = [cosines[2 * p * stride], sines[2 * p * stride]]
    const [c3, s3] = [cosines[3 * p * stride], sines[3 * p * stride]]
    const [c4, s4] = [cosines[4 * p * stride], sines[4 * p * stride]]
    for (let q = p * stride, target = 5 * q; q < (p + 1) * stride; q++, target++) {
      const firstReal = real[q]
      const firstImaginary = imaginary[q]
      const a1 = real[q + span] + real[q + 4 * span]
      const b1 = imaginary[q + span] + imaginary[q + 4 * span]
      const a2 = real[q + 2 * span] + real[q + 3 * span]
      const b2 = imaginary[q + 2 * span] + imaginary[q + 3 * span]
      const d1 = real[q + span] - real[q + 4 * span]
      const e1 = imaginary[q + span] - imaginary[q + 4 * span]
      const d2 = real[q + 2 * span] - real[q + 3 * span]
      const e2 = imaginary[q + 2 * span] - imaginary[q + 3 * span]
      const x1 = firstReal + cosine1 * a1 + cosine2 * a2
      const y1 = firstImaginary + cosine1 * b1 + cosine2 * b2
      const x2 = firstReal + cosine2 * a1 + cosine1 * a2
      const y2 = firstImaginary + cosine2 * b1 + cosine1 * b2
      const u1 = sine1 * d1 + sine2 * d2
      const v1 = sine1 * e1 + sine2 * e2
      const u2 = sine2 * d1 - sine1 * d2
      const v2 = sine2 * e1 - sine1 * e2
      sumReal[target] = firstReal + a1 + a2
      sumImaginary[target] = firstImaginary + b1 + b2
      put(sumReal, sumImaginary, target + stride, x1 + v1, y1 - u1, c1, s1)
      put(sumReal, sumImaginary, target + 2 * stride, x2 + v2, y2 - u2, c2, s2)
      put(sumReal, sumImaginary, target + 3 * stride, x2 - v2, y2 + u2, c3, s3)
      put(sumReal, sumImaginary, target + 4 * stride, x1 - v1, y1 + u1, c4, s4)
    }
  }
}

/** Puts (a + bi) · (c + si). */
function put(
  real: Float64Array,
  imaginary: Float64Array,
  at: number,
  a: number,
  b: number,
  c: number,
  s: number,
): void {
  real[at] = a * c - b * s
  imaginary[at] = a * s + b * c
}

/** The radices of a length, large ones first: then the many small ones have long inner loops. Twos go in pairs. */
function factors(length: number): number[] {
  const found: number[] = []
  let left = length
  for (const factor of [4, 2, 3]) for (; left % factor === 0; left /= factor) found.push(factor)
  for (let factor = 5; left > 1; factor++) for (; left % factor === 0; left /= factor) found.push(factor)
  return found.sort((a, b) => b - a)
}
