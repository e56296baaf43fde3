// Random numbers that depend on nothing but their key, the step and the cell: the same on every engine, to the bit.
//
//   hash = mix(mix(cell) + mix(key xor mix(step)))     all 32-bit
//
// `mix` is a bijection of the family that Chris Wellons searched for low bias ("lowbias32").

/** Spreads 32 bits over 32 bits, one to one. */
function mix(bits: number): number {
  let x = bits | 0
  x ^= x >>> 16
  x = Math.imul(x, 0x21f0aaad)
  x ^= x >>> 15
  x = Math.imul(x, 0x735a2d97)
  x ^= x >>> 15
  return x
}

/** A uniform number in [0, 1), a multiple of 2⁻²⁴. All three are whole numbers, of which the lowest 32 bits count. */
export function uniform(key: number, step: number, cell: number): number {
  const hash = mix(mix(cell) + mix(key ^ mix(step)))
  return (hash >>> 8) * 2 ** -24
}

/** A 32-bit key for random nodes, from the seed and the node's name (FNV-1a). */
export function randomKey(name: string, seed: number): number {
  let hash = 0x811c9dc5
  for (const character of `${seed}/${name}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
