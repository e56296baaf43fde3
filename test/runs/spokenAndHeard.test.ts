// What one run speaks another hears: texts that neither has met in training, by a voice that is made here.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobFiles, blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { soundFeatures } from '../../src/checkpoint/featureExtractor.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { splitWorded } from '../../src/data/split.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { Generator } from '../../src/generate/generate.ts'
import { speak } from '../../src/generate/speak.ts'
import type { SequenceModel } from '../../src/model/language.ts'
import type { Choices } from '../../src/runs/choices.ts'
import { prepareRun } from '../../src/runs/prepareRun.ts'
import type { Source } from '../../src/runs/source.ts'
import { savedRun, trainRun } from '../../src/runs/trainRun.ts'
import { recordings } from './toyVoice.ts'

const source: Source = { kind: 'recordings', recordings, leftOut: [] }
const small = { layer: 1, head: 2, model: 32, batch: 16, rate: 4e-3, warmup: 20, seed: 1 } as const satisfies Choices

test('texts that are spoken by one run are heard by another', async () => {
  const engine = await cpu({ threads: 1 })
  try {
    /** A run as it is when it has been saved and loaded. */
    const trained = async (choices: Choices) => {
      const run = await prepareRun({ ...small, ...choices }, source)
      let files = new Map<string, Blob>()
      const save = async (state: Parameters<typeof savedRun>[1]) => {
        files = await blobsOf(await savedFiles(savedRun(run, state)))
      }
      for await (const { kind } of trainRun(run, { engine, save })) assert.notEqual(kind, 'stopped')
      return loadFolder(blobFiles(files, 'kept'), engine)
    }
    const speaker = await trained({ as: 'encoder-decoder', steps: 500, codes: 24 })
    const listener = await trained({ as: 'listener', steps: 300 })
    const { codec } = speaker
    const { features, tokenizer } = listener
    assert.ok(codec?.kind === 'speech' && features)

    const said = splitWorded(recordings).validation.map(({ words }) => words)
    assert.ok(said.length >= 3)
    const sources = said.map((words) => speaker.tokenizer.encode(words, { special: true }))
    const ids = said.map((): number[] => [])
    const voice = { generator: new Generator({ engine, model: speaker.model as SequenceModel }), codec }
    for await (const { row, id } of speak(voice, sources, { tokens: 40, temperature: 0 })) ids[row].push(id)
    const sounds = ids.map((each) => codec.decode(each, { rounds: 20 }))

    const ear = new Generator({ engine, model: listener.model as SequenceModel })
    const { start = 0, end = [] } = listener.blueprint.config.special ?? {}
    const openings = sounds.map((sound, i) => ({
      source: soundFeatures(features, sound, said[i]).data,
      prompt: [start],
    }))
    const heard = said.map((): number[] => [])
    for await (const { row, id } of ear.generateAll(openings, { tokens: 5, temperature: 0, stop: end }))
      heard[row].push(id)
    const written = heard.map((each) => tokenizer.decode(each))
    // On another kind of arithmetic one or another may be said or heard wrong.
    const right = said.filter((words, i) => written[i] === words)
    assert.ok(right.length >= said.length - 2, `${said.join(' ')} became ${written.join(' ')}`)
  } finally {
    engine.close()
  }
})
