// Cutaway's skip-gram on a text: a process that trains once and says how long it took, in a line of JSON.

import { readFileSync } from 'node:fs'
import { wordBatches } from '../src/data/wordBatches.ts'
import { wordCounts, wordStream } from '../src/data/wordStream.ts'
import { cpu } from '../src/engine/cpu/index.ts'
import { wordsBeside } from '../src/evaluate/pairLoss.ts'
import { spearman } from '../src/inspect/embeddings/rankCorrelation.ts'
import { SkipGram } from '../src/model/skipGram.ts'
import { trainWords } from '../src/text/tokenizer/trainWords.ts'
import { bySingleRows } from '../src/train/sparseGraphs.ts'
import { train } from '../src/train/train.ts'
import type { ScoredPairs } from './similarityFiles.ts'

const work = JSON.parse(process.argv[2]) as {
  readonly text: string
  readonly threads: number
  readonly epochs: number
  readonly similarity: ScoredPairs
}
const [model, window, pieces] = [100, 5, { position: 32, drawn: 32 }]
const text = readFileSync(work.text, 'utf8')
const tokenizer = trainWords(text.split(/\n\s*\n/))
const [vocab, words] = [tokenizer.size, wordStream(text, tokenizer)]
const counts = wordCounts(words, vocab)
const options = { counts, window, sample: 1e-3, batch: 64, ...pieces, seed: 1 }
const training = wordBatches(words, options)
const net = new SkipGram({ vocab, context: 64, model, window })
const engine = await cpu({ threads: work.threads })
const steps = work.epochs * training.stepsPerEpoch
const every = { evaluateEvery: 1e9, evaluateBatches: 1, checkpointEvery: 1e9, reportEvery: 100 }
const rates = { rate: 0.025, leastRate: 1e-4, schedule: 'linear', warmup: 0, beta1: 0, decay: 0, clip: 0 } as const
const validation = wordBatches(words.subarray(0, 10_000), options)
const objective = bySingleRows(wordsBeside(net, pieces))
let [began, busy, ms] = [0, 0, 0]
for await (const { kind, step } of train({ engine, objective, training, validation, steps, ...rates, ...every })) {
  if (kind === 'evaluation' && step === 0) [began, busy] = [performance.now(), process.cpuUsage().user / 1000]
  if (kind === 'step') ms = performance.now() - began
}
await engine.get(net.embedding.token)
busy = process.cpuUsage().user / 1000 - busy
const rows = await engine.get(net.embedding.token)
const idOf = (word: string): number | undefined => {
  const [id] = tokenizer.encode(word)
  return tokenizer.isSpecial(id) ? undefined : id
}
function cosine(a: number, b: number): number {
  let [product, ofA, ofB] = [0, 0, 0]
  for (let i = 0; i < model; i++) {
    const [x, y] = [rows[a * model + i], rows[b * model + i]]
    product += x * y
    ofA += x * x
    ofB += y * y
  }
  return product / Math.sqrt(ofA * ofB)
}
const found = Object.entries(work.similarity).flatMap(([name, pairs]) => {
  const known = pairs.flatMap(([one, other, score]) => {
    const [a, b] = [idOf(one), idOf(other)]
    return a === undefined || b === undefined ? [] : [{ ours: cosine(a, b), theirs: score }]
  })
  // Of few pairs there is nothing to say.
  if (known.length < 20) return []
  const [ours, theirs] = [known.map((each) => each.ours), known.map((each) => each.theirs)]
  return [[name, spearman(ours, theirs)] as const]
})
const standing = words.reduce((sum, id) => sum + (id < 0 ? 0 : 1), 0)
console.log(JSON.stringify({ name: 'Cutaway', ms, busy, words: standing, found: Object.fromEntries(found) }))
engine.close()
