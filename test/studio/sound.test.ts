// Models that hear and that speak, in the workshop: opened from files, a recording becomes words with their times, words become sound.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readWav, writeWav } from '../../src/sound/wav.ts'
import { codesOf } from '../../src/studio/talk/codeLetters.ts'
import type { HeardFacts, Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { say } from '../runs/toyVoice.ts'
import { filesOf } from './soundRuns.ts'
import { openWorkshop } from './workshop.ts'

const scene: Scene = { text: '', source: '', edits: [], step: undefined, moment: 0 }
const conditions = { temperature: 1, topK: 0, topP: 1, minP: 0 }
const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer())

describe('a model that hears', () => {
  test('writes the words of a recording as they come, with their times, and is looked at', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const { hears, example } = await answers.openFiles(workshop, { files: await filesOf('listener') })
    assert.ok(hears && hears.seconds >= 1)
    assert.equal(example?.source, '')
    const file = new Blob([writeWav(say('abc')).slice()])
    const { sound, seconds, wav } = await answers.recording(workshop, { recording: { name: 'abc.wav', file } })
    assert.ok(Math.abs(seconds - say('abc').samples.length / 16_000) < 1e-9)
    assert.equal(readWav(await bytesOf(wav), 'again').channels[0].length, sound.samples.length)
    const parts: HeardFacts[] = []
    const report = (_: number, _of: number, part?: unknown): void => void parts.push(part as HeardFacts)
    const heard = await answers.hear(workshop, { scene, name: 'abc.wav', sound }, { report })
    assert.ok(heard.text.length > 0 && parts.length > 0)
    assert.ok(parts.every(({ text }) => heard.text.startsWith(text)))
    assert.equal(heard.words.map(({ text }) => text).join(''), heard.text)
    assert.ok(heard.words.every(({ from, to }) => from <= to && to <= seconds + 0.1))
    const { looks, tokens, path } = heard.heard ?? {}
    assert.ok(looks && tokens && path && looks.length % tokens.length === 0)
    // What it wrote of this recording is a scene like any other.
    const seen = { ...scene, text: heard.text, source: 'abc.wav' }
    const facts = await answers.scene(workshop, { scene: seen })
    assert.deepEqual(facts.tokens.slice(-heard.text.length), [...heard.text])
    assert.equal(facts.sources?.tokens[1], '0.04 s')
    assert.deepEqual(
      facts.values.find(({ address }) => address === 'source')?.axes.map(({ name }) => name),
      ['frame', 'mel'],
    )
    const { shares, positions, sources } = await answers.across(workshop, { scene: seen, head: undefined })
    assert.deepEqual([positions, sources], [facts.tokens.length, facts.sources?.tokens.length])
    assert.ok(Math.abs(shares.subarray(0, sources).reduce((a, b) => a + b) - 1) < 1e-4)
    const { rows, encoder } = await answers.lattice(workshop, { scene: seen })
    assert.ok(rows.length > 1 && encoder === undefined)
    // Its values are put into another recording: that which was heard before.
    const patched = (other: string) =>
      answers.patching(workshop, {
        scene: seen,
        other,
        position: 0,
        token: '',
        against: '',
        at: 'encoder.blocks.0.output',
      })
    await assert.rejects(patched(''), {
      message: 'patch: there is no other recording yet. Choose another one to hear, then this one again.',
    })
    const ba = await answers.recording(workshop, {
      recording: { name: 'ba.wav', file: new Blob([writeWav(say('ba')).slice()]) },
    })
    await answers.hear(workshop, { scene, name: 'ba.wav', sound: ba.sound }, {})
    const found = await patched('')
    assert.deepEqual(found, await patched('ba.wav'))
    assert.equal(found.recording, 'ba.wav')
    assert.equal(found.tokens[1], '0.04 s')
    const patching = found.found.patching
    assert.ok(found.found.of === 'place' && 'rows' in patching)
    // All of the encoder's last stream makes it this recording.
    assert.ok(patching.clean !== patching.corrupt && Math.abs(patching.rows[0].normalised - 1) < 1e-2)
    await assert.rejects(patched('c.wav'), {
      message: 'patch: there is no other recording "c.wav". Name one of "ba.wav".',
    })
  })

  test('refuses in a line what it cannot hear', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    await answers.openFiles(workshop, { files: await filesOf('listener') })
    await assert.rejects(answers.scene(workshop, { scene }), {
      message: 'look: there is no recording yet. Record something, or choose a file.',
    })
    await assert.rejects(answers.scene(workshop, { scene: { ...scene, source: 'gone.wav' } }), {
      message: 'look: the recording "gone.wav" is not here any more: no link has it. Choose it again.',
    })
    const empty = { name: 'empty.wav', rate: 8000, channels: [new Float32Array()] }
    await assert.rejects(answers.recording(workshop, { recording: empty }), {
      message: 'listen: empty.wav is empty. Choose another recording.',
    })
    const text = { name: 'text.wav', file: new Blob(['to be or not to be']) }
    await assert.rejects(answers.recording(workshop, { recording: text }), /^Error: text\.wav: /)
  })
})

describe('a model that speaks', () => {
  test('says words in pieces that are heard, the same for the same seed', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const { writes } = await answers.openFiles(workshop, { files: await filesOf('encoder-decoder') })
    assert.ok(writes?.kind === 'speech')
    assert.equal(writes.codes.length, 12 * writes.frames * writes.mels)
    // No run came with it that could be saved.
    await assert.rejects(answers.exhibit(workshop, { program: new Uint8Array(), hash: '' }), {
      message:
        'exhibit: a page shows no models that draw, hear or speak. Give away the folder from which this one was opened: the Studio opens it.',
    })
    assert.ok(writes.codes.every((value) => value >= 0 && value <= 1))
    const words = { ...scene, source: 'ab' }
    const parts: string[] = []
    const report = (_: number, _of: number, part?: unknown): void => void parts.push((part as readonly string[])[0])
    const [spoken] = await answers.speak(workshop, { scene: words, conditions, seed: 3 }, { report })
    assert.deepEqual(await answers.speak(workshop, { scene: words, conditions, seed: 3 }), [spoken])
    assert.ok(parts.length === codesOf(spoken).length && parts.every((part) => spoken.startsWith(part)))
    const { seconds, wav } = await answers.sound(workshop, { spoken })
    assert.ok(Math.abs(seconds - parts.length * writes.secondsEach) < 0.1)
    assert.ok(readWav(await bytesOf(wav), 'spoken').channels[0].some((sample) => Math.abs(sample) > 1e-4))
    const { tokens } = await answers.scene(workshop, { scene: { ...words, text: spoken } })
    assert.deepEqual(tokens.slice(1), [...spoken].slice(0, tokens.length - 1))
    await assert.rejects(answers.speak(workshop, { scene, conditions, seed: 0 }), {
      message: 'speak: there are no words. Say something.',
    })
    await assert.rejects(answers.draw(workshop, { scene: words, count: 1, conditions, seed: 0 }), {
      message: 'draw: this model draws no pictures. Open one that was trained on words and pictures.',
    })
  })
})
