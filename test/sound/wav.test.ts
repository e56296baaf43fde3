// WAV files of every kind of sample are read alike, and what cannot be read is said in one line.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mono } from '../../src/sound/sound.ts'
import { readWav, writeWav } from '../../src/sound/wav.ts'

const chunk = (name: string, bytes: Uint8Array, size = bytes.length): Uint8Array => {
  const head = new Uint8Array(8 + bytes.length + (bytes.length % 2))
  head.set([...name].map((letter) => letter.charCodeAt(0)))
  new DataView(head.buffer).setUint32(4, size, true)
  head.set(bytes, 8)
  return head
}

const file = (...chunks: Uint8Array[]): Uint8Array => {
  const inside = Uint8Array.from([...'WAVE'].map((letter) => letter.charCodeAt(0)).concat(...chunks.map((c) => [...c])))
  return chunk('RIFF', inside)
}

interface Kind {
  number?: number
  channels?: number
  rate?: number
  bits: number
  width?: number
  subformat?: number
}

const format = ({ number = 1, channels = 1, rate = 8000, bits, width = bits / 8, subformat }: Kind): Uint8Array => {
  const view = new DataView(new ArrayBuffer(subformat === undefined ? 16 : 40))
  view.setUint16(0, number, true)
  view.setUint16(2, channels, true)
  view.setUint32(4, rate, true)
  view.setUint32(8, rate * channels * width, true)
  view.setUint16(12, channels * width, true)
  view.setUint16(14, bits, true)
  if (subformat !== undefined) {
    view.setUint16(16, 22, true)
    view.setUint16(18, bits, true)
    view.setUint16(24, subformat, true)
  }
  return chunk('fmt ', new Uint8Array(view.buffer))
}

const bytesOf = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
const data = (values: ArrayBufferView, size?: number): Uint8Array => chunk('data', bytesOf(values), size)

/** Whole numbers of 24 bits, little end first. */
const packed = (values: number[]): Uint8Array =>
  Uint8Array.from(values.flatMap((value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255]))

describe('readWav', () => {
  const wanted = [0, 0.5, -1, 0.25]
  const kinds: [name: string, kind: Kind, values: ArrayBufferView][] = [
    ['8 bits, unsigned', { bits: 8 }, Uint8Array.of(128, 192, 0, 160)],
    ['16 bits', { bits: 16 }, Int16Array.of(0, 16384, -32768, 8192)],
    ['24 bits', { bits: 24 }, packed([0, 2 ** 22, -(2 ** 23), 2 ** 21])],
    ['32 bits', { bits: 32 }, Int32Array.of(0, 2 ** 30, -(2 ** 31), 2 ** 29)],
    ['floats of 32 bits', { number: 3, bits: 32 }, Float32Array.from(wanted)],
    ['floats of 64 bits', { number: 3, bits: 64 }, Float64Array.from(wanted)],
    ['12 bits at the upper end of 16', { bits: 12, width: 2 }, Int16Array.of(0, 16384, -32768, 8192)],
    ['24 bits, extensible', { number: 0xfffe, bits: 24, subformat: 1 }, packed([0, 2 ** 22, -(2 ** 23), 2 ** 21])],
    ['floats, extensible', { number: 0xfffe, bits: 32, subformat: 3 }, Float32Array.from(wanted)],
  ]
  for (const [name, kind, values] of kinds)
    test(`reads ${name}`, () => {
      const { rate, channels } = readWav(file(format(kind), data(values)), 'a.wav')
      assert.equal(rate, 8000)
      assert.deepEqual(channels, [Float32Array.from(wanted)])
    })

  test('reads channels one by one, and mono is their mean', () => {
    const sound = readWav(file(format({ bits: 8, channels: 3 }), data(Uint8Array.of(128, 192, 64, 0, 0, 128))), 'a.wav')
    assert.deepEqual(sound.channels, [Float32Array.of(0, -1), Float32Array.of(0.5, -1), Float32Array.of(-0.5, 0)])
    assert.deepEqual(mono(sound), { rate: 8000, samples: Float32Array.of(0, -2 / 3) })
  })

  test('passes over other chunks, of odd sizes too, before and behind', () => {
    const other = chunk('LIST', Uint8Array.of(1, 2, 3))
    const bytes = file(other, format({ bits: 8 }), other, data(Uint8Array.of(192)), chunk('id3 ', Uint8Array.of(9)))
    assert.deepEqual(readWav(bytes, 'a.wav').channels, [Float32Array.of(0.5)])
  })

  test('reads the samples before their format, and to the end where the size was not known', () => {
    assert.deepEqual(readWav(file(data(Uint8Array.of(192)), format({ bits: 8 })), 'a.wav').channels, [
      Float32Array.of(0.5),
    ])
    for (const size of [0x7ffff000, 0xffffffff])
      assert.deepEqual(readWav(file(format({ bits: 8 }), data(Uint8Array.of(192, 0), size)), 'a.wav').channels, [
        Float32Array.of(0.5, -1),
      ])
  })

  const eight = format({ bits: 8 })
  const refused: [bytes: Uint8Array, message: string][] = [
    [new Uint8Array(), 'the file is empty, and no WAV. Give another.'],
    [
      Uint8Array.of(1, 2, 65, 66, 67),
      'this is no WAV: it begins with "··AB", not with "RIFF", a size and "WAVE". Name a recording.',
    ],
    [bytesOf(Buffer.from('ID3 and more')), 'this is no WAV, but MP3. Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav'],
    [
      bytesOf(Buffer.from('RIFF    AVI LIST')),
      'this is no WAV, but a film (AVI). Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav',
    ],
    [file(), 'there is no chunk "fmt " with the format in it (chunks: none). Take another file.'],
    [file(eight), 'there is no chunk "data" with the samples in it (chunks: "fmt "). Take another file.'],
    [
      file(format({ bits: 8, number: 6 }), data(Uint8Array.of(1))),
      'its samples are A-law (number 6 in the file); only uncompressed ones can be read. Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav',
    ],
    [
      file(format({ bits: 16, number: 0xfffe, subformat: 85 }), data(Uint8Array.of(1))),
      'its samples are MP3 (number 85 in the file); only uncompressed ones can be read. Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav',
    ],
    [
      file(format({ bits: 64 }), data(new Float64Array(1))),
      'its samples are whole numbers of 64 bits in 8 bytes; those of up to 32 bits can be read. Convert it: ffmpeg -i IN.wav -c:a pcm_s16le OUT.wav',
    ],
    [
      file(format({ bits: 8, channels: 0 }), data(Uint8Array.of(1))),
      'it states 0 channels, 8000 samples a second and 0 bytes for each of all channels, which cannot be. The file is damaged.',
    ],
    [
      file(eight, data(Uint8Array.of(1, 2), 200)),
      'it is cut: of 200 bytes of samples 2 are there. Copy it again, or record it anew.',
    ],
    [file(eight, data(new Uint8Array())), 'there is not one sample in it. Take another file.'],
    [
      file(format({ bits: 16 }), data(Uint8Array.of(1, 2, 3))),
      '3 bytes of samples end amid the 2 of one moment. The file is damaged.',
    ],
    [
      file(format({ number: 3, bits: 32 }), data(Float32Array.of(0, Number.NaN))),
      'sample 1 is NaN. The file is damaged, or no sound.',
    ],
    [
      file(format({ number: 3, bits: 64 }), data(Float64Array.of(0, 1e300))),
      'sample 1 is 1e+300. The file is damaged, or no sound.',
    ],
    [
      file(chunk('fmt ', Uint8Array.of(1, 0)), data(Uint8Array.of(1))),
      'the chunk "fmt " has 2 bytes, not 16 or more. The file is damaged.',
    ],
  ]
  for (const [bytes, message] of refused)
    test(`says: ${message.slice(0, 60)}`, () => {
      assert.throws(() => readWav(bytes, 'a.wav'), { message: `a.wav: ${message}` })
    })
})

describe('writeWav', () => {
  test('writes what is read again, and cuts off what is too loud', () => {
    const samples = Float32Array.of(0, 0.5, -1, 1 / 32768, 1.5, -2)
    const { rate, channels } = readWav(writeWav({ rate: 16000, samples }), 'a.wav')
    assert.equal(rate, 16000)
    assert.deepEqual(channels, [Float32Array.of(0, 0.5, -1, 1 / 32768, 32767 / 32768, -1)])
  })

  test('refuses what is no number', () => {
    assert.throws(() => writeWav({ rate: 8000, samples: Float32Array.of(0, Number.NaN) }), {
      message: 'wav: sample 1 is NaN; every sample must be a finite number.',
    })
  })
})
