// transformers.js and llama.cpp as contenders, where somebody has installed them and says where (README.md):
//
//   CUTAWAY_TRANSFORMERS   a folder in which npm has installed @huggingface/transformers
//   CUTAWAY_LLAMA_BENCH    the program llama-bench
//   CUTAWAY_PEER_MODELS    the folder of models that write_gpt2.py and the exports made

import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Contender, startProcess } from './contender.ts'
import type { InferenceWorkload } from './inferenceWork.ts'
import type { TransformersJob, TransformersTask } from './transformersProcess.ts'

interface Place {
  readonly variable: string
  /** What is missing without it. */
  readonly of: string
  readonly says: string
}

const models: Place = { variable: 'CUTAWAY_PEER_MODELS', of: 'models for the peers', says: 'the folder they are in' }
const transformers: Place = {
  variable: 'CUTAWAY_TRANSFORMERS',
  of: 'transformers.js',
  says: 'a folder where @huggingface/transformers is installed',
}
const llama: Place = { variable: 'CUTAWAY_LLAMA_BENCH', of: 'llama.cpp', says: 'the program llama-bench' }

/** transformers.js, ready for its work, or why there is none. */
export async function startTransformers(job: TransformersTask): Promise<Contender | string> {
  const found = find(transformers)
  if (typeof found === 'string') return found
  const file = `${job.kind}/onnx/${job.kind === 'whisper' ? 'decoder_model_merged' : 'model'}.onnx`
  const given = findModel(file)
  if (typeof given === 'string') return `transformers.js: ${given}`
  const whole: TransformersJob = { ...job, folder: found.path, models: given.folder }
  const path = fileURLToPath(new URL('transformersProcess.ts', import.meta.url))
  try {
    return await startProcess({ command: process.execPath, args: [path, JSON.stringify(whole)] })
  } catch (error) {
    return `transformers.js: ${error instanceof Error ? error.message : error}`
  }
}

/** llama.cpp: each piece of work is a run of llama-bench, which times itself. */
export async function startLlama(work: InferenceWorkload & { readonly threads: number }): Promise<Contender | string> {
  const found = find(llama)
  if (typeof found === 'string') return found
  const given = findModel(`gpt2-${work.weights}.gguf`)
  if (typeof given === 'string') return `llama.cpp: ${given}`
  const { prompt, tokens, threads } = work
  const what = tokens > 1 ? ['-p', 0, '-n', tokens, '-d', prompt] : ['-p', prompt, '-n', 0]
  const args = ['-m', given.path, '-t', threads, '-r', 1, '-o', 'json', ...what].map(String)
  return {
    name: `llama.cpp ${version(found.path)}`,
    async run(times) {
      const ms: number[] = []
      for (let i = 0; i < times; i++) {
        const [{ avg_ts: rate }] = JSON.parse(await output(found.path, args)) as [{ avg_ts: number }]
        ms.push(tokens > 1 ? 1000 / rate : (1000 * prompt) / rate)
      }
      return { ms }
    },
    close: async () => {},
  }
}

function find({ variable, of, says }: Place): { readonly path: string } | string {
  const path = process.env[variable]
  if (!path) return `no ${of} here: set ${variable} to ${says}`
  return existsSync(path) ? { path } : `no ${of} here: ${variable} is "${path}", which does not exist`
}

/** A model for the peers, or why there is none. */
export function findModel(file: string): { readonly folder: string; readonly path: string } | string {
  const found = find(models)
  if (typeof found === 'string') return found
  const path = join(found.path, file)
  return existsSync(path)
    ? { folder: found.path, path }
    : `${models.variable} has no ${file}; bench/README.md says how to make it`
}

function version(program: string): string {
  const { stdout, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return /version: (.*)/.exec(`${stdout}${stderr}`)?.[1] ?? ''
}

/** What a program writes, without waiting for it in a way that stops everything else. */
function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.on('data', (data) => {
      text += data
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`bench: ${program} ended (${code}) before its work was done.`)),
    )
  })
}
