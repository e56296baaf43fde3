// Numbers that are none are never saved: an abort between two reports, weights that a finite loss left behind, evaluations.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { reference } from '../../src/engine/reference.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { initialValues } from '../../src/model/start.ts'
import { checkState } from '../../src/train/finite.ts'
import { type TrainOptions, train } from '../../src/train/train.ts'

const ids = Int32Array.from({ length: 60 }, (_, i) => (i * i) % 5)
const model = new GPT2({ vocab: 5, context: 4, layer: 1, head: 1, model: 2 })
const common = { engine: reference(), model, corpus: { training: ids, validation: ids }, batch: 1, evaluateBatches: 1 }
// Steps this long leave what 32 bits can hold, without a loss being read.
const wild = { rate: 1e38, warmup: 0, schedule: 'constant', clip: 0, decay: 0 } as const

/** The kinds of the events, and what ended the run. */
async function ending(options: Partial<TrainOptions>): Promise<{ kinds: string[]; message: string }> {
  const kinds: string[] = []
  try {
    for await (const { kind } of train({ ...common, ...options })) kinds.push(kind)
  } catch (error) {
    return { kinds, message: (error as Error).message }
  }
  return { kinds, message: '' }
}

describe('what is no number', () => {
  test('is not saved when a run is stopped between two reports', async () => {
    const rare = { reportEvery: 1e5, evaluateEvery: 1e5, checkpointEvery: 1e5, steps: 1e6 }
    const stop = new AbortController()
    let runs = 0
    const engine = reference()
    const stopping = {
      ...engine,
      compile: async (graph: Parameters<typeof engine.compile>[0]) => {
        const program = await engine.compile(graph)
        return {
          ...program,
          async run(inputs: Parameters<typeof program.run>[0]) {
            await program.run(inputs)
            if ('gradientNorm' in graph.outputs && ++runs === 20) stop.abort()
          },
        }
      },
    }
    const { kinds, message } = await ending({
      ...wild,
      ...rare,
      engine: stopping,
      signal: stop.signal,
      place: 'runs/a',
    })
    assert.deepEqual(kinds, ['begin', 'evaluation'])
    assert.match(
      message,
      /^train: [\w.]+ holds (NaN|-?Infinity) after step 20 \(no loss was read before\)\. Lower the learning rate \(now 1e\+38\)\.$/,
    )
  })

  test('is not saved where the loss of the step was a number, but not the weights after it', async () => {
    const { kinds, message } = await ending({ ...wild, rate: 3e38, decay: 2, steps: 1 })
    assert.deepEqual(kinds, ['begin', 'evaluation', 'step'])
    assert.match(message, /^train: .* after step 1 \(last finite 1\.\d\d at step 1\)\. Lower the learning rate/)
  })

  test('is not reported as an evaluation', async () => {
    const weights = new Map(withSizes(model, initialValues(model, 0)))
    const [path, { sizes, data }] = [...weights][0]
    weights.set(path, { sizes, data: data.slice().fill(Number.NaN) })
    assert.deepEqual(await ending({ weights }), {
      kinds: ['begin'],
      message:
        'train: the loss on what is learnt from is NaN after step 0 (no loss was read before). The weights to begin with may be damaged; give others.',
    })
  })

  test('is found wherever it is in a state', () => {
    const at = { step: 7, rate: 0.25, last: { step: 6, loss: 2 }, saved: 5, place: 'runs/a' }
    const weights = (value: number) =>
      new Map([['token', { sizes: { vocab: 3 }, data: Float32Array.of(1, value, -2) }]])
    const [good, bad] = [weights(-1e38), weights(-Infinity)]
    checkState({ weights: good, first: good, second: good }, at)
    const end =
      'after step 7 (last finite 2.00 at step 6). Lower the learning rate (now 0.25); the checkpoint of step 5 is in runs/a.'
    const found = {
      weights: 'token holds',
      first: "AdamW's mean of token holds",
      second: "AdamW's mean of squares of token holds",
    }
    for (const [part, words] of Object.entries(found))
      assert.throws(() => checkState({ weights: good, first: good, second: good, [part]: bad }, at), {
        message: `train: ${words} -Infinity ${end}`,
      })
  })
})
