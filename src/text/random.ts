// Random numbers by counting: instead of a state that moves on with every draw, a hash of (seed, counter).
//
// Any draw can be made at any time without making those before it, so a run that was stopped at step 400 draws at step
// 401 exactly what it would have drawn, and there is no state to save.
//
// The hash is Threefry-2x32 with 20 rounds; its rotations and its constant are those of Salmon, Moraes, Dror and Shaw,
// "Parallel random numbers: as easy as 1, 2, 3", 2011 (table 2 and section 4.1). JAX draws with it too.

const rotations = [13, 15, 26, 6, 17, 29, 16, 24]
const parity = 0x1bd11bda

/**
 * 32 random bits for a seed (a whole number from 0 to 2^53 − 1) and a counter of two 32-bit words; equal arguments give
 * equal bits, on every machine.
 */
export function randomBits(seed: number, high: number, low: number): number {
  return threefry(seed, Math.floor(seed / 2 ** 32), high, low)[0]
}

/** Two random words for a key of two words and a counter of two words; of each argument the lower 32 bits count. */
export function threefry(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const keys = [key0 | 0, key1 | 0, parity ^ key0 ^ key1]
  let a = (counter0 + keys[0]) | 0
  let b = (counter1 + keys[1]) | 0
  for (let round = 1; round <= 20; round++) {
    const turn = rotations[(round - 1) % 8]
    a = (a + b) | 0
    b = ((b << turn) | (b >>> (32 - turn))) ^ a
    if (round % 4 === 0) {
      const group = round / 4
      a = (a + keys[group % 3]) | 0
      b = (b + keys[(group + 1) % 3] + group) | 0
    }
  }
  return [a >>> 0, b >>> 0]
}

/** A whole number from 0 to `below` − 1, all equally likely. */
export function randomBelow(below: number, seed: number, high: number, low: number): number {
  return Math.floor((randomBits(seed, high, low) * below) / 2 ** 32)
}

/**
 * Uniform numbers in [0, 1), one after the other, beginning anew for each (seed, high, low): for those who draw many.
 *
 * xoshiro128**: Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators". Its state begins with hashes.
 */
export function uniforms(seed: number, high: number, low: number): () => number {
  const key = Math.floor(seed / 2 ** 32)
  let [a, b] = threefry(seed, key, high, low)
  let [c, d] = threefry(seed, ~key, high, low)
  return () => {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return (result >>> 0) / 2 ** 32
  }
}

/**
 * Where `index` goes when 0 … count − 1 are shuffled: for one (seed, round) a one-to-one map of these numbers onto
 * themselves, computed for one index without shuffling the rest.
 *
 * A Feistel network (Luby and Rackoff 1988) permutes the numbers below a power of 4 that is at least
 * `count`; a result that is not below `count` is sent through again until one is ("cycle walking").
 */
export function shuffled(index: number, count: number, seed: number, round: number): number {
  let bits = 1
  while (4 ** bits < count) bits++
  const half = 2 ** bits
  let result = index
  do {
    let left = Math.floor(result / half)
    let right = result % half
    for (let pass = 0; pass < 6; pass++) {
      const mixed = left ^ (randomBits(seed, round, pass * half + right) % half)
      left = right
      right = mixed
    }
    result = left * half + right
  } while (result >= count)
  return result
}
