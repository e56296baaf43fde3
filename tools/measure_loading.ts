// Measures what it takes to load a large checkpoint: seconds, and memory beside the weights' own.
//
//   node tools/measure_loading.ts [megabytes]
//
// Writes folders of random weights (500 MB) in GPT-2's layout and in that of PyTorch's Linear, which Llama has (out, in), and
// loads each into a CPU engine in a process of its own. Peak memory is what the system says (VmHWM) less that of a process
// that makes an engine and loads nothing; so this needs Linux. Run it twice: the first time fills the file cache.

import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { weightSizes } from '../src/checkpoint/engineWeights.ts'
import { tensorBytes, writeHeader } from '../src/checkpoint/safetensorsHeader.ts'
import { tensorPlans, type WeightTable } from '../src/checkpoint/weightTable.ts'
import { type Architecture, cpu, gpt2, loadModel } from '../src/node.ts'

type Config = ReturnType<typeof gpt2.configFromJSON>

/** GPT-2's weights as PyTorch's Linear keeps them: one matrix each, (out, in). */
const transposed: Architecture<Config> = {
  ...gpt2,
  table: (config) => {
    const { rows, ...table } = gpt2.table(config)
    return { ...table, rows: rows.flatMap(eachTransposed) }
  },
}

function eachTransposed({ name, of }: WeightTable['rows'][number]): WeightTable['rows'] {
  return Object.entries(of).map(([path, axes], i) => {
    const words = axes.match(/\([^)]*\)|\S+/g) ?? []
    return {
      name: i === 0 ? name : `${name}.${i}`,
      of: { [path]: name.includes('wte') ? axes : words.toReversed().join(' ') },
    }
  })
}

const layouts: Readonly<Record<string, Architecture<Config>>> = { gpt2: gpt2, '(out, in)': transposed }
const widths = { F32: 4, BF16: 2, F16: 2 } as const
type DType = keyof typeof widths

const [first, ...rest] = process.argv.slice(2)
if (first === 'load') await load(rest)
else await measureAll(Number(first ?? 500))

async function measureAll(megabytes: number): Promise<void> {
  const empty = await measure(['nothing'])
  for (const [layout, architecture] of Object.entries(layouts)) {
    for (const [dtype, weights] of [
      ['F32', 'f32'],
      ['BF16', 'bf16'],
      ['BF16', 'f32'],
      ['F16', 'bf16'],
    ] as const) {
      const { folder, bytes } = await makeFolder(layout, architecture, dtype, megabytes)
      const numbers = bytes / widths[dtype]
      const kept = numbers * (weights === 'f32' ? 4 : 2)
      const { seconds, peak } = await measure([folder, layout, weights])
      const share = (peak - empty.peak) / kept
      console.log(
        `${layout.padEnd(10)} ${dtype.padEnd(4)} → ${weights.padEnd(4)}  ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(2)} s, ` +
          `peak ${((peak - empty.peak) / 1e6).toFixed(0)} MB = ${share.toFixed(2)} × the ${(kept / 1e6).toFixed(0)} MB of weights`,
      )
    }
  }
}

async function measure(job: readonly string[]): Promise<{ seconds: number; peak: number }> {
  const script = fileURLToPath(import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'load', ...job])
  return JSON.parse(stdout)
}

/** What the process of a measurement does. */
async function load([folder, layout, weights]: readonly string[]): Promise<void> {
  const engine = await cpu()
  const begun = performance.now()
  if (layout !== undefined && (weights === 'f32' || weights === 'bf16'))
    await loadModel(folder, engine, { of: [layouts[layout]], weights })
  const seconds = (performance.now() - begun) / 1000
  const peak = 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  console.log(JSON.stringify({ seconds, peak }))
  engine.close()
}

/** GPT-2 124M, with as many layers as make so many megabytes of F32; other dtypes have as many weights. */
async function makeFolder(
  layout: string,
  architecture: Architecture<Config>,
  dtype: DType,
  megabytes: number,
): Promise<{ folder: string; bytes: number }> {
  const sizes = { vocab: 50257, context: 1024, model: 768, head: 12, hidden: 3072 }
  const layer = Math.max(1, Math.round((megabytes * 1e6) / 4 / 7.09e6 - 5.6))
  const config: Config = { ...sizes, layer, epsilon: 1e-5, dropout: 0 }
  const folder = join(tmpdir(), `cutaway-loading-${megabytes}-${dtype}-${layout.replace(/\W/g, '')}`)
  const tensors = tensorPlans(weightSizes(architecture.build(config)), architecture.table(config)).map(
    ({ name, shape }) => ({ name, dtype, shape }),
  )
  const bytes = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0)
  if (existsSync(join(folder, 'config.json'))) return { folder, bytes }
  await mkdir(folder, { recursive: true })
  const file = await open(join(folder, 'model.safetensors'), 'w')
  await file.write(writeHeader(tensors, { format: 'pt' }))
  // Halves of small numbers: as any of the dtypes these bits are finite.
  const noise = Uint16Array.from({ length: 2 ** 21 }, () => Math.floor(Math.random() * 0x3c00))
  for (let left = bytes; left > 0; ) {
    const { bytesWritten } = await file.write(new Uint8Array(noise.buffer, 0, Math.min(left, noise.byteLength)))
    left -= bytesWritten
  }
  await file.close()
  await writeFile(join(folder, 'config.json'), JSON.stringify(architecture.configToJSON(config)))
  return { folder, bytes }
}
