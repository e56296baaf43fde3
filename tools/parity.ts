// Whether Cutaway computes what Hugging Face's transformers computes, on fresh random models of every architecture:
//
//   npm run parity -- [--python PYTHON] [--seed N] [--rounds N] [--rows llama,bert] [--engine cpu|reference]
//
// For each row and round, Python makes a model of awkward sizes in which each option takes its next value in turn, saves it
// as a folder, and says what it computes with it (parity.py). Cutaway loads the folder and is compared: logits, streams and
// patterns of all layers, the gradient of every weight, on a padded batch; 32 tokens written greedily, and the four best
// texts of a beam search. Then Cutaway saves the folder, and Python opens that and compares again. The folders are of all
// number formats, in one file or several; Cutaway keeps the weights as float32 or as bfloat16, in which they are the same.
//
//   npm run parity -- inspect [the same]
//
// compares what is found inside with TransformerLens (parityInspect.ts).
//
// PYTHON needs torch and transformers: --python, or CUTAWAY_PYTHON, or PYTHON, or python3. Ends with 1 if anything differs.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { TalkingProcess } from '../bench/talkingProcess.ts'
import { filesOf } from '../src/checkpoint/filesOf.ts'
import { describeFolder, loadModel } from '../src/checkpoint/load.ts'
import type { LoadWeightsOptions } from '../src/checkpoint/loadWeights.ts'
import { readSafetensors } from '../src/checkpoint/safetensors.ts'
import { saveFolder } from '../src/checkpoint/saveFolder.ts'
import type { SaveWeightsOptions } from '../src/checkpoint/saveWeights.ts'
import { cpu } from '../src/engine/cpu/index.ts'
import { reference } from '../src/engine/reference.ts'
import { differences, type Stored, type Theirs } from '../test/model/differences.ts'
import { type Generated, generationDifferences } from './parityGeneration.ts'

/** How far apart two numbers may be, as a share of the number where that is above 1. */
const tolerance = 1e-4
/** How much is said of a row that differs. */
const mostShown = 12
const kinds = ['logits', 'states', 'patterns', 'loss', 'gradients'] as const

interface Made {
  readonly config: object
  readonly axes: Readonly<Record<string, readonly string[]>>
  readonly loss: number
  readonly generated: Generated | null
  /** How Cutaway is to load the model, and to save it. */
  readonly load: LoadWeightsOptions
  readonly save: SaveWeightsOptions
}

/** What was found in one round, or in all rounds of a row. */
interface Found {
  readonly largest: Record<string, number>
  readonly greedy: Count
  readonly beams: Count
  readonly troubles: string[]
}
interface Count {
  same: number
  ties: number
  all: number
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'string', default: process.env['CUTAWAY_PYTHON'] ?? process.env['PYTHON'] ?? 'python3' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    rounds: { type: 'string', default: '15' },
    rows: { type: 'string' },
    engine: { type: 'string', default: 'cpu' },
  },
})
const [seed, rounds] = [Number(options.seed), Number(options.rounds)]
if (!(Number.isSafeInteger(seed) && seed >= 0 && Number.isSafeInteger(rounds) && rounds >= 1)) {
  console.error(`parity: --seed ${options.seed} --rounds ${options.rounds}: give whole numbers, rounds at least 1.`)
  process.exit(1)
}

const [what, ...others] = positionals
if (what === 'inspect' && others.length === 0) {
  const { compareInside } = await import('./parityInspect.ts')
  process.exit((await compareInside({ ...options, seed, rounds })) ? 0 : 1)
}
if (positionals.length > 0) {
  console.error(`parity: ${positionals.join(' ')}: only "inspect" may stand here.`)
  process.exit(1)
}

const script = fileURLToPath(new URL('parity.py', import.meta.url))
const python = new TalkingProcess({
  command: options.python,
  args: [script],
  env: { PYTHONDONTWRITEBYTECODE: '1', CUDA_VISIBLE_DEVICES: '' },
})
const scratch = await mkdtemp(join(tmpdir(), 'cutaway-parity-'))
let hasFailed = false
try {
  const about = (await python.next()) as { transformers: string; torch: string; rows: string[] }
  const rows = options.rows?.split(',') ?? about.rows
  console.log(
    `transformers ${about.transformers}, torch ${about.torch}; engine ${options.engine}; seed ${seed}, ${rounds} rounds`,
  )
  console.log(line(['row', ...kinds, 'greedy', 'beam 4', 'back', '']))
  for (const row of rows) {
    const found: Found = {
      largest: {},
      greedy: { same: 0, ties: 0, all: 0 },
      beams: { same: 0, ties: 0, all: 0 },
      troubles: [],
    }
    for (let round = 0; round < rounds; round++) await play(row, round, found)
    const shown = [...kinds, 'back'].map((kind) => (found.largest[kind] ?? 0).toExponential(1))
    console.log(line([row, ...shown.slice(0, -1), count(found.greedy), count(found.beams), shown.at(-1) ?? '', '']))
    for (const trouble of found.troubles.slice(0, mostShown)) console.log(`  ${trouble}`)
    if (found.troubles.length > mostShown) console.log(`  … and ${found.troubles.length - mostShown} more`)
    hasFailed ||= found.troubles.length > 0
  }
  console.log(hasFailed ? 'They differ.' : `All within ${tolerance}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  hasFailed = true
} finally {
  await python.kill()
  await rm(scratch, { recursive: true, force: true })
}
process.exit(hasFailed ? 1 : 0)

/** One model, there and back. */
async function play(row: string, round: number, found: Found): Promise<void> {
  const folder = join(scratch, `${row}-${round}`)
  const made = (await ask({ make: row, seed, round, folder })) as unknown as Made
  let isNew = true
  const trouble = (what: string): void => {
    found.troubles.push(`round ${round}: ${what}${isNew ? `; ${JSON.stringify(made.config)}` : ''}`)
    isNew = false
  }
  const engine = options.engine === 'reference' ? reference() : await cpu()
  try {
    const { blueprint, model } = await loadModel(filesOf(folder), engine, made.load)
    const { architecture, config, table } = blueprint
    const theirs = await readExpected(folder, made)
    for (const { what, kind, largest } of await differences(engine, model, table, theirs)) {
      found.largest[kind] = Math.max(found.largest[kind] ?? 0, largest)
      if (!(largest <= tolerance)) trouble(`${what} differs by ${largest.toExponential(1)}`)
    }
    if (made.generated) {
      const { greedy, beams, first } = await generationDifferences(engine, model as never, config, made.generated)
      for (const [total, own] of [
        [found.greedy, greedy],
        [found.beams, beams],
      ])
        for (const name of ['same', 'ties', 'all'] as const) total[name] += own[name]
      if (first) trouble(first)
    }

    const back = join(scratch, `${row}-${round}-back`)
    await saveFolder(back, { blueprint, weights: { engine, model }, ...made.save })
    const again = await describeFolder(filesOf(back), { of: [architecture] })
    if (!isDeepStrictEqual(again.blueprint.config, config) && !('isPooled' in config))
      trouble(`the saved config is ${JSON.stringify(again.blueprint.config)}, not ${JSON.stringify(config)}`)
    const { largest, troubles } = (await ask({ check: back })) as { largest: number; troubles: object }
    found.largest['back'] = Math.max(found.largest['back'] ?? 0, largest)
    if (!(largest <= tolerance))
      trouble(`Python computes logits from our folder that differ by ${largest.toExponential(1)}`)
    if (Object.keys(troubles).length > 0) trouble(`Python says of our folder: ${JSON.stringify(troubles)}`)
  } catch (error) {
    trouble(error instanceof Error ? (error.stack ?? error.message) : `${error}`)
  } finally {
    engine.close()
  }
}

function ask(what: object) {
  python.write(`${JSON.stringify(what)}\n`)
  return python.next()
}

/** What Python computed, as it stored it beside the model. */
async function readExpected(folder: string, { axes, loss }: Made): Promise<Theirs> {
  const { tensors } = readSafetensors(await readFile(join(folder, 'expected.safetensors')), folder)
  const named = (prefix: string): [string, Stored][] =>
    [...tensors].flatMap(([name, { shape, data }]) => {
      if (!name.startsWith(prefix)) return []
      const own = name.slice(prefix.length)
      return [[own, { ...(axes[own] && { axes: axes[own] }), shape, values: data }]]
    })
  return {
    batch: Object.fromEntries(named('batch.')),
    values: Object.fromEntries(named('value.')),
    loss,
    gradients: Object.fromEntries(named('gradient.').map(([name, { values }]) => [name, values])),
  }
}

function count({ same, ties, all }: Count): string {
  if (all === 0) return '–'
  return `${same}/${all}${ties === 0 ? '' : ` +${ties} ties`}`
}

function line([first, ...cells]: readonly string[]): string {
  return `${first.padEnd(19)}${cells.map((cell) => cell.padEnd(13)).join('')}`.trimEnd()
}
