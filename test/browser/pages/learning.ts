// A training that is watched, vectors of words, and attention as a graph, wherever this runs: in Node, or in a page.

import { CharacterTokenizer, type CpuOptions, cpu, GPT2, nextToken, splitCorpus, train } from '../../../src/index.ts'
import { attentionGraph, nearestTokens, readEmbedding, Watcher, watching, watchSteps } from '../../../src/inspect.ts'
import { graphMl } from '../../../src/show/graphText.ts'
import {
  bySingleRows,
  SkipGram,
  trainWords,
  wordBatches,
  wordCounts,
  wordStream,
  wordsBeside,
} from '../../../src/tasks.ts'
import { uniforms } from '../../../src/text/random.ts'

/** What came of it. Numbers of 32 bits pass through JSON unchanged. */
export interface Learnt {
  /** The words nearest to one, with their cosines. */
  readonly nearest: readonly (readonly [word: string, cosine: number])[]
  /** The step of each look, and the share of each head on the token before. */
  readonly looks: readonly (readonly [step: number, shares: readonly number[]])[]
  readonly graphML: string
}

export async function learnAndWatch(options: CpuOptions): Promise<Learnt> {
  const engine = await cpu(options)
  try {
    return { nearest: await neighbours(engine), ...(await watched(engine)) }
  } finally {
    engine.close()
  }
}

type PageEngine = Awaited<ReturnType<typeof cpu>>

/** Sentences in which day and night stand among the same words, and others among others. */
const sentences = Array.from({ length: 240 }, (_, i) =>
  i % 2 ? `the ${i % 4 === 1 ? 'day' : 'night'} was long and dark over the sea` : 'a cat eats fish with milk at home',
)

async function neighbours(engine: PageEngine): Promise<Learnt['nearest']> {
  const tokenizer = trainWords(sentences)
  const words = wordStream(sentences.join('\n\n'), tokenizer)
  const vocab = tokenizer.size
  const pieces = { position: 32, drawn: 16 }
  const options = { counts: wordCounts(words, vocab), window: 3, sample: 0, batch: 2, ...pieces, seed: 1 }
  const cut = Math.floor(0.9 * words.length)
  const [training, validation] = [words.subarray(0, cut), words.subarray(cut)].map((part) => wordBatches(part, options))
  const model = new SkipGram({ vocab, context: 32, model: 12, window: 3, negative: 2 })
  const objective = bySingleRows(wordsBeside(model, pieces))
  const settings = { rate: 0.05, schedule: 'linear', warmup: 0, beta1: 0, decay: 0, clip: 0 } as const
  for await (const { kind } of train({
    engine,
    objective,
    training,
    validation,
    steps: 600,
    evaluateEvery: 600,
    ...settings,
  }))
    if (kind === 'done') break
  const { vectors } = await readEmbedding({ model, engine })
  const [day] = tokenizer.encode('day')
  return nearestTokens({ vectors, of: day, most: 3 }).map(({ id, cosine }) => [tokenizer.piece(id), cosine])
}

async function watched(engine: PageEngine): Promise<Pick<Learnt, 'looks' | 'graphML'>> {
  // Mostly each letter is the one before the last, so that heads learn to look at the letter before.
  const letters = ['a', 'b']
  const next = uniforms(1, 0, 0)
  while (letters.length < 3000)
    letters.push(next() < 0.9 ? letters[letters.length - 2] : 'abcd'[Math.floor(4 * next())])
  const text = letters.join('')
  const read = text.slice(0, 12)
  const tokenizer = CharacterTokenizer.of(text)
  const model = new GPT2({ vocab: tokenizer.size, context: 12, layer: 1, head: 2, model: 16 })
  const corpus = splitCorpus(text, tokenizer, { context: 12 })
  const inputs = { ids: tokenizer.encode(read) }
  const watcher = await Watcher.create({ engine, objective: nextToken(model), what: ['previous'], inputs })
  const events = train({ engine, model, corpus, steps: 240, batch: 8, rate: 2e-2, evaluateEvery: 240 })
  const looks: [number, number[]][] = []
  for await (const event of watching(events, { watcher, at: watchSteps({ every: 60 }) }))
    if (event.kind === 'watched') looks.push([event.step, event.rows.map(({ value = -1 }) => value)])
  await watcher.close()
  const graph = await attentionGraph({ engine, model, inputs, layers: [0], heads: [0], least: 0.1 })
  return { looks, graphML: graphMl(graph, [...read]) }
}
