// Ablation of heads and MLPs, many at once, against edits of the model one by one; and of a head without which nothing is left.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { surpriseOf } from '../../../src/evaluate/surprise.ts'
import { ablate } from '../../../src/inspect/interventions/ablate.ts'
import type { AblationKind } from '../../../src/inspect/interventions/ablatedParts.ts'
import { read } from '../../../src/inspect/read.ts'
import { Llama } from '../../../src/model/llama.ts'
import { goldenModel } from '../golden.ts'
import { handBuiltInduction } from '../handBuilt.ts'
import { fill } from '../stream/models.ts'

const ids = Array.from({ length: 52 }, (_, i) => (i * i + 3 * i) % 11)
const windows = [0, 16, 32].map((start) => ids.slice(start, start + 17))

/** The loss of a window with a value replaced. */
async function lossWith(settings: Parameters<typeof surpriseOf>[0]): Promise<number> {
  return (await surpriseOf({ batch: 1, ...settings })).loss
}

test('zero, mean and resample are what edits one by one give', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  const paths = ['blocks.0.attention.mixed', 'blocks.1.attention.mixed', 'blocks.0.mlp.output', 'blocks.1.mlp.output']
  const seen = await Promise.all(
    windows.map((window) => read({ model, engine, addresses: paths, inputs: { ids: window.slice(0, 16) } })),
  )
  const replacement = (path: string, kind: AblationKind, window: number) => {
    const all = seen.map((values) => values.get(path) ?? { axes: [], data: new Float32Array() })
    if (kind === 'zero') return 0
    if (kind === 'resample') return all[(window + 1) % 3]
    const { axes } = all[0]
    const width = axes.reduce((cells, { name, size }) => (name === 'position' ? cells : cells * size), 1)
    assert.equal(axes[0].name, 'position')
    const data = Array.from({ length: width }, (_, cell) =>
      all.reduce((sum, each) => sum + each.data.reduce((own, x, i) => (i % width === cell ? own + x : own), 0) / 48, 0),
    )
    return { axes: axes.slice(1), data }
  }
  const plain = await Promise.all(windows.map((ids) => lossWith({ model, engine, ids })))
  for (const kind of ['zero', 'mean', 'resample'] as const) {
    const found = await ablate({ model, engine, ids, kind, batch: 4 })
    assert.deepEqual([found.windows, found.length, found.unread, found.rows.length], [3, 16, 3, 6])
    assert.deepEqual(
      found.rows.map(({ change }) => change),
      found.rows.map(({ change }) => change).toSorted((a, b) => b - a),
    )
    for (const { address, head, change, error, loss } of found.rows) {
      const path = address.split(' ')[0]
      const changes: number[] = []
      for (const [i, window] of windows.entries()) {
        const values = replacement(path, kind, i)
        const data = values === 0 ? 0 : headOf(values, head)
        const edits = [{ at: address, to: data }]
        changes.push((await lossWith({ model, engine, ids: window, edits })) - plain[i])
      }
      const mean = changes.reduce((sum, each) => sum + each / 3, 0)
      const spread = Math.sqrt(changes.reduce((sum, each) => sum + (each - mean) ** 2, 0) / 6)
      const off = [change - mean, error - spread, loss - found.loss - mean].map(Math.abs)
      assert.ok(Math.max(...off) < 1e-5, `${kind} ${address}: ${change} ± ${error}, not ${mean} ± ${spread}`)
    }
  }
})

type Cells = {
  readonly axes: readonly { readonly name: string; readonly size: number }[]
  readonly data: ArrayLike<number>
}

/** The values of one head, or all of them. */
function headOf({ axes, data }: Cells, head: number | undefined): Cells {
  if (head === undefined) return { axes, data }
  const at = axes.findIndex(({ name }) => name === 'head')
  const within = axes.slice(at + 1).reduce((cells, { size }) => cells * size, 1)
  const own = Array.from(data).filter((_, cell) => Math.floor(cell / within) % axes[at].size === head)
  return { axes: axes.toSpliced(at, 1), data: own }
}

test('with the patterns held, what is lost is what edits say that hold them', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  const text = ids.slice(0, 10)
  const settings = { model, engine, ids: text, kind: 'zero' } as const
  const { rows } = await ablate({ ...settings, isPatternHeld: true })
  const free = await ablate(settings)
  const seen = await read({
    model,
    engine,
    addresses: ['blocks.*.attention.pattern'],
    inputs: { ids: text.slice(0, 9) },
  })
  const held = [...seen].map(([at, to]) => ({ at, to }))
  for (const { address, loss } of rows) {
    const edits = [...held, { at: address, to: 0 }]
    assert.ok(Math.abs(loss - (await lossWith({ model, engine, ids: text, edits }))) < 1e-6, address)
    const before = free.rows.find((row) => row.address === address)
    assert.equal(Math.abs(loss - (before?.loss ?? 0)) > 1e-4, address.startsWith('blocks.0'), address)
  }
})

test('heads that share keys and values are ablated one by one', async () => {
  const engine = reference()
  const model = new Llama({ vocab: 11, context: 8, layer: 1, head: 4, shared: 2, model: 16, hidden: 20 })
  fill(engine, model)
  const text = ids.slice(0, 17)
  const { rows, windows } = await ablate({ model, engine, ids: text, kind: 'zero' })
  assert.equal(windows, 2)
  assert.deepEqual(
    rows.flatMap(({ head, address }) => (head === undefined ? [] : `${head}: ${address}`)).toSorted(),
    [0, 1, 2, 3].map((head) => `${head}: blocks.0.attention.mixed {head: ${head >> 1}, group: ${head % 2}}`),
  )
  for (const { address, loss } of rows)
    assert.ok(Math.abs(loss - (await lossWith({ model, engine, ids: text, edits: [{ at: address, to: 0 }] }))) < 1e-5)
})

test('without either head of the induction there is no induction', async () => {
  const engine = reference()
  const vocab = 12
  const model = handBuiltInduction(engine, { vocab, context: 14, gain: 5 })
  const rounds = [
    [0, 7, 2, 9, 5, 11, 3],
    [0, 4, 8, 1, 10, 6, 2],
    [0, 9, 3, 5, 1, 8, 7],
  ]
  const text = [...rounds.flatMap((round) => [...round, ...round]), 0]
  for (const kind of ['zero', 'mean', 'resample'] as const) {
    const { loss, rows } = await ablate({ model, engine, ids: text, kind })
    assert.deepEqual(rows.map(({ layer, head, part }) => `${layer} ${head} ${part}`).toSorted(), [
      '0 0 attention',
      '1 0 attention',
    ])
    for (const { change, error, address } of rows)
      assert.ok(change > 0.5 && change > 5 * error, `${kind} ${address}: ${loss} + ${change} ± ${error}`)
  }
})

test('a text that is too short is refused', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  await assert.rejects(ablate({ model, engine, ids: [3], kind: 'zero' }), {
    message: 'ablate: the text has one token. Give at least two: the loss is that of each after the first.',
  })
  await assert.rejects(ablate({ model, engine, ids: [3, 1, 4], kind: 'resample' }), {
    message:
      'ablate: resampling takes values from another window, but the text of 3 tokens has only one of 2. Give a longer text, or take zero or mean.',
  })
})
