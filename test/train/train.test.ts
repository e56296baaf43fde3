// The training loop, by its events.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { readTraining, writeTraining } from '../../src/checkpoint/training.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { overfittingSince } from '../../src/train/overfitting.ts'
import { historyFromJSON } from '../../src/train/pastFromJSON.ts'
import { type TrainEvent, type TrainOptions, train } from '../../src/train/train.ts'
import { assertClose } from '../tensor/numbers.ts'

const config = { vocab: 5, context: 4, layer: 1, head: 1, model: 4 }
const ids = Int32Array.from({ length: 120 }, (_, i) => (i * i) % 5)
const corpus = { training: ids.subarray(0, 90), validation: ids.subarray(90) }

function start(options: Partial<TrainOptions> = {}) {
  const model = new GPT2(config)
  return train({ engine: reference(), model, corpus, batch: 2, steps: 4, evaluateBatches: 2, rate: 0.01, ...options })
}

async function eventsOf(options: Partial<TrainOptions> = {}): Promise<TrainEvent[]> {
  const events: TrainEvent[] = []
  for await (const event of start(options)) events.push(event)
  return events
}

const of = <K extends TrainEvent['kind']>(events: readonly TrainEvent[], kind: K) =>
  events.filter((event): event is Extract<TrainEvent, { kind: K }> => event.kind === kind)

const short = (events: readonly TrainEvent[]) => events.map(({ kind, step }) => `${kind} ${step}`)

/** An engine of which one output is NaN from the run with this number on. */
function failing(output: string, from: number): Engine {
  const engine = reference()
  return {
    ...engine,
    async compile(graph) {
      const program = await engine.compile(graph)
      let runs = 0
      return {
        plan: program.plan,
        inputs: program.inputs,
        close: () => program.close(),
        run: (inputs) => program.run(inputs).finally(() => runs++),
        async read(name) {
          const { axes, data } = await program.read(name)
          return { axes, data: name === output && runs >= from ? data.fill(Number.NaN) : data }
        },
      }
    },
  }
}

describe('training', () => {
  test('tells what happens, in order', async () => {
    const events = await eventsOf({ evaluateEvery: 2, checkpointEvery: 3 })
    assert.deepEqual(short(events), [
      'begin 0',
      'evaluation 0',
      'step 1',
      'step 2',
      'evaluation 2',
      'step 3',
      'checkpoint 3',
      'step 4',
      'evaluation 4',
      'checkpoint 4',
      'done 4',
    ])
    const [{ settings, parameters, plan }] = of(events, 'begin')
    assert.equal(settings.context, 4)
    // Embeddings, attention, two norms, MLP, last norm.
    assert.equal(parameters, 36 + 4 * (16 + 4) + 2 * 8 + (64 + 16 + 64 + 4) + 8)
    assert.ok(plan.lasting > 0)
    const [first] = of(events, 'step')
    assert.ok(Math.abs(first.loss - Math.log(5)) < 0.1)
    assert.ok(first.rate > 0 && first.tokensPerSecond > 0 && first.gradientNorm > 0)
  })

  test('reports as often as it is asked to', async () => {
    const events = await eventsOf({ steps: 7, reportEvery: 3, evaluateEvery: 100, checkpointEvery: 100 })
    assert.deepEqual(
      of(events, 'step').map(({ step }) => step),
      [3, 6, 7],
    )
  })

  test('takes other batches at every step, the same whether in one piece or in two', async () => {
    const losses = async (options: Partial<TrainOptions>) => of(await eventsOf(options), 'step').map(({ loss }) => loss)
    const still = await losses({ rate: 0 })
    assert.equal(new Set(still).size, 4)
    assertClose(await losses({ batch: 1, accumulate: 2 }), await losses({ batch: 2 }), 1e-5)
  })

  test('goes on from a checkpoint as if it had not been stopped', async () => {
    const whole = await eventsOf({ steps: 6, checkpointEvery: 3, evaluateEvery: 2 })
    const [{ state }] = of(whole, 'checkpoint')
    const sizes = weightSizes(new GPT2(config))
    const bytes = await new Blob(writeTraining(state) as BlobPart[]).arrayBuffer()
    const stored = readTraining(new Uint8Array(bytes), sizes)
    const resumed = await eventsOf({ steps: 6, resume: stored, batch: undefined })
    assert.deepEqual(short(resumed), ['begin 3', ...short(whole).slice(short(whole).indexOf('step 4'))])
    const losses = (events: readonly TrainEvent[]) => of(events, 'step').map(({ loss }) => loss)
    assertClose(losses(resumed), losses(whole).slice(3), 1e-6)
    const pasts = [whole, resumed].map((events) => historyFromJSON(of(events, 'checkpoint').at(-1)?.state.history))
    const steps = pasts.map(({ evaluations, losses }) =>
      [evaluations, losses].map((list) => list.map(({ step }) => step)),
    )
    assert.deepEqual(steps[1], steps[0])
  })

  test('goes on longer when asked to', async () => {
    const [{ state }] = of(await eventsOf(), 'checkpoint')
    assert.deepEqual(short(await eventsOf({ resume: state })), ['begin 4', 'done 4'])
    assert.equal(short(await eventsOf({ resume: state, steps: 5 })).at(-1), 'done 5')
    await assert.rejects(eventsOf({ resume: state, seed: 9 }), {
      message: 'train: the seed is 9, but the run to go on from has 0. Give the same, or begin anew.',
    })
  })

  test('can begin with weights that have learnt something', async () => {
    const [{ state }] = of(await eventsOf({ steps: 30 }), 'checkpoint')
    const [evaluation] = of(await eventsOf({ weights: state.weights, steps: 1 }), 'evaluation')
    assert.ok(evaluation.training < Math.log(5) - 0.1)
  })

  test('stops when asked to, with a checkpoint', async () => {
    const stop = new AbortController()
    const events: TrainEvent[] = []
    for await (const event of start({ steps: 100, signal: stop.signal, evaluateEvery: 100 })) {
      events.push(event)
      if (event.kind === 'step' && event.step === 2) stop.abort()
    }
    assert.deepEqual(short(events), ['begin 0', 'evaluation 0', 'step 1', 'step 2', 'checkpoint 2', 'done 2'])
    assert.equal(of(events, 'done')[0].reason, 'stopped')
  })

  test('lets timers and signals have their turn', async () => {
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    await eventsOf({ steps: 40, reportEvery: 40, evaluateEvery: 40 })
    clearInterval(timer)
    assert.ok(turns >= 3, `${turns} turns`)
  })

  test('stops at a loss that is no number', async () => {
    const options = { schedule: 'constant', warmup: 0, place: 'runs/notes' } as const
    await assert.rejects(eventsOf({ ...options, engine: failing('loss', 3), checkpointEvery: 2 }), (error: Error) => {
      assert.equal(
        error.message.replace(/\d+\.\d\d at/, '1.61 at'),
        'train: loss is NaN at step 3 (last finite 1.61 at step 2). Lower the learning rate (now 0.01); ' +
          'the checkpoint of step 2 is in runs/notes.',
      )
      return true
    })
    await assert.rejects(eventsOf({ ...options, engine: failing('loss', 1), rate: 1 / 3 }), {
      message: 'train: loss is NaN at step 1 (it never was finite). Lower the learning rate (now 0.333).',
    })
  })

  test('stops before it would save weights that a gradient has ruined', async () => {
    const events: TrainEvent[] = []
    const run = async () => {
      const engine = failing('gradientNorm', 2)
      for await (const event of start({ engine, reportEvery: 100, checkpointEvery: 2, steps: 50 })) events.push(event)
    }
    await assert.rejects(
      run(),
      /^Error: train: the gradient is NaN at step 2 \(loss 1\.\d\d\)\. Lower the learning rate/,
    )
    assert.deepEqual(short(events), ['begin 0', 'evaluation 0'])
  })

  test('refuses settings that mean nothing', async () => {
    const refuses = (options: object, message: string) => assert.rejects(eventsOf(options), { message })
    await refuses({ steps: 0 }, 'train: steps is 0; it must be a whole number, at least 1.')
    await refuses({ rate: -1 }, 'train: rate is -1; it must be at least 0.')
    await refuses({ batch: 0 }, 'train: batch is 0; it must be a whole number, at least 1.')
    await refuses({ context: 9 }, 'train: context is 9, but the model looks at 4 positions at most.')
    await refuses(
      { schedule: 'sine' },
      'train: there is no schedule "sine". Give "cosine" or "linear" or "constant" or "paper".',
    )
  })
})

describe('over-fitting', () => {
  const at = (step: number, training: number, validation: number) => ({ step, training, validation })
  const learning = [at(0, 4, 4), at(1, 2, 2.2), at(2, 1.5, 1.8)]

  test('is a validation loss that rises while the training loss falls', () => {
    const later = [at(3, 1.3, 1.85), at(4, 1.2, 1.9), at(5, 1, 2)]
    assert.equal(overfittingSince([...learning, ...later.slice(0, 2)]), undefined)
    assert.equal(overfittingSince([...learning, ...later])?.step, 2)
  })

  test('is not a validation loss that wavers, nor a model that gets worse everywhere', () => {
    assert.equal(overfittingSince([...learning, at(3, 1.4, 1.81), at(4, 1.3, 1.805), at(5, 1.2, 1.81)]), undefined)
    assert.equal(overfittingSince([...learning, at(3, 1.6, 1.9), at(4, 1.7, 2), at(5, 1.8, 2.1)]), undefined)
  })

  test('is not a loss that rises on what is learnt from: that is warned of too, once, with the rate', async () => {
    const events = await eventsOf({ steps: 16, evaluateEvery: 2, rate: 10, warmup: 0, clip: 0 })
    const warnings = of(events, 'warning')
    assert.deepEqual(
      warnings.map(({ about }) => about),
      ['divergence'],
    )
    assert.match(
      warnings[0].message,
      /^train: the loss on the training text is \d+\.\d{3} at step \d+, where it was 1\.\d{3} at step 0: it does not learn\. Lower the learning rate \(now 10\)\.$/,
    )
  })

  test('is warned of, once', async () => {
    const one = Int32Array.from({ length: 40 }, (_, i) => (i * i) % 5)
    const other = one.map((id) => 4 - id)
    const events = await eventsOf({
      corpus: { training: one, validation: other },
      steps: 16,
      evaluateEvery: 2,
      rate: 0.03,
      decay: 0,
    })
    const warnings = of(events, 'warning')
    assert.equal(warnings.length, 1)
    assert.match(
      warnings[0].message,
      /^train: the loss on unseen text rose from \d\.\d{3} \(step \d+\) to \d\.\d{3}, while that on the training text fell from \d\.\d{3} to \d\.\d{3}: the model learns by heart\. Give it more text, make it smaller, or use dropout\.$/,
    )
  })
})
