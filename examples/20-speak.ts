// A transformer speaks: it reads a number in letters and writes the sound of it, which it was never told apart from 900 other numbers.
//
// A sound is cut into pieces of two frames, 25 ms; 512 different ones (k-means) are its letters, so that speaking is translating: from
// "three hundred" to some 60 of these, token by token, and the translator of 10-translation.ts does it as it is. Griffin-Lim finds a sound with
// these frames. A hundred numbers are never heard while it learns. Each is then spoken, and compared with the recordings of itself and of
// the 27 numbers that differ from it in one digit, by the cheapest way through both sounds (DTW): it must be nearest to itself.
//
// The voice is espeak-ng's: see spokenNumbers.ts for how to get it. Recording takes a few minutes, once, in runs/numbers; learning two.
// Read next: 19-listen.ts hears what people say.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { CharacterTokenizer, cpu, EncoderDecoder, Generator, targetSequence } from '../src/index.ts'
import {
  mono,
  readWav,
  resample,
  speechCodecOf,
  speechMel,
  warpedDistance,
  withoutSilentEnds,
  writeWav,
} from '../src/media.ts'
import { bucketedBatches, pairExamples, shapesFor } from '../src/tasks.ts'
import { learn, report } from './learn.ts'
import { numbers, numberWords, recordNumbers } from './spokenNumbers.ts'

const [most, steps] = [93, 1500]
const folder = process.argv[2] ?? 'runs/numbers'
if (!(await recordNumbers(folder))) {
  console.log('There is no voice: install espeak-ng (apt install espeak-ng, or npm install --no-save espeak-ng).')
  process.exit(1)
}
const sounds = await Promise.all(
  numbers.map(async (n) => {
    const place = `${folder}/${n}.wav`
    return resample(withoutSilentEnds(mono(readWav(await readFile(place), place))), speechMel.rate)
  }),
)

// A hundred numbers are held back; those of one word, or of hundreds alone, are not, since the others are made of them.
const isWhole = (n: number): boolean => n <= 20 || n % 100 === 0 || (n < 100 && n % 10 === 0)
const heldBack = numbers.filter((n) => !isWhole(n) && (n * 617) % 1000 < 110).slice(0, 100)
const learnt = numbers.filter((n) => !heldBack.includes(n))
const codec = speechCodecOf(
  learnt.map((n) => sounds[n]),
  { frames: 2, codes: 512, seed: 1 },
)
const codes = sounds.map((sound) => codec.encode(sound))
const characters = CharacterTokenizer.of(numbers.map(numberWords).join(' '), { special: ['</s>'] })
const read = (n: number) => characters.encode(numberWords(n), { special: true })
console.log(
  `${learnt.length} numbers to learn, ${heldBack.length} held back; a number is ${Math.round(codes.flatMap((each) => [...each]).length / 1000)} codes long.`,
)

const edge = codec.codebook.size
const sets = [learnt, heldBack].map((part) =>
  pairExamples(
    part.map((n) => ({ source: read(n), target: codes[n] })),
    { begin: edge, end: edge, pad: 0 },
  ),
)
const shapes = shapesFor(sets, { batch: 16 })
const [training, validation] = sets.map((set) => bucketedBatches(set, { shapes, seed: 1 }))
const context = Math.max(...codes.map(({ length }) => length)) + 8
const model = new EncoderDecoder({
  vocab: edge + 1,
  sourceVocab: characters.size,
  context,
  model: 128,
  encoder: { layer: 2, head: 4, hidden: 512 },
  decoder: { layer: 3, head: 4, hidden: 512 },
  dropout: 0.1,
})
const engine = await cpu()
await learn({
  engine,
  objective: targetSequence(model, { scores: ['accuracy'] }),
  training,
  validation,
  steps,
  rate: 3e-3,
  leastRate: 0,
  schedule: 'cosine',
  warmup: 300,
  decay: 0.01,
  clip: 1,
  beta2: 0.98,
  seed: 1,
  evaluateEvery: 250,
  evaluateBatches: 8,
})

const generator = new Generator({ engine, model })
const openings = heldBack.map((n) => ({ source: read(n), prompt: [edge] }))
const spoken = openings.map((): number[] => [])
for await (const { row, id } of generator.generateAll(openings, { tokens: context - 1, temperature: 0, stop: [edge] }))
  if (id !== edge) spoken[row].push(id)
engine.close()

/** The numbers below 1000 that differ from one in one digit, and itself. */
const alike = (n: number): number[] => {
  const digits = (m: number): string => String(m).padStart(3, '0')
  return numbers.filter((m) => [...digits(m)].filter((digit, i) => digit !== digits(n)[i]).length <= 1)
}
const nearest = (n: number, ids: readonly number[]): number | undefined => {
  if (ids.length === 0) return undefined
  const distances = alike(n).map((m) => warpedDistance(codec.frames(ids), codec.frames(codes[m])))
  return alike(n)[distances.indexOf(Math.min(...distances))]
}
const heard = heldBack.map((n, i) => nearest(n, spoken[i]))
const wrong = heldBack.flatMap((n, i) => (heard[i] === n ? [] : [`${n} for ${heard[i] ?? 'nothing'}`]))
if (wrong.length > 0) console.log(`  nearer to another: ${wrong.join(', ')}`)
const right = heldBack.length - wrong.length
await mkdir(`${folder}/spoken`, { recursive: true })
for (const i of [0, 33, 66, 99]) {
  const file = `${folder}/spoken/${heldBack[i]}.wav`
  await writeFile(file, writeWav(codec.decode(spoken[i])))
  console.log(`  ${file}: ${numberWords(heldBack[i])}`)
}
report(
  right >= most,
  `${right} of ${heldBack.length} numbers never heard are nearest to themselves; the target is ${most}.`,
)
