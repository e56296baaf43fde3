// transformers.js at work for the bench, as workProcess.ts does it for Cutaway: it works once and says that it is ready, then as
// often as each line of its input says. It is not ours to install: the folder it was installed in is told.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { type InferenceWorkload, promptIds, tokenMs } from './inferenceWork.ts'
import type { Hearing } from './mediaWork.ts'
import { byLength, readSentences, sentencesInBatch } from './sentenceFile.ts'

export type TransformersTask = (
  | ({ readonly kind: 'gpt2' } & InferenceWorkload)
  | { readonly kind: 'minilm'; readonly file: string }
  | { readonly kind: 'vit'; readonly side: number }
  | ({ readonly kind: 'whisper'; readonly seconds: number } & Hearing)
) & { readonly threads: number }

/** The task, where transformers.js is installed, and where its models are. */
export type TransformersJob = TransformersTask & { readonly folder: string; readonly models: string }

/** As much of transformers.js as is used here. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string; readonly version?: string }
  readonly Tensor: new (
    type: 'int64' | 'float32',
    data: BigInt64Array | Float32Array,
    dims: readonly number[],
  ) => object
  readonly AutoModelForCausalLM: {
    from_pretrained(name: string, options: object): Promise<{ generate(settings: object): Promise<unknown> }>
  }
  readonly AutoModelForImageClassification: {
    from_pretrained(name: string, options: object): Promise<(inputs: object) => Promise<unknown>>
  }
  readonly WhisperFeatureExtractor: new (config: object) => (samples: Float32Array) => Promise<object>
  readonly WhisperForConditionalGeneration: {
    from_pretrained(
      name: string,
      options: object,
    ): Promise<{ generate(settings: object): Promise<{ readonly dims: readonly number[] }> }>
  }
  pipeline(
    task: 'feature-extraction',
    name: string,
    options: object,
  ): Promise<(sentences: readonly string[], options: object) => Promise<unknown>>
}

const job: TransformersJob = JSON.parse(process.argv[2])
const resolve = createRequire(join(job.folder, 'package.json')).resolve
const library: Transformers = await import(pathToFileURL(resolve('@huggingface/transformers')).href)
library.env.allowRemoteModels = false
library.env.localModelPath = `${job.models}/`
const options = { dtype: 'fp32', device: 'cpu', session_options: { intraOpNumThreads: job.threads } }

/** Does the work once; gives its milliseconds. */
const once =
  job.kind === 'gpt2' ? await writing(job)
  : job.kind === 'vit' ? await seeing(job.side)
  : job.kind === 'whisper' ? await hearing(job.seconds, job)
  : await embedding(job.file) // biome-ignore format: a table

async function writing({ prompt, tokens }: InferenceWorkload): Promise<() => Promise<number>> {
  const model = await library.AutoModelForCausalLM.from_pretrained('gpt2', options)
  const input = {
    input_ids: new library.Tensor('int64', BigInt64Array.from(promptIds(prompt), BigInt), [1, prompt]),
    attention_mask: new library.Tensor('int64', new BigInt64Array(prompt).fill(1n), [1, prompt]),
  }
  return async () => {
    const stamps: number[] = []
    // It is given the prompt first, when nothing is computed yet.
    const streamer = { put: () => stamps.push(performance.now()), end: () => {} }
    await model.generate({ ...input, max_new_tokens: tokens, min_new_tokens: tokens, do_sample: false, streamer })
    if (stamps.length !== tokens + 1) throw new Error(`${stamps.length - 1} of ${tokens} tokens were written.`)
    return tokenMs(stamps)
  }
}

/** In order of length, so that little is padded. */
async function embedding(file: string): Promise<() => Promise<number>> {
  const embed = await library.pipeline('feature-extraction', 'minilm', options)
  const sentences = byLength(readSentences(file))
  return async () => {
    const begun = performance.now()
    for (let i = 0; i < sentences.length; i += sentencesInBatch)
      await embed(sentences.slice(i, i + sentencesInBatch), { pooling: 'mean', normalize: true })
    return performance.now() - begun
  }
}

async function seeing(side: number): Promise<() => Promise<number>> {
  const model = await library.AutoModelForImageClassification.from_pretrained('vit', options)
  const numbers = Float32Array.from({ length: 3 * side * side }, () => 2 * Math.random() - 1)
  const pixel_values = new library.Tensor('float32', numbers, [1, 3, side, side])
  return timed(() => model({ pixel_values }))
}

/** From samples to ids. */
async function hearing(seconds: number, { tokens }: Hearing): Promise<() => Promise<number>> {
  const model = await library.WhisperForConditionalGeneration.from_pretrained('whisper', options)
  const config = JSON.parse(readFileSync(join(job.models, 'whisper/preprocessor_config.json'), 'utf8'))
  const features = new library.WhisperFeatureExtractor(config)
  const samples = Float32Array.from({ length: seconds * config.sampling_rate }, () => Math.random() - 0.5)
  return timed(async () => {
    const settings = { max_new_tokens: tokens, min_new_tokens: tokens, do_sample: false }
    const { dims } = await model.generate({ ...(await features(samples)), ...settings })
    if (dims[1] < tokens) throw new Error(`${dims[1]} of ${tokens} tokens were written.`)
  })
}

function timed(work: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const begun = performance.now()
    await work()
    return performance.now() - begun
  }
}

const answer = (values: object): void => console.log(JSON.stringify(values))

await once()
const installed = JSON.parse(
  readFileSync(join(job.folder, 'node_modules/@huggingface/transformers/package.json'), 'utf8'),
)
answer({ name: `transformers.js ${installed.version} (onnxruntime-node)` })
for await (const line of createInterface({ input: process.stdin })) {
  const ms: number[] = []
  for (let i = 0; i < Number(line); i++) ms.push(await once())
  answer({ ms })
}
process.exit()
