// The gradient of a replaced value, in the floats of the CPU engine: how the loss changes when a little is added to the value.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { settled } from '../../src/edit/edit.ts'
import { editing } from '../../src/edit/editedModel.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { runWith } from '../../src/engine/engine.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import type { AnyModel } from '../../src/model/language.ts'
import { passOf } from '../../src/model/pass.ts'
import { cells } from '../../src/tensor/axes.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { add, input, multiply, sum, table } from '../../src/tensor/primitives.ts'
import { fill, models, translator } from './models.ts'

const engine = await cpu({ threads: 1 })
after(() => engine.close())

const ids = [3, 1, 4, 1, 5]
const source = [9, 2, 6, 5]

const sizes = ({ axes }: Node): Record<string, number> =>
  Object.fromEntries(axes.map(({ name, size }) => [name, size] as const))

/** A sum of what comes out, each cell with a weight of its own. */
function lossOf(end: Node): Tensor<never> {
  const weights = Array.from({ length: cells(end.axes) }, (_, i) => Math.sin(i) / Math.sqrt(cells(end.axes)))
  return sum(
    multiply(end as Tensor, table(sizes(end), weights) as Tensor),
    ...end.axes.map(({ name }) => name),
  ) as Node as Tensor<never>
}

/** Steps of this length on both sides, and of twice this length: their errors of the second order are taken off one another. */
const step = 1 / 128

/** ReLU has a corner wherever a step passes 0, which no step is small enough for in floats. */
const smooth: Readonly<Record<string, AnyModel>> = {
  ...models,
  translator: new EncoderDecoder({ ...translator.config, activation: 'gelu' }),
}

describe('the gradient of a replaced value, in floats', () => {
  for (const [name, model] of Object.entries(smooth))
    it(`is how the loss changes with it (${name})`, async () => {
      fill(engine, model)
      for (const address of addressesOf(model)) await assertSlope(model, address)
    })
})

/** Values inside a block, one of each kind, and those at both ends of it. */
function addressesOf(model: AnyModel): string[] {
  const { names } = passOf(model, { position: ids.length, source: source.length })
  return ['attention.query', 'attention.pattern', 'attention.output', 'mlp.activated', 'output'].flatMap((value) =>
    [...names.values.keys()].filter((each) => each.endsWith(`blocks.0.${value}`)).slice(0, 1),
  )
}

async function assertSlope(model: AnyModel, at: string): Promise<void> {
  const { outputs, names } = passOf(model, { position: ids.length, source: source.length })
  const value = names.valueAt(at)
  const [length, direction] = [input('length', {}), input('direction', sizes(value))]
  const edits = [{ at, to: (old: Tensor) => add(old, multiply(direction as Tensor, length)) }]
  const loss = lossOf(editing(names.values, settled(edits), { isWhole: true }).of((outputs as Node[])[0]))
  const [slopes] = gradient(loss, [direction])
  const program = await engine.compile({ outputs: { loss, slopes } })
  const lossWith = async (length: number, direction: ArrayLike<number>): Promise<number> => {
    await runWith(program, { ids, source, length, direction })
    return (await program.read('loss')).data[0]
  }
  await lossWith(1, new Float32Array(cells(value.axes)))
  const { data } = await program.read('slopes')
  const norm = Math.hypot(...data)
  assert.ok(norm > 1e-4, `${at}: the gradient is ${norm}`)
  const uphill = data.map((slope) => slope / norm)
  const slope = async (length: number): Promise<number> =>
    ((await lossWith(length, uphill)) - (await lossWith(-length, uphill))) / (2 * length)
  const found = (4 * (await slope(step)) - (await slope(2 * step))) / 3
  await program.close()
  assert.ok(Math.abs(found - norm) <= 1e-4 * norm + 1e-5, `${at}: ${found}, not ${norm}`)
}
