// Greedy decoding and beam search, held to what transformers' `generate` writes with the same weights.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadModel } from '../../src/checkpoint/folder.ts'
import type { Engine } from '../../src/engine/engine.ts'
import type { AdjustSettings } from '../../src/generate/adjust.ts'
import { type Opening, TokenGenerator } from '../../src/generate/generate.ts'
import type { LanguageModel } from '../../src/model/language.ts'
import { engines } from '../engines.ts'

const folder = new URL('../fixtures/generation/', import.meta.url)

/** Settings of transformers' `generate`. */
interface Settings {
  readonly max_new_tokens: number
  readonly eos_token_id?: number | number[]
  readonly repetition_penalty?: number
  readonly no_repeat_ngram_size?: number
  readonly min_new_tokens?: number
  readonly bad_words_ids?: number[][]
  readonly forced_eos_token_id?: number
  readonly num_beams?: number
  readonly num_return_sequences?: number
  readonly length_penalty?: number
  readonly early_stopping?: boolean | 'never'
}

interface Case {
  readonly texts: number[][]
  readonly settings: Settings
  readonly found: { readonly ids: number[]; readonly score?: number }[][]
}

const endsOf = ({ eos_token_id: ends = [] }: Settings): number[] => [ends].flat()

const settingsOf = (settings: Settings): AdjustSettings & { tokens: number; stop: number[] } => ({
  tokens: settings.max_new_tokens,
  stop: endsOf(settings),
  repetitionPenalty: settings.repetition_penalty,
  noRepeat: settings.no_repeat_ngram_size,
  leastTokens: settings.min_new_tokens,
  banned: settings.bad_words_ids?.flat(),
  forcedEnd: settings.forced_eos_token_id,
})

async function checkGreedy(generator: TokenGenerator, openings: Opening[], { settings, found }: Case): Promise<void> {
  const written: number[][] = openings.map(() => [])
  for await (const { row, id } of generator.generateAll(openings, { ...settingsOf(settings), temperature: 0 }))
    written[row].push(id)
  const expected = found.map(([{ ids }]) => ids.filter((id) => !endsOf(settings).includes(id)))
  assert.deepEqual(written, expected, JSON.stringify(settings))
}

async function checkBeams(
  generator: TokenGenerator,
  openings: Opening[],
  { settings, found }: Case,
  beams: number,
): Promise<void> {
  const hypotheses = await generator.search(openings, {
    ...settingsOf(settings),
    beams,
    hypotheses: settings.num_return_sequences ?? 1,
    lengthPenalty: settings.length_penalty,
    earlyStopping: settings.early_stopping,
  })
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
      assert.ok(Math.abs(sum / logProbabilities.length ** (settings.length_penalty ?? 1) / score - 1) < 1e-9)
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
        const { model } = await loadModel(fileURLToPath(new URL(kind, folder)), engine)
        const generator = new TokenGenerator({ engine, model: model as LanguageModel })
        // Plain loops are slow; what a few cases need is what all of them need.
        const chosen = name === 'reference' ? cases.filter((_, i) => i % 11 === 1) : cases
        for (const each of chosen) {
          const isReading = kind === 'marian'
          const openings = each.texts.map((text) => (isReading ? { source: text, prompt: [0] } : { prompt: text }))
          const { num_beams: beams } = each.settings
          if (beams === undefined) await checkGreedy(generator, openings, each)
          else await checkBeams(generator, openings, each, beams)
        }
      })
  })
