// Programs and other texts in few bytes: a quarter fewer than deflate makes of them, for what is written once and carried far. Context
// mixing (Mahoney 2005, "Adaptive weighing of context models for lossless data compression", and his lpaq):
//
//   each context (the last 0 to 4 bytes, the word so far) remembers how often a 1 came next
//   p(1) = σ(Σ weight · stretch(p of each)),   stretch = σ⁻¹;   the weights learn at once from every bit
//   the bit is coded in −log₂ p bits (arithmetic coding)
//
// Who reads it makes the same predictions and learns the same, so nothing but the bits is written. All numbers are made by +, −, ·
// and /, which every machine rounds alike. Both ways take about a second for a megabyte.

/** Contexts by their numbers of bytes; two more are the word so far, alone and with the word before. */
const orders = [0, 1, 2, 3, 4]
const contexts = orders.length + 2
/** The number of things mixed: the contexts, the longest match, and a constant. */
const inputs = contexts + 2

/** Places for what contexts remember, in lines of 16: one for its check, 15 for the bits of half a byte. */
const places = 2 ** 22
/** The most bits by which a context is said to be known: what came long ago counts less. */
const longest = 16
const learningRate = 0.015
const firstWeight = 0.3

/** The bytes by which a match is found, and the most of its length that counts. */
const matchBytes = 5
const matchPlaces = 2 ** 18
const longestMatch = 30

/** σ and its inverse, as tables: σ from −8 to 8, the inverse for probabilities in 4096 steps. */
const reach = 8
const stepsOfSigma = 256
const steps = 4096

/** A probability is never closer to 0 or 1 than this. */
const least = 1 / 8192

/** Predicts bits one after the other, and learns from each. */
class Predictor {
  readonly #sigma = sigmaTable()
  readonly #stretch = stretchTable(this.#sigma)
  /** 1 / (bits seen + 1.5): a context's first bits count most. */
  readonly #rate = Float64Array.from({ length: longest + 1 }, (_, seen) => 1 / (seen + 1.5))
  /** The probability of a 1, in 65536 parts, and the number of bits that it comes from. */
  readonly #chance = new Uint16Array(places).fill(2 ** 15)
  readonly #seen = new Uint8Array(places)
  readonly #lines = new Int32Array(contexts)
  readonly #hashes = new Int32Array(contexts)
  readonly #stretched = new Float64Array(inputs)
  /** Three mixes, whose weights are chosen by the byte so far, the byte before and the length of the match. */
  readonly #weights = [256, 256, longestMatch + 2].map((sets) => new Float64Array(sets * inputs).fill(firstWeight))
  readonly #sets = new Int32Array(3)
  readonly #mixed = new Float64Array(3)
  readonly #matches = new Int32Array(matchPlaces).fill(-1)
  /** The chance that a match of some length goes on. */
  readonly #goesOn = new Float64Array(longestMatch + 1).fill(0.75)
  readonly #bytes: Uint8Array
  #at = 0
  /** The bits of the byte so far, behind a 1; and those of the half byte. */
  #begun = 1
  #half = 1
  #word = 0
  #wordBefore = 0
  /** The place of the byte that followed when the last ones came before; −1 for none. */
  #match = -1
  #matchLength = 0
  /** The bit that the match says, −1 for none. */
  #said = -1

  /** - `bytes`: an array that fills as bits are learnt */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#hashContexts()
    this.#findLines()
  }

  /** The probability that the next bit is a 1. */
  predict(): number {
    const stretched = this.#stretched
    for (let i = 0; i < contexts; i++) {
      const place = this.#lines[i] + this.#half
      stretched[i] = this.#seen[place] === 0 ? 0 : this.#stretch[this.#chance[place] >>> 4]
    }
    stretched[contexts] = this.#matched()
    stretched[contexts + 1] = 0.4
    this.#sets[0] = this.#begun * inputs
    this.#sets[1] = this.#last * inputs
    this.#sets[2] = (this.#said < 0 ? 0 : this.#knownLength + 1) * inputs
    let sum = 0
    for (let mix = 0; mix < 3; mix++) {
      const [weights, set] = [this.#weights[mix], this.#sets[mix]]
      let dot = 0
      for (let i = 0; i < inputs; i++) dot += weights[set + i] * stretched[i]
      this.#mixed[mix] = sigmaOf(this.#sigma, dot)
      sum += dot
    }
    return Math.min(1 - least, Math.max(least, sigmaOf(this.#sigma, sum / 3)))
  }

  /** Learns the bit that came. */
  learn(bit: number): void {
    const stretched = this.#stretched
    for (let mix = 0; mix < 3; mix++) {
      const [weights, set] = [this.#weights[mix], this.#sets[mix]]
      const change = (bit - this.#mixed[mix]) * learningRate
      for (let i = 0; i < inputs; i++) weights[set + i] += change * stretched[i]
    }
    const came = bit * 65535
    for (let i = 0; i < contexts; i++) {
      const place = this.#lines[i] + this.#half
      const seen = this.#seen[place]
      this.#chance[place] += (came - this.#chance[place]) * this.#rate[seen]
      if (seen < longest) this.#seen[place] = seen + 1
    }
    if (this.#said >= 0) {
      const length = this.#knownLength
      this.#goesOn[length] += ((bit === this.#said ? 1 : 0) - this.#goesOn[length]) / 64
    }
    this.#begun = (this.#begun << 1) | bit
    this.#half = (this.#half << 1) | bit
    if (this.#begun >= 256) this.#endByte(this.#begun & 255)
    else if (this.#half >= 16) this.#findLines()
  }

  get #last(): number {
    return this.#at > 0 ? this.#bytes[this.#at - 1] : 0
  }

  get #knownLength(): number {
    return Math.min(longestMatch, this.#matchLength)
  }

  /** The match's word on the next bit, stretched; 0 where it says nothing, or has said something else than came. */
  #matched(): number {
    this.#said = -1
    if (this.#match < 0) return 0
    const following = this.#bytes[this.#match] | 256
    const left = 8 - (31 - Math.clz32(this.#begun))
    if (following >>> left !== this.#begun) return 0
    this.#said = (following >>> (left - 1)) & 1
    const sure = this.#stretch[Math.min(steps - 1, Math.floor(this.#goesOn[this.#knownLength] * steps))]
    return this.#said === 1 ? sure : -sure
  }

  #endByte(byte: number): void {
    this.#bytes[this.#at++] = byte
    this.#begun = 1
    if (isOfWord(byte)) this.#word = hashed(this.#word, byte + 1)
    else {
      if (this.#word !== 0) this.#wordBefore = this.#word
      this.#word = 0
      this.#wordBefore = hashed(this.#wordBefore, byte)
    }
    this.#findMatch(byte)
    this.#hashContexts()
    this.#findLines()
  }

  #findMatch(byte: number): void {
    const bytes = this.#bytes
    if (this.#match >= 0 && bytes[this.#match] === byte) {
      this.#match++
      this.#matchLength++
    } else {
      this.#match = -1
      this.#matchLength = 0
    }
    if (this.#at < matchBytes) return
    let hash = 0
    for (let back = 1; back <= matchBytes; back++) hash = hashed(hash, bytes[this.#at - back])
    const place = hash & (matchPlaces - 1)
    const found = this.#matches[place]
    this.#matches[place] = this.#at
    if (this.#match >= 0 || found < 0) return
    let length = 0
    while (length < found && length <= longestMatch && bytes[found - 1 - length] === bytes[this.#at - 1 - length])
      length++
    if (length < matchBytes) return
    this.#match = found
    this.#matchLength = length
  }

  #hashContexts(): void {
    let hash = 1
    let length = 0
    for (const [i, order] of orders.entries()) {
      for (; length < order; length++) hash = hashed(hash, length < this.#at ? this.#bytes[this.#at - 1 - length] : 0)
      this.#hashes[i] = hash + i
    }
    this.#hashes[contexts - 2] = hashed(this.#word, 257)
    this.#hashes[contexts - 1] = hashed(this.#word, this.#wordBefore)
  }

  /** Finds the lines of all contexts for the half byte that begins. A line of another context is forgotten: of two, the less known. */
  #findLines(): void {
    this.#half = 1
    for (let i = 0; i < contexts; i++) {
      const hash = hashed(this.#hashes[i], this.#begun)
      const check = ((hash >>> 24) | 1) & 255
      const first = hash & (places - 1) & ~15
      const second = first ^ 16
      if (this.#seen[first] === check) this.#lines[i] = first
      else if (this.#seen[second] === check) this.#lines[i] = second
      else {
        const line = this.#seen[second + 1] < this.#seen[first + 1] ? second : first
        this.#seen.fill(0, line, line + 16)
        this.#chance.fill(2 ** 15, line, line + 16)
        this.#seen[line] = check
        this.#lines[i] = line
      }
    }
  }
}

/** Letters, digits and what else names are made of in programs; and all beyond ASCII. */
const isOfWord = (byte: number): boolean =>
  byte > 127 || byte === 36 || byte === 95 || (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122)

function hashed(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ Math.imul(value, 0x9e3779b1), 0x85ebca6b)
  const again = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  return again ^ (again >>> 13)
}

/** σ(x) = 1 / (1 + e⁻ˣ), with (1 − x/4096)⁴⁰⁹⁶ for e⁻ˣ. */
function sigmaTable(): Float64Array {
  return Float64Array.from({ length: 2 * reach * stepsOfSigma + 1 }, (_, i) => {
    let power = 1 - (i / stepsOfSigma - reach) / 4096
    for (let k = 0; k < 12; k++) power *= power
    return 1 / (1 + power)
  })
}

function sigmaOf(table: Float64Array, x: number): number {
  const i = Math.floor((x + reach) * stepsOfSigma + 0.5)
  return table[Math.max(0, Math.min(table.length - 1, i))]
}

/** σ⁻¹ in the middle of each step of probability, read from σ. */
function stretchTable(sigma: Float64Array): Float64Array {
  let i = 0
  return Float64Array.from({ length: steps }, (_, step) => {
    while (i < sigma.length - 1 && sigma[i] < (step + 0.5) / steps) i++
    return i / stepsOfSigma - reach
  })
}

const range = 2 ** 32

/** The bytes in fewer: 4 for their number, and the bits. */
export function squeeze(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const predictor = new Predictor(new Uint8Array(bytes.length))
  const written: number[] = []
  for (let shift = 24; shift >= 0; shift -= 8) written.push((bytes.length >>> shift) & 255)
  let [low, high] = [0, range - 1]
  for (const byte of bytes)
    for (let shift = 7; shift >= 0; shift--) {
      const bit = (byte >>> shift) & 1
      const middle = middleOf(low, high, predictor.predict())
      if (bit === 1) high = middle
      else low = middle + 1
      predictor.learn(bit)
      // Bytes that both ends have in common stay as they are.
      for (; (low ^ high) >>> 24 === 0; [low, high] = [(low << 8) >>> 0, ((high << 8) | 255) >>> 0])
        written.push(high >>> 24)
    }
  for (let shift = 24; shift >= 0; shift -= 8) written.push((high >>> shift) & 255)
  return Uint8Array.from(written)
}

/** The bytes that `squeeze` made fewer. */
export function unsqueeze(squeezed: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = 0
  const next = (value: number): number => ((value << 8) | (squeezed[at++] ?? 0)) >>> 0
  const four = (): number => next(next(next(next(0))))
  const bytes = new Uint8Array(four())
  const predictor = new Predictor(bytes)
  let [low, high] = [0, range - 1]
  let value = four()
  for (let i = 0; i < bytes.length * 8; i++) {
    const middle = middleOf(low, high, predictor.predict())
    const bit = value <= middle ? 1 : 0
    if (bit === 1) high = middle
    else low = middle + 1
    predictor.learn(bit)
    for (; (low ^ high) >>> 24 === 0; [low, high] = [(low << 8) >>> 0, ((high << 8) | 255) >>> 0]) value = next(value)
  }
  return bytes
}

/** The end of the part of an interval that stands for a 1. */
const middleOf = (low: number, high: number, chance: number): number =>
  low + Math.min(high - low - 1, Math.floor((high - low) * chance))
