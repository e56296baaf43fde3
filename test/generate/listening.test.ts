// What a small random Whisper hears is what transformers hears with the same weights (tools/make_listening_fixtures.py): ids, segments,
// when each token is said, the language; in one window and in several, with one beam and with more.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { setWeights } from '../../src/checkpoint/engineWeights.ts'
import { type GenerationConfig, generationFromJSON } from '../../src/checkpoint/generationConfig.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { Generator } from '../../src/generate/generate.ts'
import { listen, type Segment } from '../../src/generate/listening.ts'
import { detectedLanguage, spokenPrompt } from '../../src/generate/spokenPrompt.ts'
import { alignedTokens } from '../../src/generate/tokenTimes.ts'
import type { SequenceModel } from '../../src/model/language.ts'
import { wordsOfTokens } from '../../src/text/tokenizer/wordsOfTokens.ts'
import { formulaWeights, uniform } from '../model/formula.ts'

interface Heard {
  readonly seed: string
  readonly frames: number
  readonly heard: number
  readonly beams: number
  readonly hasTimes: boolean
  readonly suppressed: readonly number[]
  readonly language: number
  readonly segments: readonly { ids: number[]; from: number; to: number; begins: number[] }[]
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/listening.json', import.meta.url), 'utf8')) as {
  readonly config: object
  readonly generation: object
  readonly heard: readonly Heard[]
}

describe('what is heard', () => {
  const { more = {} } = generationFromJSON(fixture.generation) as GenerationConfig
  const { blueprint } = blueprintFromJSON(fixture.config, 'config.json')
  const [start, end, none] = [more.start ?? 0, more.end?.[0] ?? 0, more.noTimes ?? 0]

  for (const theirs of fixture.heard)
    test(`of ${theirs.frames} frames, ${theirs.beams} beams, times ${theirs.hasTimes}`, async () => {
      const engine = await cpu({ threads: 1 })
      try {
        const model = blueprint.build() as SequenceModel
        setWeights(engine, model, formulaWeights(model, blueprint.table, theirs.seed))
        const generator = new Generator({ engine, model })
        const mels = 3
        const data = Float32Array.from(uniform(`sound ${theirs.seed}`, theirs.frames * mels))
        const source = data.subarray(0, 32 * mels)
        const prompt = await spokenPrompt({ start, hasTimes: theirs.hasTimes }, more, (ids) =>
          detectedLanguage(generator, { source, start }, ids),
        )
        assert.deepEqual(prompt, [start, theirs.language, ...(theirs.hasTimes ? [] : [none])])
        const found: Segment[] = []
        const { beams } = theirs
        const settings = {
          prompt,
          tokens: 16,
          stop: [end],
          suppressed: theirs.suppressed,
          suppressedFirst: more.suppressedFirst,
          ...(beams > 1 && { beams: { beams } }),
          ...(theirs.hasTimes && { times: { first: none + 1, none, end, latestFirst: more.latestFirst } }),
          alignment: { heads: more.alignmentHeads ?? [], medianWidth: 5 },
        }
        const recording = { mel: { frames: theirs.frames, mels, data }, heard: theirs.heard }
        for await (const segment of listen(generator, recording, settings)) found.push(segment)
        assert.deepEqual(
          found.map(({ ids, from, to, begins = [] }) => ({ ids, from, to, begins })),
          theirs.segments,
        )
      } finally {
        engine.close()
      }
    })

  test('of several windows needs times', async () => {
    const model = blueprint.build() as SequenceModel
    const engine = await cpu({ threads: 1 })
    const recording = { mel: { frames: 40, mels: 3, data: new Float32Array(120) }, heard: 40 }
    await assert.rejects(listen(new Generator({ engine, model }), recording, { prompt: [start], tokens: 4 }).next(), {
      message:
        'listen: 40 frames are more than the 32 that the model reads at once, and it writes no times by which the next could begin. Cut the recording.',
    })
    engine.close()
  })
})

describe('what comes before', () => {
  const languages = { '<|de|>': 26, '<|en|>': 27 }
  const tasks = { transcribe: 30, translate: 31 }
  const asked = { start: 25, hasTimes: false }
  const detect = async () => 27

  test('is what was asked for, what files force, or what was found out', async () => {
    const habits = { noTimes: 28, languages, tasks }
    assert.deepEqual(await spokenPrompt({ ...asked, language: 'de' }, habits, detect), [25, 26, 30, 28])
    const translated = { ...asked, hasTimes: true, language: 'de', task: 'translate' }
    assert.deepEqual(await spokenPrompt(translated, habits, detect), [25, 26, 31])
    assert.deepEqual(await spokenPrompt(asked, { ...habits, forced: [null, 31, 28] }, detect), [25, 27, 31, 28])
    assert.deepEqual(await spokenPrompt(asked, { noTimes: 28, forced: [28] }, detect), [25, 28])
    assert.deepEqual(await spokenPrompt(asked, {}, detect), [25])
  })

  test('is what the model knows', async () => {
    await assert.rejects(spokenPrompt({ ...asked, language: 'fr' }, { languages }, detect), {
      message: 'listen: the model knows no language "fr". It knows de, en.',
    })
    await assert.rejects(spokenPrompt({ ...asked, task: 'translate' }, {}, detect), {
      message: 'listen: the task is "translate", but the model knows no others to choose from. Leave it out.',
    })
  })
})

describe('an alignment', () => {
  test('follows shares that wander through the sound', () => {
    const [tokens, sources] = [3, 12]
    const shares = Float32Array.from({ length: tokens * sources }, (_, cell) =>
      Math.floor((cell % sources) / 4) === Math.floor(cell / sources) ? 0.2 : 0.02,
    )
    const { begins, path } = alignedTokens({ heads: [shares, shares], tokens, sources }, 3)
    assert.deepEqual(begins, [0, 4, 8])
    assert.equal(path.columns.at(-1), 11)
  })
})

describe('words of tokens', () => {
  const pieces = [' He', ' said', ',', ' "', 'Je', 'y', '!"', ' caf', '\xc3', '\xa9', '.']
  const bytes = (ids: readonly number[]): Uint8Array =>
    Uint8Array.from(ids.flatMap((id) => [...pieces[id]].map((letter) => letter.charCodeAt(0))))
  const tokenizer = { decode: (ids: ArrayLike<number>) => new TextDecoder().decode(bytes(Array.from(ids))) }

  test('begin at spaces and keep their marks; broken characters wait', () => {
    const words = wordsOfTokens(tokenizer, [...pieces.keys()])
    assert.deepEqual(
      words.map(({ text, first, behind }) => [text, first, behind]),
      [
        [' He', 0, 1],
        [' said,', 1, 3],
        [' "Jey', 3, 6],
        ['!"', 6, 7],
        [' café.', 7, 11],
      ],
    )
  })

  test('are characters where there are no spaces', () => {
    assert.deepEqual(
      wordsOfTokens(tokenizer, [4, 5], 'ja').map(({ text }) => text),
      ['Je', 'y'],
    )
  })
})
