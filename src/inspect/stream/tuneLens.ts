// Training the translators of a tuned lens: by KL(final‖lens), summed over all states, on a text of tokens. The model's weights stay
// what they are: the translators are the only parameters that the trainer knows.
//
//   loss = mean over positions of Σ_states Σ_v p_final · (ln p_final − ln p_lens)        nats

import { withSizes } from '../../checkpoint/engineWeights.ts'
import type { Batch } from '../../data/batch.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Objective } from '../../evaluate/objective.ts'
import type { AnyModel, LanguageModel } from '../../model/language.ts'
import { passOf } from '../../model/pass.ts'
import { needed, textLimits } from '../../model/reads.ts'
import { initialValues } from '../../model/start.ts'
import { sizeOf } from '../../tensor/axes.ts'
import { logSoftmax } from '../../tensor/definitions.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { trace } from '../../tensor/pass.ts'
import { add, constant, exp, multiply, subtract, sum } from '../../tensor/primitives.ts'
import { randomKey, uniform } from '../../tensor/random.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { rateAt } from '../../train/schedule.ts'
import { Trainer } from '../../train/trainer.ts'
import { logitsOf } from './readout.ts'
import { type StreamState, streamStates } from './states.ts'
import { TunedLens } from './tunedLens.ts'

/** The text that translators learn from, and how. */
export interface TuningSettings {
  readonly model: AnyModel
  readonly engine: Engine
  /** The ids of a text. */
  readonly ids: ArrayLike<number>
  /** The number of steps; 250 if not given. */
  readonly steps?: number | undefined
  /** The number of windows of the text that a step takes; 4 if not given. */
  readonly batch?: number | undefined
  /** The number of tokens of a window; what the model looks at, but no more than 64, if not given. */
  readonly context?: number | undefined
  /** The highest learning rate of AdamW, from which it falls in a line to 0; 0.003 if not given. */
  readonly rate?: number | undefined
  readonly seed?: number | undefined
  /** Is told after each step how many were taken, of how many, and the loss of its windows before the step, in nats. */
  readonly report?: ((done: number, of: number, loss: number) => void) | undefined
}

/**
 * Translators for all states but the last, trained in the engine that holds the model, where they stay as long as somebody has
 * them. Equal seeds give equal ones.
 *
 * Throws for models that read something else than one text, and for a text of fewer tokens than a window.
 */
export async function tuneLens({
  model,
  engine,
  ids,
  steps = 250,
  batch = 4,
  context: asked,
  rate = 3e-3,
  seed = 0,
  report,
}: TuningSettings): Promise<TunedLens> {
  const context = asked ?? Math.min(64, textLimits('lens', model).context)
  checkSettings(model, { steps, batch, context, length: ids.length })
  const { lens, objective } = lensObjective(model)
  const settings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0, clip: 1, accumulate: 1, seed }
  const sizes = { batch, position: context }
  const trainer = await Trainer.create(engine, objective, settings, { shapes: [sizes] })
  try {
    trainer.begin(withSizes(lens, initialValues(lens, seed)))
    const schedule = {
      schedule: 'linear',
      rate,
      leastRate: 0,
      warmup: Math.min(10, Math.floor(steps / 10)),
      steps,
    } as const
    for (let step = 0; step < steps; step++) {
      await trainer.step([windowsOf(ids, sizes, step, seed)], rateAt(step, schedule))
      report?.(step + 1, steps, (await trainer.measure()).loss)
    }
    return lens
  } finally {
    await trainer.close()
  }
}

/** Windows of a text that begin anywhere: a function of the seed and the step. */
function windowsOf(
  ids: ArrayLike<number>,
  sizes: { batch: number; position: number },
  step: number,
  seed: number,
): Batch {
  const key = randomKey('lens', seed)
  const cells = new Float32Array(sizes.batch * sizes.position)
  for (let row = 0; row < sizes.batch; row++) {
    const start = Math.floor(uniform(key, step, row) * (ids.length - sizes.position + 1))
    for (let i = 0; i < sizes.position; i++) cells[row * sizes.position + i] = ids[start + i]
  }
  return { sizes, inputs: { ids: cells } }
}

function checkSettings(
  model: AnyModel,
  { length, context, ...counts }: { steps: number; batch: number; context: number; length: number },
): asserts model is LanguageModel {
  const others = needed(model.reads).filter((name) => name !== 'ids')
  if (others.length > 0)
    throw new Error(
      `lens: translators learn from a text, but the model reads ${others.join(' and ')} too. Use the own lens.`,
    )
  for (const [name, count] of Object.entries({ ...counts, context }))
    if (!(Number.isSafeInteger(count) && count >= 1))
      throw new Error(`lens: ${name} is ${count}; it must be a whole number, at least 1.`)
  if (length < context)
    throw new Error(
      `lens: the text has ${length} tokens, but a window takes ${context}. Give a longer one to learn from.`,
    )
}

/** A tuned lens for a model, as yet without numbers. Throws where the model has no states to translate. */
export function emptyLens(model: AnyModel): TunedLens {
  const states = translatedStates(passOf(model, { position: 1, source: 1 }).names)
  const width = sizeOf(states[0].node.axes, 'model')
  const addresses = states.slice(0, -1).map(({ address }) => address)
  if (addresses.length === 0)
    throw new Error('lens: the model has one state only, its last: there is nothing to translate.')
  return new TunedLens({ addresses, model: width })
}

/** Translators for a model, and what they learn by. */
function lensObjective(model: LanguageModel): { lens: TunedLens; objective: Objective } {
  const lens = emptyLens(model)
  return {
    lens,
    objective: {
      model: lens,
      inputs: { ids: model.reads.ids },
      answer: (inputs) => {
        const { names } = trace(model, () => model.logits(inputs))
        const logits = logitsOf(names, 'lens').node
        const all = translatedStates(names)
        const last = all[all.length - 1].node
        const losses = all.slice(0, -1).map(({ address, node }) => {
          const read = new Rewriting((each) => (each === last ? lens.translated(address, node) : undefined))
          return divergence(logits as Tensor, read.of(logits))
        })
        const total = losses.reduce((sum, each) => add(sum as Tensor, each as Tensor))
        const count = logits.axes.reduce((product, { name, size }) => (name === 'vocab' ? product : product * size), 1)
        return { sum: total as Tensor<never>, count: constant(count) }
      },
    },
  }
}

/** The states that have a translator, and the last. */
const translatedStates = (names: Parameters<typeof streamStates>[0]): StreamState[] =>
  streamStates(names, 'lens').filter(({ point }, i, { length }) => point !== 'middle' || i === length - 1)

/** Σ KL(final‖lens) over all positions, in nats. */
function divergence(final: Tensor, lens: Tensor): Node {
  const [lnFinal, lnLens] = [logSoftmax(final, 'vocab'), logSoftmax(lens, 'vocab')]
  return sum(multiply(exp(lnFinal), subtract(lnFinal, lnLens)), ...final.axes.map(({ name }) => name))
}
