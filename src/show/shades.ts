// The colours of cells on terminals, of the 256 that they have; seen on dark and on light grounds alike.

/** From what strength on a cell gets the next stronger shade. Shares are as strong as their roots: from 0.5 % on, 5 %, 15 %, 35 % and 65 %. */
export const shadeSteps = [0.005, 0.05, 0.15, 0.35, 0.65].map(Math.sqrt)
/** From night blue over green to yellow. */
const amountGrounds = [234, 18, 24, 35, 113, 228] as const
/** From blue over nothing to orange, which people who tell red from green badly tell apart too. */
const signedGrounds = [45, 38, 31, 24, 234, 94, 130, 172, 214] as const

interface Shade {
  readonly ground: number
  readonly ink: number
}

const [white, black] = [255, 16]

/** The number of steps that a strength has come to: 0 to 5. */
export const shadeLevel = (strength: number): number => shadeSteps.filter((step) => strength >= step).length

/** The colours of a cell of this strength, from 0 to 1. */
export function amountColours(strength: number): Shade {
  const level = shadeLevel(strength)
  return { ground: amountGrounds[level], ink: level > 2 ? black : white }
}

/** The colours of a cell of this strength, from -1 to 1. */
export function signedColours(strength: number): Shade {
  const level = [0.06, 0.25, 0.5, 0.75].filter((step) => Math.abs(strength) >= step).length
  return { ground: signedGrounds[4 - Math.sign(strength) * level], ink: level > 2 ? black : white }
}
