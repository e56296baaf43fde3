// Whether Cutaway finds inside a model what TransformerLens finds there, on fresh random models of GPT-2 and Llama layouts:
//
//   npm run parity -- inspect [--python PYTHON] [--seed N] [--rounds N] [--rows gpt2,llama] [--engine cpu|reference]
//
// For each row and round, Python makes a model, saves it as a folder, and says what TransformerLens finds in it, in double
// precision (parity_inspect.py). Cutaway loads the folder and is compared: the parts of the stream and what they add to a logit,
// lenses by both scales, the scores of heads, circuits, also between tokens and as directions, what a folded model says, patches (of queries, keys, values and patterns too), and edges,
// with their estimates.
//
// PYTHON needs torch, transformers and transformer_lens 2.16.1, which wants numpy below 2.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TalkingProcess } from '../bench/talkingProcess.ts'
import { filesOf } from '../src/checkpoint/filesOf.ts'
import { loadModel } from '../src/checkpoint/load.ts'
import { cpu } from '../src/engine/cpu/index.ts'
import type { Engine } from '../src/engine/engine.ts'
import { reference } from '../src/engine/reference.ts'
import type { AnyModel } from '../src/model/language.ts'
import { compareCircuits, compareTokens } from './parityCircuits.ts'
import { Found, type Theirs, tolerance } from './parityFindings.ts'
import { compareEdges, compareHeadPatches, comparePatches } from './parityInterventions.ts'
import { compareFolded, compareHeads, compareLens, compareStream } from './parityStream.ts'

const mostShown = 12

interface Options {
  readonly python: string
  readonly seed: number
  readonly rounds: number
  readonly rows?: string | undefined
  readonly engine: string
}

/** Compares all rows; true if everything agrees. */
export async function compareInside({ python: command, seed, rounds, rows, engine }: Options): Promise<boolean> {
  const python = new TalkingProcess({
    command,
    args: [fileURLToPath(new URL('parity_inspect.py', import.meta.url))],
    env: { PYTHONDONTWRITEBYTECODE: '1', CUDA_VISIBLE_DEVICES: '' },
  })
  const scratch = await mkdtemp(join(tmpdir(), 'cutaway-inside-'))
  let hasFailed = false
  try {
    const about = (await python.next()) as { versions: Record<string, string>; rows: string[] }
    const versions = Object.entries(about.versions).map(([name, version]) => `${name} ${version}`)
    console.log(`${versions.join(', ')}; engine ${engine}; seed ${seed}, ${rounds} rounds`)
    for (const row of rows?.split(',') ?? about.rows) {
      const found = new Found()
      for (let round = 0; round < rounds; round++) {
        const folder = join(scratch, `${row}-${round}`)
        python.write(`${JSON.stringify({ make: row, seed, round, folder })}\n`)
        found.at = `round ${round}`
        await compareModel(folder, (await python.next()) as unknown as Theirs, engine, found)
      }
      console.log(`${row.padEnd(8)}${found.text()}`)
      for (const trouble of found.troubles.slice(0, mostShown)) console.log(`  ${trouble}`)
      if (found.troubles.length > mostShown) console.log(`  … and ${found.troubles.length - mostShown} more`)
      hasFailed ||= found.troubles.length > 0
    }
    console.log(hasFailed ? 'They differ.' : `All within ${tolerance}.`)
    return !hasFailed
  } finally {
    await python.kill()
    await rm(scratch, { recursive: true, force: true })
  }
}

async function compareModel(folder: string, theirs: Theirs, kind: string, found: Found): Promise<void> {
  const engine: Engine = kind === 'reference' ? reference() : await cpu()
  try {
    const { model } = await loadModel(filesOf(folder), engine)
    const looking = { model: model as AnyModel, engine, inputs: { ids: theirs.ids } }
    await compareStream(looking, theirs, found)
    await compareLens(looking, theirs, found)
    await compareCircuits(looking, theirs, found)
    await compareTokens(looking, theirs, found)
    await compareFolded(looking, theirs, found)
    await compareHeads(looking, theirs, found)
    await comparePatches(looking, theirs, found)
    await compareHeadPatches(looking, theirs, found)
    await compareEdges(looking, theirs, found)
  } finally {
    engine.close()
  }
}
