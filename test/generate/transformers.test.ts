// Greedy decoding and beam search, held to what transformers' `generate` writes with the same weights.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { generationFromJSON } from '../../src/checkpoint/generationConfig.ts'
import type { MoreGeneration } from '../../src/checkpoint/generationFields.ts'
import { loadModel } from '../../src/checkpoint/load.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { AdjustSettings } from '../../src/generate/adjust.ts'
import { Generator } from '../../src/generate/generate.ts'
import type { Opening } from '../../src/generate/settings.ts'
import type { WritingModel } from '../../src/model/language.ts'
import { engines } from '../engines.ts'

const folder = new URL('../fixtures/generation/', import.meta.url)

/** Settings of transformers' `generate`, read as those of a generation_config.json are. */
type Settings = Readonly<Record<string, unknown>>

interface Case {
  readonly texts: number[][]
  readonly settings: Settings
  readonly found: { readonly ids: number[]; readonly score?: number }[][]
}

const moreOf = (settings: Settings): MoreGeneration => generationFromJSON(settings).more ?? {}

function settingsOf(settings: Settings): AdjustSettings & { tokens: number; stop: readonly number[] } {
  const { end = [], mostTokens = 0, leastLength, ...more } = moreOf(settings)
  // Where both are given, that of new tokens counts.
  const least = more.leastTokens === undefined && leastLength !== undefined ? { leastLength } : {}
  return { ...more, ...least, tokens: mostTokens, stop: end }
}

async function checkGreedy(generator: Generator, openings: Opening[], { settings, found }: Case): Promise<void> {
  const written: number[][] = openings.map(() => [])
  for await (const { row, id } of generator.generateAll(openings, { ...settingsOf(settings), temperature: 0 }))
    written[row].push(id)
  const expected = found.map(([{ ids }]) => ids.filter((id) => !settingsOf(settings).stop.includes(id)))
  assert.deepEqual(written, expected, JSON.stringify(settings))
}

async function checkBeams(
  generator: Generator,
  openings: Opening[],
  { settings, found }: Case,
  beams: number,
): Promise<void> {
  const { each: wanted = 1, lengthPenalty = 1 } = moreOf(settings)
  const hypotheses = await generator.search(openings, { ...settingsOf(settings), beams, hypotheses: wanted })
  assert.deepEqual(
    hypotheses.map((each) => each.map(({ ids, end }) => (end === undefined ? ids : [...ids, end]))),
    found.map((each) => each.map(({ ids }) => ids)),
    JSON.stringify(settings),
  )
  for (const [i, each] of hypotheses.entries())
    for (const [j, { score, logProbabilities }] of each.entries()) {
      const expected = found[i][j].score ?? NaN
      assert.ok(Math.abs(score - expected) <= 1e-5 * Math.max(1, Math.abs(expected)), `${score}, not ${expected}`)
      const sum = logProbabilities.reduce((sum, each) => sum + each, 0)
      assert.ok(Math.abs(sum / logProbabilities.length ** lengthPenalty / score - 1) < 1e-9)
    }
}

for (const { name, open } of engines)
  describe(`as transformers writes, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    for (const kind of ['gpt2', 'llama', 'marian'])
      test(kind, async () => {
        const { cases } = JSON.parse(await readFile(new URL(`${kind}.json`, folder), 'utf8')) as { cases: Case[] }
        const { model } = await loadModel(filesOf(fileURLToPath(new URL(kind, folder))), engine)
        const generator = new Generator({ engine, model: model as WritingModel })
        // Plain loops are slow; what a few cases need is what all of them need.
        const chosen = name.startsWith('cpu') ? cases : cases.filter((_, i) => i % 11 === 1)
        for (const each of chosen) {
          const isReading = kind === 'marian'
          const openings = each.texts.map((text) => (isReading ? { source: text, prompt: [0] } : { prompt: text }))
          const { beams } = moreOf(each.settings)
          if (beams === undefined) await checkGreedy(generator, openings, each)
          else await checkBeams(generator, openings, each, beams)
        }
      })
  })
