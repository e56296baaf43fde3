// A voice that needs no recordings: each letter is a tone of its own, and so every text of these letters can be said.

import type { Recording } from '../../src/data/recordings.ts'
import type { Sound } from '../../src/sound/sound.ts'

const rate = 16_000
const hertz: Readonly<Record<string, number>> = { a: 400, b: 900, c: 1800, d: 3400 }

/** A text as it is said: 100 ms for each letter, 40 ms between them. */
export function say(text: string): Sound {
  const [tone, pause] = [1600, 640]
  const samples = new Float32Array(text.length * (tone + pause) + pause)
  for (const [i, letter] of [...text].entries())
    for (let n = 0; n < tone; n++) {
      const fade = Math.min(1, n / 160, (tone - n) / 160)
      samples[pause + i * (tone + pause) + n] = 0.4 * fade * Math.sin((2 * Math.PI * hertz[letter] * n) / rate)
    }
  return { rate, samples }
}

const letters = Object.keys(hertz)
const longer = (starts: readonly string[]): string[] =>
  starts.flatMap((start) => letters.map((letter) => start + letter))

/** All texts of one to three letters. */
const texts: readonly string[] = [...letters, ...longer(letters), ...longer(longer(letters))]

/** A recording of each. */
export const recordings: readonly Recording[] = texts.map((words) => ({
  name: `${words}.wav`,
  words,
  sound: say(words),
}))
