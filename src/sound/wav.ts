// WAV: a RIFF file of chunks, each with a name of four letters, its size, and its bytes, padded to an even number.
//
//   "RIFF" size "WAVE"   "fmt " size format   "LIST" size …   "data" size samples   …
//
// What a sample is says "fmt ": whole numbers of 8 (unsigned), 16, 24 and 32 bits, which stand for −1 to 1, or floats. Chunks may stand in any
// order, and others, before the samples or behind them, are passed over.
//
// Microsoft and IBM 1991, "Multimedia Programming Interface and Data Specifications 1.0"; WAVE_FORMAT_EXTENSIBLE: Microsoft 2007,
// "Multiple channel audio data and WAVE files".

import { notWav } from './notWav.ts'
import type { ChannelSound, Sound } from './sound.ts'

/**
 * The sound in a WAV file. `place`: the file's name, for messages.
 *
 * Throws for what is no WAV file, one whose samples are compressed, one that is cut, and one without a sample.
 */
export function readWav(bytes: Uint8Array, place: string): ChannelSound {
  const chunks = chunksOf(bytes, place)
  const names = chunks.map(({ name }) => JSON.stringify(name)).join(', ') || 'none'
  const chunk = (name: string, is: string): Chunk => {
    const found = chunks.find((each) => each.name === name)
    if (found) return found
    throw new Error(`${place}: there is no chunk "${name}" with ${is} in it (chunks: ${names}). Take another file.`)
  }
  const format = formatOf(chunk('fmt ', 'the format').bytes, place)
  const data = chunk('data', 'the samples')
  checkIsWhole(data, format, place)
  return { rate: format.rate, channels: channelsOf(data.bytes, format, place) }
}

/** The bytes of a WAV file of one channel with 16 bits a sample; what is beyond −1 and 1 is cut off there. */
export function writeWav({ rate, samples }: Sound): Uint8Array {
  const wrong = samples.findIndex((sample) => !Number.isFinite(sample))
  if (wrong >= 0) throw new Error(`wav: sample ${wrong} is ${samples[wrong]}; every sample must be a finite number.`)
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length))
  const letters = (at: number, text: string): void => {
    for (const [i, letter] of [...text].entries()) view.setUint8(at + i, letter.charCodeAt(0))
  }
  letters(0, 'RIFF')
  view.setUint32(4, view.byteLength - 8, true)
  letters(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, whole, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, 2 * rate, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  letters(36, 'data')
  view.setUint32(40, 2 * samples.length, true)
  for (const [i, sample] of samples.entries())
    view.setInt16(44 + 2 * i, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true)
  return new Uint8Array(view.buffer)
}

interface Chunk {
  readonly name: string
  /** The size that it states, and the bytes that are there. */
  readonly size: number
  readonly bytes: Uint8Array
}

/** Programs that write into a pipe do not know the size beforehand, and state one from here on: all to the end is meant. */
const unknownSize = 0x7ffff000

function chunksOf(bytes: Uint8Array, place: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const letters = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4))
  if (bytes.length < 12 || letters(0) !== 'RIFF' || letters(8) !== 'WAVE') throw notWav(bytes, place)
  const chunks: Chunk[] = []
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    chunks.push({ name: letters(at), size, bytes: bytes.subarray(at + 8, at + 8 + size) })
    at += 8 + size + (size % 2)
  }
  return chunks
}

interface Format {
  readonly isFloat: boolean
  readonly rate: number
  readonly channels: number
  /** The bytes of a sample. */
  readonly width: number
}

/** The numbers of formats. */
const whole = 1
const float = 3
const extensible = 0xfffe
const compressed: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'μ-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
}

/** One whose samples have fewer bits than bytes for them has them at the upper end, so that their bytes say what they stand for. */
function formatOf(bytes: Uint8Array, place: string): Format {
  if (bytes.length < 16)
    throw new Error(`${place}: the chunk "fmt " has ${bytes.length} bytes, not 16 or more. The file is damaged.`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stated = view.getUint16(0, true)
  // The number that is meant begins an identifier of 16 bytes, behind the size, the bits and the loudspeakers of the extension.
  const number = stated === extensible && bytes.length >= 26 ? view.getUint16(24, true) : stated
  const channels = view.getUint16(2, true)
  const rate = view.getUint32(4, true)
  const frame = view.getUint16(12, true)
  const bits = view.getUint16(14, true)
  if (number !== whole && number !== float) {
    const name = compressed[number] ?? 'another format'
    throw new Error(
      `${place}: its samples are ${name} (number ${number} in the file); only uncompressed ones can be read. Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav`,
    )
  }
  if (channels < 1 || rate < 1 || frame % channels !== 0)
    throw new Error(
      `${place}: it states ${channels} channels, ${rate} samples a second and ${frame} bytes for each of all channels, which cannot be. The file is damaged.`,
    )
  const width = frame / channels
  const known = number === float ? [4, 8] : [1, 2, 3, 4]
  if (!known.includes(width) || bits > 8 * width || (number === float && bits !== 8 * width))
    throw new Error(
      `${place}: its samples are ${number === float ? 'floats' : 'whole numbers'} of ${bits} bits in ${width} bytes; ${number === float ? 'those of 32 and 64' : 'those of up to 32'} bits can be read. Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav`,
    )
  return { isFloat: number === float, rate, channels, width }
}

function checkIsWhole({ size, bytes }: Chunk, { width, channels }: Format, place: string): void {
  if (size > bytes.length && size < unknownSize)
    throw new Error(
      `${place}: it is cut: of ${size} bytes of samples ${bytes.length} are there. Copy it again, or record it anew.`,
    )
  const frame = width * channels
  if (bytes.length === 0) throw new Error(`${place}: there is not one sample in it. Take another file.`)
  if (bytes.length % frame !== 0)
    throw new Error(
      `${place}: ${bytes.length} bytes of samples end amid the ${frame} of one moment. The file is damaged.`,
    )
}

function channelsOf(bytes: Uint8Array, format: Format, place: string): Float32Array[] {
  const { width, channels, isFloat } = format
  const length = bytes.length / (width * channels)
  const sample = samplesOf(bytes, format)
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(length)
    for (let i = 0; i < length; i++) {
      const value = sample(width * (i * channels + channel))
      // One of 64 bits may be more than 32 can hold.
      if (isFloat && !Number.isFinite(Math.fround(value)))
        throw new Error(`${place}: sample ${i} is ${value}. The file is damaged, or no sound.`)
      samples[i] = value
    }
    return samples
  })
}

/** The sample that begins at a byte. */
function samplesOf(bytes: Uint8Array, { width, isFloat }: Format): (at: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (isFloat) return width === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true)
  if (width === 1) return (at) => (view.getUint8(at) - 2 ** 7) / 2 ** 7
  if (width === 2) return (at) => view.getInt16(at, true) / 2 ** 15
  if (width === 3) return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / 2 ** 23
  return (at) => view.getInt32(at, true) / 2 ** 31
}
