// V8's pairing of vectors into 256 bits, for tests: it exists in Node since 24, on x64 only.

import { setFlagsFromString } from 'node:v8'

export const pairingFlag = '--experimental-wasm-revectorize'

export const canPair = Number.parseInt(process.versions.node, 10) >= 24 && process.arch === 'x64'

/** The pairing of vectors is the riskier way: what holds with it holds without. */
export function pairIfPossible(): void {
  if (canPair) setFlagsFromString(pairingFlag)
}
