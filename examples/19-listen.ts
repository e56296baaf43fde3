// A small Whisper learns to hear: it is given the sound of one to four spoken digits and writes them in letters, "seven two nine".
//
// The sound is 20 ms frames of 40 mel filters; two convolutions make of them a place for every 40 ms, which an encoder reads and a decoder
// looks at while it writes. Nobody tells it which sound belongs to which letter; that is found by attention.
//
// Phrases are put together from recordings of single digits, by one speaker each, with pauses and at other loudness: no phrase comes twice.
// Measured are phrases of recordings that it has not heard, by the five men that it knows; and of a sixth, whom it never heard.
//
// This takes about three minutes on two cores. Where the recordings come from says spokenDigits.ts. Read next: 20-speak.ts.

import { CharacterTokenizer, cpu, Evaluator, targetSequence } from '../src/index.ts'
import { logMel, Whisper, whisperMel } from '../src/media.ts'
import { bucketedBatches, type Examples, pairExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'
import { digitWords, type SpokenDigit, spokenDigits } from './spokenDigits.ts'

const [least, steps] = [0.94, 1600]
const recordings = await spokenDigits(process.argv[2])
if (recordings === undefined) {
  console.log('There are no recordings of digits: name a folder of them (spokenDigits.ts says where to get it).')
  process.exit(1)
}

// Three seconds of sound: 150 frames, 75 places.
const seconds = 3
const settings = { ...whisperMel, hop: 320, mels: 40 }
const block = { frame: (seconds * settings.rate) / settings.hop, mel: settings.mels }
const letters = CharacterTokenizer.of(digitWords.join(' '), { special: ['</s>'] })
const { end = 0 } = letters.special
const longest = 24

/** Numbers from 0 to 1 that look drawn, the same for the same seed. */
function drawing(seed: number): () => number {
  let state = Math.imul(seed + 1, 2654435761) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** One to four recordings by one speaker. */
function digitsOf(of: ReadonlyMap<string, readonly SpokenDigit[]>, draw: () => number): SpokenDigit[] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)]
  const own = pick([...of.values()])
  return Array.from({ length: 1 + Math.floor(draw() * 4) }, () => pick(own))
}
const bySpeaker = (digits: readonly SpokenDigit[]) => Map.groupBy(digits, ({ speaker }) => speaker)
const target = (digits: readonly SpokenDigit[]): Int32Array =>
  letters.encode(digits.map(({ digit }) => digitWords[digit]).join(' '))
/** Samples as loud as others, with a little noise. */
const evened = ({ samples }: SpokenDigit, draw: () => number): Float32Array => {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0.02)
  return samples.map((sample) => (0.25 / loudest) * sample + noise(draw))
}
const noise = (draw: () => number): number => 0.001 * (draw() - 0.5)

// What it is measured on: phrases as they would be recorded, heard from beginning to end.
function phrases(count: number, digits: readonly SpokenDigit[], seed: number): Examples {
  const draw = drawing(seed)
  const of = bySpeaker(digits)
  const pairs = Array.from({ length: count }, () => {
    const said = digitsOf(of, draw)
    const sound = new Float32Array(seconds * settings.rate).map(() => noise(draw))
    const pause = (): number => Math.round((0.03 + 0.15 * draw()) * settings.rate)
    let at = pause()
    for (const each of said) {
      const loud = 0.5 + 1.5 * draw()
      const samples = evened(each, draw)
      if (at + samples.length > sound.length) return undefined
      sound.set(
        samples.map((sample) => loud * sample),
        at,
      )
      at += samples.length + pause()
    }
    return { source: logMel(sound, settings).data, target: target(said) }
  })
  return pairExamples(
    pairs.filter((pair) => pair !== undefined),
    { begin: end, end, block },
  )
}

// What it learns from: in every epoch other phrases, put together from the frames of each recording, louder or not so loud.
function endlessPhrases(count: number, digits: readonly SpokenDigit[], { fields }: Examples): Examples {
  const of = bySpeaker(digits)
  const draw = drawing(0)
  const heard = new Map(digits.map((each) => [each, logMel(evened(each, draw), settings).data]))
  const hush = logMel(
    new Float32Array(10 * settings.rate).map(() => noise(draw)),
    settings,
  ).data
  const row = (example: number, epoch: number) => {
    const draw = drawing((epoch + 2) * count + example)
    for (let i = 0; i < 5; i++) draw()
    const start = Math.floor(draw() * (hush.length / block.mel - block.frame)) * block.mel
    const source = hush.slice(start, start + block.frame * block.mel)
    const pause = (): number => Math.round((0.03 + 0.15 * draw()) * (settings.rate / settings.hop)) * block.mel
    const said: SpokenDigit[] = []
    let at = pause()
    for (const each of digitsOf(of, draw)) {
      const frames = heard.get(each)
      if (frames === undefined || at + frames.length > source.length) break
      // A sound that is twice as loud is four times as strong: log₁₀ 4, and a quarter of it in Whisper's frames.
      const louder = Math.log10(0.5 + 1.5 * draw()) / 2
      for (const [i, x] of frames.entries()) source[at + i] = Math.max(source[at + i], x + louder)
      at += frames.length + pause()
      said.push(each)
    }
    const ids = new Int32Array(longest).fill(end)
    ids.set(target(said), 1)
    const targets = new Int32Array(longest).fill(-1)
    targets.set([...target(said), end])
    return { source, ids, targets }
  }
  return { count, fields, lengths: { position: longest }, row }
}

const known = recordings.filter(({ speaker }) => speaker !== 'theo')
const unheard = phrases(
  1000,
  known.filter(({ take }) => take < 5),
  2,
)
const stranger = phrases(
  1000,
  recordings.filter(({ speaker }) => speaker === 'theo'),
  3,
)
const learnt = endlessPhrases(
  12_800,
  known.filter(({ take }) => take >= 5),
  unheard,
)
const shapes = [{ batch: 32, position: longest }]
const [training, validation, other] = [learnt, unheard, stranger].map((part) =>
  bucketedBatches(part, { shapes, seed: 1 }),
)
const model = new Whisper({
  vocab: letters.size,
  context: longest,
  sourceContext: block.frame / 2,
  mel: block.mel,
  model: 96,
  encoder: { layer: 3, head: 4 },
  decoder: { layer: 2, head: 4 },
})
const engine = await cpu()
const objective = targetSequence(model, { scores: ['accuracy', 'exact'] })
await learn({
  engine,
  objective,
  training,
  validation,
  steps,
  rate: 2e-3,
  leastRate: 0,
  schedule: 'cosine',
  warmup: 200,
  decay: 0.01,
  clip: 1,
  beta2: 0.98,
  seed: 1,
  evaluateBatches: 4,
})
const evaluator = new Evaluator(engine, objective)
const [{ exact = 0 }, strange] = [
  await evaluator.evaluate(validation.evaluation()),
  await evaluator.evaluate(other.evaluation()),
]
engine.close()
const percent = (share = 0): string => `${(100 * share).toFixed(1)} %`
console.log(`  of a speaker never heard: ${percent(strange.exact)} of phrases, ${percent(strange.accuracy)} of letters`)
report(
  exact >= least,
  `${percent(exact)} of phrases never heard are written without a mistake; the target is ${percent(least)}.`,
)
