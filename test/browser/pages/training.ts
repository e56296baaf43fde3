// A tiny model learns a text and writes, wherever this runs: in Node, on the main thread of a page, or in a worker of one.

import { CharacterTokenizer, type CpuOptions, cpu, GPT2, generate, splitCorpus, train } from '../../../src/index.ts'
import { attentionPatterns } from '../../../src/inspect.ts'

/** What came of it. Numbers of 32 bits pass through JSON unchanged, so they can be compared bit by bit. */
export interface Lesson {
  /** The engine's own words for what computed. */
  readonly engine: string
  /** Of every step, and the norms of their gradients. */
  readonly losses: readonly number[]
  readonly gradientNorms: readonly number[]
  /** On both parts of the text, at the beginning and at the end. */
  readonly evaluations: readonly (readonly number[])[]
  /** What it writes: the likeliest characters, and such as are drawn. */
  readonly likeliest: string
  readonly drawn: string
  /** How much each position of a text looks at each, in the first head. */
  readonly pattern: readonly number[]
}

export async function learn(options: CpuOptions): Promise<Lesson> {
  const text = 'Rose is a rose is a rose is a rose. '.repeat(30)
  const tokenizer = CharacterTokenizer.of(text)
  const model = new GPT2({ vocab: tokenizer.size, context: 16, layer: 2, head: 2, model: 32, dropout: 0.1 })
  const corpus = splitCorpus(text, tokenizer, { context: 16 })
  const engine = await cpu(options)
  const losses: number[] = []
  const gradientNorms: number[] = []
  const evaluations: number[][] = []
  for await (const event of train({ engine, model, corpus, steps: 200, batch: 8, rate: 1e-2 })) {
    if (event.kind === 'step') {
      losses.push(event.loss)
      gradientNorms.push(event.gradientNorm)
    } else if (event.kind === 'evaluation') evaluations.push([event.training, event.validation])
  }
  const write = async (temperature: number): Promise<string> => {
    let written = ''
    const prompt = tokenizer.encode('Rose')
    for await (const { id } of generate({ engine, model, prompt, tokens: 40, temperature, seed: 1 }))
      written += tokenizer.piece(id)
    return written
  }
  const likeliest = await write(0)
  const drawn = await write(1)
  const ids = tokenizer.encode('Rose is')
  const [{ shares }] = await attentionPatterns({ engine, model, inputs: { ids } })
  engine.close()
  return { engine: engine.description, losses, gradientNorms, evaluations, likeliest, drawn, pattern: [...shares] }
}

/** In a page: the same, in a worker, which is this very file. */
export async function learnInWorker(options: CpuOptions): Promise<Lesson> {
  const worker = new Worker(import.meta.url, { type: 'module' })
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => ('error' in data ? reject(new Error(data.error)) : resolve(data))
      worker.onerror = ({ message }) => reject(new Error(message))
      worker.postMessage(options)
    })
  } finally {
    worker.terminate()
  }
}

const isWorker = typeof document === 'undefined' && typeof postMessage === 'function'
if (isWorker) {
  addEventListener('message', ({ data }: MessageEvent<CpuOptions>) => {
    learn(data).then(
      (lesson) => postMessage(lesson),
      (error) => postMessage({ error: String(error) }),
    )
  })
}
