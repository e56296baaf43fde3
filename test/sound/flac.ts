// Writes FLAC for tests: one channel of 16 bits, every sample as it is (RFC 9639, "verbatim subframes").

import type { Sound } from '../../src/sound/sound.ts'

const blockSize = 4096

export function writeFlac({ rate, samples }: Sound): Uint8Array {
  const bytes: number[] = [...'fLaC'].map((letter) => letter.charCodeAt(0))
  // The last block of what is told beforehand, of kind 0, and 34 bytes long.
  bytes.push(0x80, 0, 0, 34, ...number(blockSize, 2), ...number(blockSize, 2), ...number(0, 6))
  // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of samples; then no checksum.
  bytes.push(...number(rate * 16, 3), 0xf0, ...number(samples.length, 4), ...number(0, 16))
  for (let at = 0; at < samples.length; at += blockSize)
    bytes.push(...frame(samples.subarray(at, at + blockSize), at / blockSize))
  return Uint8Array.from(bytes)
}

function frame(samples: Float32Array, index: number): number[] {
  if (index > 127) throw new Error('flac: this writer numbers 128 blocks.')
  // Blocks of one size, which stands behind their number; the rate is that of the file; one channel; 16 bits.
  const header = [0xff, 0xf8, 0x70, 0x08, index, ...number(samples.length - 1, 2)]
  header.push(checksum(header, 8, 0x07))
  const whole = [...header, 0x02]
  for (const sample of samples) {
    const value = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)))
    whole.push((value >> 8) & 255, value & 255)
  }
  return [...whole, ...number(checksum(whole, 16, 0x8005), 2)]
}

/** A whole number in so many bytes, the highest first. */
const number = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256)

/** The remainder of division by a polynomial, of so many bits. */
function checksum(bytes: readonly number[], bits: number, polynomial: number): number {
  const [top, mask] = [2 ** (bits - 1), 2 ** bits - 1]
  return bytes.reduce((sum, byte) => {
    let rest = sum ^ (byte << (bits - 8))
    for (let i = 0; i < 8; i++) rest = (rest & top ? (rest << 1) ^ polynomial : rest << 1) & mask
    return rest
  }, 0)
}
