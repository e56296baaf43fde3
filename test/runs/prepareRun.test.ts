// Runs as a page makes them: their source is brought along, their files are kept wherever it likes, and they go on from these.

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { blobFiles, blobsOf } from '../../src/checkpoint/blobFiles.ts'
import type { FolderFiles } from '../../src/checkpoint/folderFiles.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { parseLabelled } from '../../src/data/labelledTexts.ts'
import { splitPictures } from '../../src/data/pictures.ts'
import { taskNamed } from '../../src/data/tasks/tasks.ts'
import { parsePairs } from '../../src/data/textPairs.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { loadLearnt, loadStopped } from '../../src/runs/beginning.ts'
import type { Choices } from '../../src/runs/choices.ts'
import { diaryOf } from '../../src/runs/diary.ts'
import { type PreparedRun, prepareRun } from '../../src/runs/prepareRun.ts'
import type { Source } from '../../src/runs/source.ts'
import { savedRun, trainRun } from '../../src/runs/trainRun.ts'

const lines = Array.from({ length: 40 }, (_, i) => i)
const moods = lines.map((i) => `${i % 2 ? 'good' : 'bad'}\tno ${i}`).join('\n')
const text: Source = { kind: 'text', text: 'the cat sat on the mat. '.repeat(20), files: ['pasted'], skipped: 0 }
const pairs: Source = { kind: 'pairs', ...parsePairs(lines.map((i) => `a${i}\tb${i}`).join('\n'), 'pasted') }
const labelled: Source = { kind: 'labelled', ...parseLabelled(moods, 'pasted') }
const task: Source = { kind: 'task', task: taskNamed('sort') }

const drawings: Source = {
  kind: 'drawings',
  skipped: 0,
  drawings: lines.map((i) => ({
    name: `${i}.png`,
    words: `number ${i}`,
    picture: { width: 4, height: 4, channels: 1, pixels: new Uint8Array(16).fill(i) },
  })),
}

/** Tones of 60 ms, as high as their numbers. */
const recordings: Source = {
  kind: 'recordings',
  leftOut: ['a.wav: nothing is to be heard in it.'],
  recordings: lines.map((i) => ({
    name: `${i}.wav`,
    words: `tone ${i}`,
    sound: { rate: 16000, samples: Float32Array.from({ length: 960 }, (_, n) => 0.5 * Math.sin(0.01 * (i + 5) * n)) },
  })),
}

/** Grey ramps of two classes, one of which is darker. */
const pictures: Source = {
  kind: 'pictures',
  ...splitPictures(
    lines.map((i) => ({
      name: `${i}.png`,
      picture: { width: 4, height: 4, channels: 1, pixels: Uint8Array.from({ length: 16 }, (_, k) => 3 * i + 5 * k) },
      label: i % 2,
    })),
    ['dark', 'light'],
    'made',
  ),
}

const engine = await cpu({ threads: 1 })
after(() => engine.close())

const tiny: Choices = { layer: 1, head: 1, model: 4, batch: 2, steps: 2, schedule: 'constant', warmup: 0 }

/** Trains a run, and gives the files of its last checkpoint. */
async function trained(run: PreparedRun): Promise<FolderFiles> {
  let kept = new Map<string, Blob>()
  for await (const event of trainRun(run, {
    engine,
    save: async (state) => {
      kept = await blobsOf(await savedFiles(savedRun(run, state)))
    },
  }))
    if (event.kind === 'checkpoint') assert.ok(kept.has('training.safetensors'))
  return blobFiles(kept, 'kept')
}

describe('a run whose source is brought along', () => {
  const runs: readonly [as: Choices['as'], source: Source][] = [
    [undefined, text],
    ['llama', text],
    ['encoder', text],
    ['encoder-decoder', pairs],
    ['encoder-decoder', drawings],
    ['encoder-decoder', recordings],
    ['listener', recordings],
    ['classifier', labelled],
    ['picture-classifier', pictures],
    ['decoder', task],
    ['encoder-decoder', task],
  ]
  for (const [as, source] of runs)
    test(`${as ?? 'of the usual kind'}, of ${source.kind}, goes on to the same bits`, async () => {
      const choices = { ...tiny, as, dropout: 0.1, ...(source.kind === 'text' && { context: 8 }) }
      const half = await loadStopped(await trained(await prepareRun(choices, source)))
      assert.equal(half.training.step, 2)
      const rest = await prepareRun({ steps: 4 }, source, half)
      assert.deepEqual(
        rest.changes.map(({ setting, was, is }) => [setting, was, is]),
        [['steps', 2, 4]],
      )
      const resumed = await loadStopped(await trained(rest))
      const whole = await loadStopped(await trained(await prepareRun({ ...choices, steps: 4 }, source)))
      assert.deepEqual(resumed.training.weights, whole.training.weights)
    })

  test('goes on with the same source only, and says what has changed', async () => {
    const stopped = await loadStopped(await trained(await prepareRun({ ...tiny, context: 8 }, text)))
    const other = { ...text, text: `${text.text}!` }
    await assert.rejects(prepareRun({ steps: 4 }, other, stopped), {
      message:
        'kept: it was trained on another text (pasted, 480 characters) than pasted is now (481 characters). Give that, or begin a new run with out.',
    })
    const { changes } = await prepareRun({ steps: 400, rate: 0.01, smoothing: 0.1 }, text, stopped)
    assert.deepEqual(changes, [
      { setting: 'steps', was: 2, is: 400 },
      { setting: 'rate', was: 0.001, is: 0.01 },
      { setting: 'leastRate', was: 0.0001, is: 0.001 },
      { setting: 'evaluateEvery', was: 1, is: 50 },
      { setting: 'checkpointEvery', was: 1, is: 50 },
      { setting: 'smoothing', was: 0, is: 0.1 },
    ])
  })

  test('has a diary of the first picture that is held back', async () => {
    const run = await prepareRun({ ...tiny, as: 'picture-classifier', rate: 0.02, steps: 60, batch: 8 }, pictures)
    await trained(run)
    const diary = diaryOf(run, engine)
    const sample = await diary?.sample(60)
    await diary?.close()
    assert.ok(run.source.kind === 'pictures')
    const [{ name, label }] = run.source.validation
    const word = ['dark', 'light'][label]
    assert.deepEqual([sample?.step, sample?.prompt, sample?.expected], [60, name, word])
    assert.ok(sample?.text === 'dark' || sample?.text === 'light')
  })

  test('remembers by how much its pictures are moved, and says that they are moved further', async () => {
    const run = await prepareRun({ ...tiny, as: 'picture-classifier', shift: 0 }, pictures)
    const stopped = await loadStopped(await trained(run))
    assert.deepEqual([stopped.record?.shift, stopped.preparation], [0, run.preparation])
    const same = await prepareRun({ steps: 4 }, pictures, stopped)
    assert.deepEqual([same.record.shift, same.changes.length], [0, 1])
    const { changes } = await prepareRun({ steps: 4, shift: 2 }, pictures, stopped)
    assert.deepEqual(changes.at(-1), { setting: 'shift', was: 0, is: 2 })
  })

  test('names the recordings that are left out, and hears as long as the longest', async () => {
    const run = await prepareRun({ ...tiny, as: 'listener' }, recordings)
    assert.deepEqual(run.warnings, ['left out: a.wav: nothing is to be heard in it.'])
    assert.equal(run.features?.seconds, 1)
    assert.deepEqual(run.model.reads.source.axes, { frame: 50, mel: 40 })
    const { features } = await loadLearnt(await trained(run))
    assert.deepEqual(features, run.features)
  })

  test('may begin with a model that has learnt something', async () => {
    const encoder = await trained(await prepareRun({ ...tiny, as: 'encoder', context: 16 }, text))
    const run = await prepareRun({ as: 'classifier', batch: 2 }, labelled, await loadLearnt(encoder))
    assert.equal(run.blueprint.architecture.name, 'classifyingBert')
    assert.deepEqual(run.tokenizer.toJSON(), (await loadStopped(encoder)).tokenizer.toJSON())
    assert.ok(run.weights && run.from === encoder)
  })
})

test('what a run cannot learn from, or be told, is refused in the names of the settings', async () => {
  const refused: readonly [choices: Choices, source: Source, message: string][] = [
    [{}, pairs, 'source: pairs was given, but a run of kind decoder learns from text or task. Give that.'],
    [
      { as: 'classifier' },
      text,
      'source: text was given, but a run of kind classifier learns from labelled. Give that.',
    ],
    [
      { as: 'listener' },
      drawings,
      'source: drawings was given, but a run of kind listener learns from recordings. Give that.',
    ],
    [{ as: 'encoder-decoder', patch: 2 }, recordings, 'patch is for pictures, and these are recordings. Leave it out.'],
    [{ tokenizer: 'bytes' }, task, 'task sort has its own characters. Leave out tokenizer and vocab.'],
    [
      { ...tiny, context: 8, leastRate: 0.0001 },
      text,
      'leastRate is where cosine and linear end, but the schedule is constant. Leave it out, or change schedule.',
    ],
    [
      { columns: { label: 'mood' }, as: 'encoder-decoder' },
      pairs,
      'label names a column of a table, but a table of pairs has those of source and target. Leave it out.',
    ],
  ]
  for (const [choices, source, message] of refused) await assert.rejects(prepareRun(choices, source), { message })
})
