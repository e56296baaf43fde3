// GPT-2 against PyTorch: the same weights and the same batch give the same logits, patterns, residual stream, loss and
// gradients, and the same ten steps of AdamW. On every engine.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { getWeights, setWeights } from '../../src/checkpoint/engineWeights.ts'
import { rearrange, stridesByName } from '../../src/checkpoint/rearrange.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { lossSum } from '../../src/evaluate/loss.ts'
import { nextToken } from '../../src/evaluate/objective.ts'
import { generate } from '../../src/generate/generate.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { Logits } from '../../src/model/stream.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import { type Names, parametersOf } from '../../src/tensor/names.ts'
import { trace } from '../../src/tensor/pass.ts'
import { divide, input } from '../../src/tensor/primitives.ts'
import { Trainer } from '../../src/train/trainer.ts'
import { engines } from '../engines.ts'
import { assertClose } from '../tensor/numbers.ts'
import { type Fixture, fixtures } from './pytorch.ts'

for (const { name: engineName, open } of engines)
  for (const [name, fixture] of fixtures)
    describe(`GPT-2 and PyTorch, ${name}, ${engineName}`, () => {
      let engine: Engine
      before(async () => {
        engine = await open()
      })
      after(() => engine.close())

      test('have the same values inside', async () => {
        const { model, names } = forward(fixture)
        const { layer } = fixture.config
        const stored = new Map([
          ['logits', fixture.logits],
          ['norm.output', fixture.final],
          ['embedded', fixture.residual[0]],
        ])
        for (let i = 0; i < layer; i++) {
          stored.set(`blocks.${i}.output`, fixture.residual[i + 1])
          stored.set(`blocks.${i}.attention.pattern`, fixture.patterns[i])
        }
        const outputs = Object.fromEntries([...stored.keys()].map((address) => [address, names.valueAt(address)]))
        const program = await engine.compile({ outputs })
        setWeights(engine, model, fixture.weights)
        await program.run({ ids: fixture.given.ids })
        for (const [address, { axes, values }] of stored) {
          const found = await program.read(address)
          const sizes = Object.fromEntries(found.axes.map((axis) => [axis.name, axis.size]))
          assertClose(inOrder(found.data, sizes, axes ?? []), values, 2e-5, address)
        }
      })

      test('have the same loss and the same gradient of every weight', async () => {
        const { model, logits } = forward(fixture)
        const { batch, positions, config } = fixture
        const { sum, count } = lossSum(
          logits,
          input('targets', { batch, position: positions }, { below: config.vocab }),
        )
        const loss = divide(sum, count)
        const weights = parametersOf(model)
        const gradients = gradient(loss, [...weights.values()])
        const outputs = Object.fromEntries([...weights.keys()].map((path, i) => [path, gradients[i]]))
        const program = await engine.compile({ outputs: { loss, ...outputs } })
        setWeights(engine, model, fixture.weights)
        await program.run({ ...fixture.given })
        assertClose((await program.read('loss')).data, [fixture.loss], 1e-5, 'loss')
        for (const path of weights.keys())
          assertClose((await program.read(path)).data, fixture.gradients.get(path)?.data ?? [], 1e-5, path)
      })

      test('train alike', async () => {
        const { config, batch, positions, training, given } = fixture
        const model = new GPT2(config)
        const settings = {
          accumulate: 1,
          seed: 0,
          beta1: training.betas[0],
          beta2: training.betas[1],
          epsilon: training.epsilon,
          decay: training.decay,
          clip: training.clip,
        }
        const sizes = { batch, position: positions }
        const trainer = await Trainer.create(engine, nextToken(model), settings, { shapes: [sizes] })
        const step = { sizes, inputs: { ids: given.ids, targets: given.targets } }
        trainer.begin(fixture.weights)
        const measured = { losses: [] as number[], norms: [] as number[] }
        for (const _ of training.gradientNorms) {
          await trainer.step([step], training.rate)
          const { loss, gradientNorm } = await trainer.measure()
          measured.losses.push(loss)
          measured.norms.push(gradientNorm)
        }
        measured.losses.push((await trainer.evaluate([step])).loss)
        assertClose(measured.losses, training.losses, 1e-4, 'losses')
        assertClose(measured.norms, training.gradientNorms, 1e-3, 'norms of gradients')
        const weights = await getWeights(engine, model)
        for (const [path, { data }] of training.weights ?? []) {
          // The gradient of the keys' bias is 0 but for rounding, whose sign Adam follows.
          if (!path.endsWith('attention.key.bias')) assertClose(weights.get(path)?.data ?? [], data, 1e-3, path)
        }
      })

      const { greedy } = fixture
      if (!greedy) return
      test('write alike', async () => {
        const { prompt, ids } = greedy
        const model = new GPT2(fixture.config)
        setWeights(engine, model, fixture.weights)
        const written = [...prompt]
        const tokens = ids.length - prompt.length
        for await (const { id } of generate({ engine, model, prompt, tokens, temperature: 0 })) written.push(id)
        assert.deepEqual(written, ids)
      })
    })

function forward({ config, batch, positions }: Fixture): { model: GPT2; logits: Logits; names: Names } {
  const model = new GPT2(config)
  const ids = input('ids', { batch, position: positions }, { below: config.vocab })
  const { outputs: logits, names } = trace(model, () => model.logits({ ids }))
  return { model, logits, names }
}

/** The numbers with their axes in another order. */
function inOrder(data: Float32Array, sizes: Record<string, number>, order: readonly string[]): Float32Array {
  const from = stridesByName(sizes)
  const to = stridesByName(Object.fromEntries(order.map((axis) => [axis, sizes[axis]])))
  const result = new Float32Array(data.length)
  const loops = order.map((axis) => ({ size: sizes[axis], strides: [from[axis], to[axis]] }))
  rearrange({ type: 'f32', data }, { type: 'f32', data: result }, loops)
  return result
}
