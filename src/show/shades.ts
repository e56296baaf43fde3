// The colours of cells on terminals, of the 256 that they have; seen on dark and on light grounds alike.

/** From night blue over green to yellow. */
export const amountGrounds = [234, 18, 24, 35, 113, 228] as const
/** From blue over nothing to orange, which people who tell red from green badly tell apart too. */
const signedGrounds = [45, 38, 31, 24, 234, 94, 130, 172, 214] as const

interface Shade {
  readonly ground: number
  readonly ink: number
}

const [white, black] = [255, 16]

/** The colours of a cell of this strength, from 0 to 1. */
export function amountColours(strength: number): Shade {
  const level = [0.07, 0.22, 0.39, 0.59, 0.81].filter((step) => strength >= step).length
  return { ground: amountGrounds[level], ink: level > 2 ? black : white }
}

/** The colours of a cell of this strength, from -1 to 1. */
export function signedColours(strength: number): Shade {
  const level = [0.06, 0.25, 0.5, 0.75].filter((step) => Math.abs(strength) >= step).length
  return { ground: signedGrounds[4 - Math.sign(strength) * level], ink: level > 2 ? black : white }
}
