// The rate of recordings that are no WAV, by the beginning of their files.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loudness } from '../../src/sound/loudness.ts'
import { ownRate } from '../../src/sound/ownRate.ts'
import { writeWav } from '../../src/sound/wav.ts'
import { writeFlac } from './flac.ts'

const letters = (text: string): number[] => [...text].map((each) => each.charCodeAt(0))
const sound = { rate: 22_050, samples: new Float32Array(300) }

const page = (...packet: number[]): number[] => [...letters('OggS'), ...Array(22).fill(0), 1, packet.length, ...packet]
const box = (name: string, ...inside: number[]): number[] => [0, 0, 0, 8 + inside.length, ...letters(name), ...inside]
const entry = box('mp4a', ...Array(24).fill(0), 0xac, 0x44, 0, 0)
const track = (...entries: number[]): number[] =>
  box('trak', ...box('mdia', ...box('minf', ...box('stbl', ...box('stsd', ...Array(8).fill(0), ...entries)))))

const files: readonly (readonly [name: string, bytes: ArrayLike<number>, rate: number | undefined])[] = [
  ['FLAC', writeFlac(sound), 22_050],
  ['FLAC that is cut', writeFlac(sound).slice(0, 20), undefined],
  ['Ogg with Vorbis', page(1, ...letters('vorbis'), 0, 0, 0, 0, 1, 0x44, 0xac, 0, 0), 44_100],
  ['Ogg with Opus', page(...letters('OpusHead'), 1, 1, 0, 0, 0x40, 0x1f, 0, 0), 48_000],
  ['Ogg with FLAC', page(0x7f, ...letters('FLAC'), 1, 0, 0, 1, ...writeFlac(sound).slice(0, 42)), 22_050],
  ['MP3 of MPEG-1', [0xff, 0xfb, 0x90, 0x64], 44_100],
  ['MP3 of MPEG-2', [0xff, 0xf3, 0x44, 0xc4], 24_000],
  ['MP3 behind a tag', [...letters('ID3'), 4, 0, 0, 0, 0, 0, 5, 9, 9, 9, 9, 9, 0xff, 0xfb, 0x98, 0], 32_000],
  ['MP3 with a rate that is none', [0xff, 0xfb, 0x9c, 0], undefined],
  ['AAC', [0xff, 0xf1, 0x60, 0x40], 16_000],
  ['AAC with a rate that is none', [0xff, 0xf1, 0x7c, 0x40], undefined],
  ['MP4', [...box('ftyp', ...letters('M4A ')), ...box('free'), ...box('moov', ...track(), ...track(...entry))], 44_100],
  ['MP4 without sound', [...box('ftyp', ...letters('isom')), ...box('moov', ...track(...box('avc1')))], undefined],
  ['MP4 with a box of no length', [...box('ftyp', ...letters('isom')), 0, 0, 0, 3, ...letters('moov')], undefined],
  ['a WAV', writeWav(sound), undefined],
  ['a text', letters('to be or not to be'), undefined],
  ['nothing', [], undefined],
]

describe('the rate of a recording', () => {
  for (const [name, bytes, rate] of files)
    test(name, () => {
      assert.equal(ownRate(Uint8Array.from(bytes)), rate)
    })
})

test('loudness is 0 for the loudest sound, 3 less for a sine, and nothing for silence', () => {
  const of = (wave: (t: number) => number): number =>
    loudness(Float32Array.from({ length: 1000 }, (_, i) => wave(i / 10)))
  assert.equal(
    of((t) => (t % 2 < 1 ? 1 : -1)),
    0,
  )
  assert.ok(Math.abs(of((t) => Math.sin(2 * Math.PI * t)) + 3.01) < 0.01)
  assert.ok(Math.abs(of((t) => 0.1 * Math.sin(2 * Math.PI * t)) + 23.01) < 0.01)
  assert.equal(
    of(() => 0),
    -Infinity,
  )
  assert.equal(loudness(new Float32Array()), -Infinity)
})
