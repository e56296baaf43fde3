// Measures what it takes to load a large checkpoint and to save it again: seconds, and memory beside the weights' own.
//
//   node tools/measure_loading.ts [megabytes]
//
// Writes folders of random weights (500 MB as F32) in GPT-2's layout and in Llama's, whose matrices are transposed, in one file
// and in shards, and loads each into a CPU engine in a process of its own. Peak memory is what the system says (VmHWM) less
// that of a process that makes an engine and loads nothing; so this needs Linux. Run it twice: the first time fills the file cache.

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { weightSizes } from '../src/checkpoint/engineWeights.ts'
import { tensorBytes, writeHeader } from '../src/checkpoint/safetensorsHeader.ts'
import { type TensorPlan, tensorPlans } from '../src/checkpoint/weightTable.ts'
import { blueprintFromJSON, loadModel } from '../src/checkpoint.ts'
import { cpu } from '../src/index.ts'
import { filesOf, saveFolder } from '../src/node.ts'

const dtypes = { F32: 4, BF16: 2, F16: 2 } as const
type DType = keyof typeof dtypes

/** A GPT-2 124M, and a Llama of about its size with shared keys; with as many layers as make so many megabytes of F32. */
const configs: Readonly<Record<string, (megabytes: number) => object>> = {
  gpt2: (megabytes) => ({
    model_type: 'gpt2',
    vocab_size: 50257,
    n_positions: 1024,
    n_embd: 768,
    n_head: 12,
    n_layer: Math.max(1, Math.round((megabytes / 4 - 39.4) / 7.09)),
  }),
  llama: (megabytes) => ({
    model_type: 'llama',
    vocab_size: 49152,
    hidden_size: 768,
    intermediate_size: 2048,
    num_attention_heads: 12,
    num_key_value_heads: 4,
    num_hidden_layers: Math.max(1, Math.round((megabytes / 4 - 37.7) / 6.29)),
    tie_word_embeddings: true,
  }),
}

const [first, ...rest] = process.argv.slice(2)
if (first === 'load') await load(rest)
else await measureAll(Number(first ?? 500))

async function measureAll(megabytes: number): Promise<void> {
  const empty = await measure(['nothing'])
  for (const layout of Object.keys(configs)) {
    for (const [dtype, weights, shards] of [
      ['F32', 'f32', 1],
      ['F32', 'f32', 3],
      ['BF16', 'bf16', 1],
      ['BF16', 'f32', 1],
      ['F16', 'bf16', 1],
    ] as const) {
      const { folder, bytes } = await makeFolder(layout, dtype, megabytes, shards)
      const kept = (bytes / dtypes[dtype]) * (weights === 'f32' ? 4 : 2)
      const { seconds, peak, saved } = await measure([folder, weights])
      const own = peak - empty.peak
      console.log(
        `${layout.padEnd(5)} ${dtype.padEnd(4)} ${shards === 1 ? '        ' : `${shards} shards`} → ${weights.padEnd(4)}  ` +
          `${(bytes / 1e6).toFixed(0)} MB loaded in ${seconds.toFixed(2)} s, saved as F32 in ${saved.toFixed(2)} s, ` +
          `peak ${(own / 1e6).toFixed(0)} MB = ${(own / kept).toFixed(2)} × the ${(kept / 1e6).toFixed(0)} MB of weights`,
      )
    }
  }
}

interface Measured {
  readonly seconds: number
  readonly saved: number
  readonly peak: number
}

async function measure(job: readonly string[]): Promise<Measured> {
  const script = fileURLToPath(import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'load', ...job])
  return JSON.parse(stdout)
}

/** What the process of a measurement does. */
async function load([folder, weights]: readonly string[]): Promise<void> {
  const engine = await cpu()
  const copy = join(tmpdir(), 'cutaway-loading-saved')
  const begun = performance.now()
  let [seconds, saved] = [0, 0]
  if (weights === 'f32' || weights === 'bf16') {
    const loaded = await loadModel(filesOf(folder), engine, { weights })
    seconds = (performance.now() - begun) / 1000
    const begunSaving = performance.now()
    await saveFolder(copy, { ...loaded, weights: { engine, model: loaded.model } })
    saved = (performance.now() - begunSaving) / 1000
  }
  const peak = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  await rm(copy, { recursive: true, force: true })
  console.log(JSON.stringify({ seconds, saved, peak }))
  engine.close()
}

/** Writes a folder, unless it is there from the last time. */
async function makeFolder(
  layout: string,
  dtype: DType,
  megabytes: number,
  shards: number,
): Promise<{ folder: string; bytes: number }> {
  const json = configs[layout](megabytes)
  const { blueprint } = blueprintFromJSON(json)
  const plans = tensorPlans(weightSizes(blueprint.build()), blueprint.table)
  const tensors = plans.map(({ name, shape }) => ({ name, dtype, shape }))
  const bytes = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0)
  const folder = join(tmpdir(), `cutaway-loading-${layout}-${megabytes}-${dtype}-${shards}`)
  if (existsSync(join(folder, 'config.json'))) return { folder, bytes }
  await mkdir(folder, { recursive: true })
  const map: Record<string, string> = {}
  for (let i = 0; i < shards; i++) {
    const name = shards === 1 ? 'model.safetensors' : `model-${i + 1}-of-${shards}.safetensors`
    const own = tensors.filter((_, k) => k % shards === i)
    for (const tensor of own) map[tensor.name] = name
    await writeNoise(join(folder, name), own)
  }
  if (shards > 1) await writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: map }))
  await writeFile(join(folder, 'config.json'), JSON.stringify(blueprint.toJSON()))
  return { folder, bytes }
}

async function writeNoise(path: string, tensors: readonly (Pick<TensorPlan, 'name' | 'shape'> & { dtype: DType })[]) {
  const file = await open(path, 'w')
  await file.write(writeHeader(tensors, { format: 'pt' }))
  // Halves of small numbers: as any of the dtypes these bits are finite.
  const noise = Uint16Array.from({ length: 2 ** 21 }, () => Math.floor(Math.random() * 0x3c00))
  for (let left = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0); left > 0; ) {
    const { bytesWritten } = await file.write(new Uint8Array(noise.buffer, 0, Math.min(left, noise.byteLength)))
    left -= bytesWritten
  }
  await file.close()
}
