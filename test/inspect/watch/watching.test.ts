// A training that is watched: what is seen is what the instruments see at that step, and no bit of what is learnt is another.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { windowBatches } from '../../../src/data/windows.ts'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { nextToken } from '../../../src/evaluate/objective.ts'
import { circuits } from '../../../src/inspect/circuits/circuits.ts'
import { composition } from '../../../src/inspect/circuits/composition.ts'
import { readGradients } from '../../../src/inspect/gradients.ts'
import { headFacts } from '../../../src/inspect/heads/heads.ts'
import { read } from '../../../src/inspect/read.ts'
import { doublingSteps, watchSteps } from '../../../src/inspect/watch/steps.ts'
import type { WatchedRow } from '../../../src/inspect/watch/watched.ts'
import { Watcher } from '../../../src/inspect/watch/watcher.ts'
import { watching } from '../../../src/inspect/watch/watching.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { type TrainOptions, train } from '../../../src/train/train.ts'

const text = Int32Array.from({ length: 400 }, (_, i) => (i * i + (i >> 2)) % 11)
const ids = text.subarray(0, 12)
const heldBack = windowBatches({ ids: text, context: 12, batch: 3, seed: 0 })
const [batch] = heldBack.evaluation(1)
const what = [
  'heads',
  'composition',
  'copying',
  'norms',
  'loss',
  'loss-by-position',
  'loss {position: -1}',
  'in-context',
  'norm blocks.*.output',
  'mean blocks.0.output',
  'blocks.1.attention.pattern {head: 1}',
]

/** A tiny model in an engine of its own, and how it is trained. */
async function beginning() {
  const engine = await cpu({ threads: 1 })
  const model = new GPT2({ layer: 2, head: 2, model: 16, context: 12, vocab: 11, dropout: 0.1 })
  const options: TrainOptions = {
    engine,
    model,
    corpus: { training: text, validation: text },
    steps: 6,
    batch: 3,
    clip: 0,
    warmup: 0,
  }
  return { engine, model, options }
}

describe('watching', () => {
  test('changes no bit of what is learnt', async () => {
    const learn = async (isWatched: boolean) => {
      const { engine, model, options } = await beginning()
      const watcher = await Watcher.create({ engine, objective: nextToken(model), what, inputs: { ids }, batch })
      const events = isWatched ? watching(train(options), { watcher, at: watchSteps({ every: 1 }) }) : train(options)
      const losses: number[] = []
      let looks = 0
      for await (const event of events) {
        if (event.kind === 'step') losses.push(event.loss, event.gradientNorm)
        if (event.kind === 'watched') looks++
      }
      assert.equal(looks, isWatched ? 7 : 0)
      const weights = await Promise.all([...parametersOf(model).values()].map((node) => engine.get(node)))
      engine.close()
      return { losses, weights }
    }
    assert.deepEqual(await learn(true), await learn(false))
  })

  test('sees at a step what the instruments see', async () => {
    const { engine, model, options } = await beginning()
    const watcher = await Watcher.create({ engine, objective: nextToken(model), what, inputs: { ids }, batch })
    const weights = parametersOf(model)
    const held = async () =>
      new Map(await Promise.all([...weights].map(async ([path, node]) => [path, await engine.get(node)] as const)))
    let before = await held()
    let looks = 0
    for await (const event of watching(train(options), { watcher, at: watchSteps({ at: [4] }) })) {
      if (event.kind === 'step' && event.step === 3) before = await held()
      if (event.kind !== 'watched') continue
      looks++
      const of = rowsBy(event.rows)
      const { rows: heads } = await headFacts({ model, engine, inputs: { ids } })
      for (const { layer, head, scores } of heads)
        for (const [score, value] of Object.entries(scores)) near(of({ score, layer, head }), value)
      const composed = await composition({ model, engine })
      for (const { kind, from, to, score } of composed.rows) {
        const row = event.rows.find(
          (each) => each.score === `composition-${kind[0]}` && sameHead(each.from, from) && sameHead(each.to, to),
        )
        near(row?.value, score)
        near(row?.baseline, composed.baseline)
      }
      for (const { layer, head, tokens } of (await circuits({ model, engine })).heads)
        near(of({ score: 'copying', layer, head }), tokens.ov ?? Number.NaN)
      const after = await held()
      for (const path of weights.keys()) {
        const change = [...(after.get(path) ?? [])].map((value, i) => value - (before.get(path)?.[i] ?? 0))
        near(of({ score: 'weight-norm', address: path }), length([...(after.get(path) ?? [])]))
        near(of({ score: 'update-norm', address: path }), length(change))
        near(of({ score: 'update-ratio', address: path }), length(change) / length([...(before.get(path) ?? [])]))
      }
      near(of({ score: 'weight-norm' }), length([...after.values()].flatMap((data) => [...data])))
      const seen = await read({
        model,
        engine,
        inputs: { ids },
        addresses: ['blocks.*.output', 'blocks.1.attention.pattern {head: 1}'],
      })
      const output = [...(seen.get('blocks.0.output')?.data ?? [])]
      near(of({ score: 'norm', address: 'blocks.0.output' }), length(output))
      near(of({ score: 'mean', address: 'blocks.0.output' }), output.reduce((sum, x) => sum + x, 0) / output.length)
      const address = 'blocks.1.attention.pattern {head: 1}'
      assert.deepEqual(event.rows.find((row) => row.address === address)?.values, seen.get(address))
    }
    assert.equal(looks, 1)
    await watcher.close()
    engine.close()
  })

  test('gives losses and gradients of its batch', async () => {
    const { engine, model } = await beginning()
    const one = { sizes: { batch: 1, position: 12 }, inputs: { ids, targets: text.subarray(1, 13) } }
    const inputs = { ids }
    const asked = ['loss', 'loss-by-position', 'in-context', 'gradient-norms', 'update-norms']
    const watcher = await Watcher.create({ engine, objective: nextToken(model), what: asked, inputs, batch: one })
    for (const [path, node] of parametersOf(model))
      engine.set(
        node,
        Float32Array.from({ length: node.axes.reduce((product, { size }) => product * size, 1) }, (_, i) =>
          path.endsWith('bias') ? 0 : Math.sin(i + path.length) / 3,
        ),
      )
    const rows = await watcher.look(0)
    const of = rowsBy(rows)
    const { loss, gradients } = await readGradients({
      model,
      engine,
      inputs: { ids: text.subarray(0, 12) },
      addresses: [...parametersOf(model).keys()],
    })
    // That leaves out the last place, whose next token it is not told.
    const places = Array.from({ length: 12 }, (_, position) => of({ score: 'loss', position }) ?? Number.NaN)
    near(places.slice(0, 11).reduce((sum, each) => sum + each, 0) / 11, loss)
    near(of({ score: 'loss' }), places.reduce((sum, each) => sum + each, 0) / 12)
    near(of({ score: 'in-context' }), places[10] - places[1])
    assert.deepEqual(
      [of({ score: 'late-loss', position: 10 }), of({ score: 'early-loss', position: 1 })],
      [places[10], places[1]],
    )
    assert.ok(Number.isNaN(of({ score: 'update-norm' })))
    const short = {
      sizes: { batch: 1, position: 12 },
      inputs: { ids, targets: Int32Array.from(text.subarray(1, 13)).fill(-1, 11) },
    }
    const other = await Watcher.create({
      engine,
      objective: nextToken(model),
      what: ['gradient-norms'],
      inputs,
      batch: short,
    })
    const norms = rowsBy(await other.look(0))
    for (const [path, { data }] of gradients) near(norms({ score: 'gradient-norm', address: path }), length([...data]))
    near(norms({ score: 'gradient-norm' }), length([...gradients.values()].flatMap(({ data }) => [...data])))
    engine.close()
  })

  test('looks at the steps that are chosen', () => {
    const at = watchSteps({ every: 50, at: doublingSteps(20) })
    const steps = Array.from({ length: 120 }, (_, step) => step).filter(at)
    assert.deepEqual(steps, [0, 1, 2, 4, 8, 16, 50, 100])
    assert.throws(() => watchSteps({ every: 0 }), {
      message: 'watch: every is 0; it must be a whole number, at least 1.',
    })
    assert.throws(() => watchSteps({ at: [-1] }), { message: 'watch: -1 is no step. Give whole numbers, at least 0.' })
    assert.throws(() => watchSteps({}), { message: 'watch: no steps are chosen. Say every how many, or which.' })
  })
})

interface Which {
  readonly score: string
  readonly layer?: number
  readonly head?: number
  readonly address?: string
  readonly position?: number
}

/** The value of the row with these labels; those of heads have their address besides. */
const rowsBy =
  (rows: readonly WatchedRow[]) =>
  ({ score, layer, head, address, position }: Which): number | undefined =>
    rows.find(
      (row) =>
        row.score === score &&
        row.layer === layer &&
        row.head === head &&
        row.position === position &&
        (layer !== undefined || row.address === address),
    )?.value

const sameHead = (
  one: { readonly layer: number; readonly head: number } | undefined,
  other: { readonly layer: number; readonly head: number },
): boolean => one?.layer === other.layer && one.head === other.head

const length = (numbers: readonly number[]): number => Math.hypot(...numbers)

function near(found: number | undefined, wanted: number): void {
  assert.ok(
    found !== undefined && Math.abs(found - wanted) <= 2e-5 * Math.max(1, Math.abs(wanted)),
    `${found}, not ${wanted}`,
  )
}
