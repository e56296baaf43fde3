// What looking and replacing must not change, and what replacing must change: proofs on every architecture.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { type Edit, settled } from '../../src/edit/edit.ts'
import { editedModel, editing } from '../../src/edit/editedModel.ts'
import { settleEdits } from '../../src/edit/settleEdits.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { type Engine, runWith, type Values } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { read, readableValues } from '../../src/inspect/read.ts'
import { sizesOfValues } from '../../src/model/inputValues.ts'
import type { AnyModel } from '../../src/model/language.ts'
import { passOf } from '../../src/model/pass.ts'
import { cells } from '../../src/tensor/axes.ts'
import { gradient } from '../../src/tensor/gradient.ts'
import type { Node, Tensor } from '../../src/tensor/node.ts'
import { multiply, sum, table, tanh } from '../../src/tensor/primitives.ts'
import { uniform } from '../../src/tensor/random.ts'
import { replacing } from '../../src/tensor/replacing.ts'
import { fill, models, translator, vocab, writers } from './models.ts'

type Text = { readonly ids: readonly number[]; readonly source?: readonly number[] }

const textFor = (model: AnyModel): Text => ({
  ids: [3, 1, 4, 1, 5],
  ...(model.kind === 'encoder-decoder' && { source: [9, 2, 6, 5] }),
})

const sizesOf = (model: AnyModel, text: Text) => sizesOfValues('test', model.reads, text)

/** The address of the value at the end of a model's pass. */
const endOf = (model: AnyModel): string =>
  [...readableValues(model, sizesOf(model, textFor(model))).keys()].at(-1) ?? ''

const fast = await cpu({ threads: 1 })
after(() => fast.close())
const right = reference()
for (const model of Object.values(models)) for (const engine of [fast, right]) fill(engine, model)

const isInside = (address: string): boolean => /\.(scores|pattern)$/.test(address)

function assertNear(found: ArrayLike<number>, wanted: ArrayLike<number>, most: number, what: string): void {
  assert.equal(found.length, wanted.length)
  const largest = Math.max(...Array.from(wanted, Math.abs).filter(Number.isFinite), 1e-30)
  for (let i = 0; i < wanted.length; i++)
    assert.ok(
      found[i] === wanted[i] || Math.abs(found[i] - wanted[i]) <= most * Math.max(largest, 1),
      `${what}: cell ${i} is ${found[i]}, not ${wanted[i]}`,
    )
}

describe('reading', () => {
  for (const [name, model] of Object.entries(models))
    it(`changes no bit of what comes out, whatever is read (${name})`, async () => {
      const end = endOf(model)
      const text = textFor(model)
      const [alone] = (await read({ model, engine: fast, inputs: text, addresses: [end] })).values()
      for (const address of readableValues(model, sizesOf(model, text)).keys()) {
        if (address === end) continue
        const seen = (await read({ model, engine: fast, inputs: text, addresses: [end, address] })).get(end)
        // A definition that is opened may round otherwise.
        if (isInside(address)) assertNear(seen?.data ?? [], alone.data, 1e-6, address)
        else assert.deepEqual(seen?.data, alone.data, address)
      }
    })
})

describe('replacing a value by itself', () => {
  for (const [name, model] of Object.entries(models))
    it(`changes nothing (${name})`, async () => {
      const end = endOf(model)
      const text = textFor(model)
      for (const [engine, most] of [
        [right, 1e-6],
        // A value that is replaced is no longer computed inside the kernels that need it: sums of floats are added in another order.
        [fast, 2e-6],
      ] as const) {
        const addresses = [...readableValues(model, sizesOf(model, text)).keys()]
        const values = await read({ model, engine, inputs: text, addresses })
        const lists = addresses.map((at) => [{ at, to: values.get(at) as Values }])
        const alone = values.get(end)?.data ?? []
        for (const [i, data] of (await runLists(engine, model, text, lists)).entries())
          assertNear(data, alone, most, addresses[i])
      }
    })
})

describe('replacing the stream', () => {
  for (const [name, model] of Object.entries(models)) {
    if (model.kind === 'encoder-decoder') continue
    it(`after a block by that of another text gives what that text gives (${name})`, async () => {
      const end = endOf(model)
      const [ids, other] = [
        [3, 1, 4, 1, 5],
        [2, 7, 1, 8, 2],
      ]
      const last = [...readableValues(model, { position: 5 }).keys()].filter((each) =>
        /blocks\.\d+\.output$/.test(each),
      )
      assert.ok(last.length > 0)
      for (const at of last)
        for (const engine of [right, fast]) {
          const [wanted] = (await read({ model, engine, inputs: { ids: other }, addresses: [end] })).values()
          const edits = [{ at, to: { ids: other } }]
          const [found] = (await read({ model, engine, inputs: { ids }, addresses: [end], edits })).values()
          assertNear(found.data, wanted.data, engine === right ? 1e-7 : 1e-6, at)
        }
    })
  }
})

describe('replacing what one side of a translator has', () => {
  const text = textFor(translator)
  const source = [7, 3, 8, 1]
  const ids = [2, 7, 1, 8, 2]

  it('after a block of the encoder, by that of another source, gives what that source gives', async () => {
    await assertSame(/^encoder\.blocks\.1\.output$/, { ids: text.ids, source })
  })

  it('after the last block of the decoder, by that of another text, gives what that text gives', async () => {
    await assertSame(/^decoder\.blocks\.0\.output$/, { ids, source })
  })

  async function assertSame(
    which: RegExp,
    other: { ids: readonly number[]; source: readonly number[] },
  ): Promise<void> {
    const end = endOf(translator)
    const [at] = [...readableValues(translator, sizesOf(translator, text)).keys()].filter((each) => which.test(each))
    for (const engine of [right, fast]) {
      const asked = { model: translator, engine, addresses: [end] }
      const [wanted] = (await read({ ...asked, inputs: other })).values()
      const [found] = (await read({ ...asked, inputs: text, edits: [{ at, to: other }] })).values()
      assertNear(found.data, wanted.data, engine === right ? 1e-7 : 1e-6, at)
    }
  }
})

describe('the gradient of a value', () => {
  for (const [name, model] of Object.entries(models))
    it(`is how what comes out changes with it (${name})`, () => {
      const text = textFor(model)
      const { outputs, names } = passOf(model, sizesOf(model, text))
      const [end] = outputs as Tensor[]
      const weights = table(
        Object.fromEntries(end.axes.map(({ name, size }) => [name, size])),
        Array.from({ length: cells(end.axes) }, (_, i) => Math.sin(i)),
      ) as Tensor
      const loss = sum(multiply(end, weights), ...end.axes.map(({ name }) => name)) as Node as Tensor<never>
      const inputs = text
      const lossAt = (value: Node, values: ArrayLike<number>): number => {
        const there = table(Object.fromEntries(value.axes.map(({ name, size }) => [name, size])), Array.from(values))
        const changed = replacing(new Map([[value, () => there as Node]])).of(loss)
        const read = new Set(passInputs(changed))
        const given = Object.fromEntries(Object.entries(inputs).filter(([name]) => read.has(name)))
        return right.run64({ outputs: { changed } }, given).get(changed)?.[0] ?? Number.NaN
      }
      let draw = 0
      for (const [address, value] of names.values) {
        if (value.operation.kind === 'parameter' || !leadsTo(value, loss)) continue
        const [g] = gradient(loss, [value])
        const made = right.run64({ outputs: { g, value } }, inputs)
        const [slopes, values] = [made.get(g), made.get(value)]
        assert.ok(slopes && values)
        for (let i = 0; i < 2; i++) {
          const cell = Math.floor(uniform(5, 0, draw++) * values.length)
          // Where a position may not look there is nothing to change.
          if (!Number.isFinite(values[cell])) continue
          const step = 1e-5 * Math.max(1, Math.abs(values[cell]))
          const slope: number =
            (lossAt(value, values.with(cell, values[cell] + step)) -
              lossAt(value, values.with(cell, values[cell] - step))) /
            (2 * step)
          const scale = Math.max(1, ...slopes.map(Math.abs))
          assert.ok(
            Math.abs(slope - slopes[cell]) <= 1e-7 * scale,
            `${address}[${cell}]: ${slope}, not ${slopes[cell]}`,
          )
        }
      }
    })
})

describe('edits', () => {
  it('are the same on the processor as by the definitions: 1,000 random lists', async () => {
    const names = Object.keys(models)
    let draw = 0
    const random = (below: number): number => Math.floor(below * uniform(11, 0, draw++))
    /** Lists that one program runs. */
    const atOnce = 25
    for (let n = 0; n < 40; n++) {
      const model = models[names[n % names.length]]
      const text = {
        ids: Array.from({ length: 1 + random(6) }, () => random(vocab)),
        ...(model.kind === 'encoder-decoder' && { source: Array.from({ length: 1 + random(5) }, () => random(vocab)) }),
      }
      const known = [...readableValues(model, sizesOf(model, text))]
      const lists = Array.from({ length: atOnce }, () =>
        Array.from({ length: 1 + random(4) }, () => randomEdit(known[random(known.length)], random)),
      )
      const outputs = (await runLists(right, model, text, lists)).map((data, i) => [data, i] as const)
      const found = await runLists(fast, model, text, lists)
      for (const [wanted, i] of outputs)
        assertNear(found[i], wanted, 1e-4, `${names[n % names.length]} ${JSON.stringify(lists[i])}`)
    }
  })
})

function randomEdit([path, { axes }]: readonly [string, Node], random: (below: number) => number): Edit {
  const at = Object.fromEntries(
    axes.filter(() => random(3) === 0).map(({ name, size }) => [name, random(2 * size) - size]),
  )
  // A stream that is the same number all along has no variance: what a norm makes of it is rounding alone.
  const normed = ['model', 'transformed', 'pooled']
  const isStream = axes.some(({ name }) => normed.includes(name) && at[name] === undefined)
  const rest = axes.filter(({ name }) => at[name] === undefined && (random(2) === 0 || normed.includes(name)))
  const values = { axes: rest, data: Array.from({ length: cells(rest) }, () => random(200) / 100 - 1) }
  const gentle: readonly Edit['to'][] = [
    { scale: random(5) + 0.5 },
    { add: 1 },
    values,
    { add: values },
    (old) => tanh(old),
  ]
  const flat: readonly Edit['to'][] = [
    0,
    random(5) - 2,
    { scale: random(5) - 2 },
    { mean: axes[random(axes.length)].name },
  ]
  const kinds = isStream ? gentle : [...gentle, ...flat]
  // Scores that are hidden are no numbers.
  if (path.endsWith('.scores')) return { at: { path, at }, to: random(2) - 1 }
  const starred = random(4) === 0 ? path.replace(/\.\d+\./, '.*.') : path
  return { at: { path: starred, at }, to: kinds[random(kinds.length)] }
}

/** What comes out with each of several lists of edits, in one program. */
async function runLists(
  engine: Engine,
  model: AnyModel,
  text: Text,
  lists: readonly (readonly Edit[])[],
): Promise<Float32Array[]> {
  const outputs: Record<string, Node> = {}
  for (const [i, edits] of lists.entries()) {
    const {
      outputs: [end],
      names,
    } = passOf(model, sizesOf(model, text))
    outputs[`end ${i}`] = editing(names.values, settled(edits), { isWhole: true }).of(end)
  }
  const program = await engine.compile({ outputs })
  await runWith(program, text)
  const found: Float32Array[] = []
  for (const name of Object.keys(outputs)) found.push((await program.read(name)).data)
  await program.close()
  return found
}

describe('a list of edits', () => {
  const { gpt2: model } = writers

  it('is JSON, and does the same when it comes back', async () => {
    const ids = [1, 2, 3, 4]
    const [values] = (
      await read({
        model,
        engine: right,
        inputs: { ids: [5, 6, 7, 8] },
        addresses: ['blocks.0.attention.mixed {head: 1}'],
      })
    ).values()
    const edits: readonly Edit[] = [
      { at: 'blocks.0.attention.mixed {head: 1}', to: values },
      { at: { path: 'blocks.*.mlp.output', at: { position: 2 } }, to: { scale: -1 } },
      { at: 'blocks.1.attention.scores {source: 0}', to: '-Infinity' },
      {
        at: 'blocks.1.output',
        to: { add: { axes: [{ name: 'model', size: 12 }], data: Float32Array.from({ length: 12 }, (_, i) => i / 10) } },
      },
      { at: 'blocks.1.middle {position: -1}', to: { ids: Int32Array.of(5, 5, 5, 5) } },
      { at: 'embedded', to: { mean: ['position'] } },
    ]
    const again = JSON.parse(JSON.stringify(edits))
    const [found, wanted] = [
      await read({ model, engine: right, inputs: { ids }, addresses: ['logits'], edits: again }),
      await read({ model, engine: right, inputs: { ids }, addresses: ['logits'], edits }),
    ]
    assert.deepEqual(found.get('logits'), wanted.get('logits'))
    assert.notDeepEqual(wanted, await read({ model, engine: right, inputs: { ids }, addresses: ['logits'] }))
  })

  it('is done in its order, and read with it', async () => {
    const ids = [1, 2]
    const edits: readonly Edit[] = [
      { at: 'blocks.0.output', to: 1 },
      { at: 'blocks.0.output {position: 1}', to: { scale: 3 } },
      { at: 'blocks.0.output {model: 0}', to: { add: 1 } },
    ]
    const seen = await read({
      model,
      engine: right,
      inputs: { ids },
      addresses: ['blocks.0.output {model: 0}', 'blocks.0.output {model: 1}'],
      edits,
    })
    assert.deepEqual(
      [...seen.values()].map(({ data }) => Array.from(data)),
      [
        [2, 4],
        [1, 3],
      ],
    )
  })

  it('makes another program only where it changes something', () => {
    assert.equal(editedModel(model, []), model)
  })

  it('says what is wrong with it', async () => {
    const ids = [1, 2, 3]
    const refused = async (edit: unknown, message: string): Promise<void> => {
      const edits = [edit as Edit]
      await assert.rejects(async () => read({ model, engine: right, inputs: { ids }, addresses: ['logits'], edits }), {
        message,
      })
    }
    const at = 'blocks.0.output'
    await refused(
      { at: 'blocks.7.output', to: 0 },
      'edits: there is no value "blocks.7.output". Did you mean "blocks.0.output", "blocks.1.output" or "blocks.0.mlp.output"?',
    )
    await refused(
      { at: 'blocks.0.attention.pattern {heads: 0}', to: 0 },
      'edits: blocks.0.attention.pattern {heads: 0}: the value has no axis "heads", it is (batch 1, position 3, head 3, source 3). Did you mean "head"?',
    )
    await refused(
      { at: 'blocks.0.attention.pattern {head: 3}', to: 0 },
      'edits: blocks.0.attention.pattern {head: 3}: the axis "head" has the places 0 to 2. Give one of these, or count from the end: -1 is the last.',
    )
    await refused(
      { at: 'blocks.0.output {position: 3}', to: 0 },
      'edits: blocks.0.output {position: 3}: the axis "position" has the places 0 to 2. Give one of these, or count from the end: -1 is the last.',
    )
    await refused(
      { at, to: 'zero' },
      'edits: blocks.0.output: "to" is "zero"; give a number, values { axes: [{ name, size }], data }, another run { ids } or { pixels }, { scale }, { add }, { mean } or a function.',
    )
    await refused(
      { at, to: { skale: 2 } },
      'edits: blocks.0.output: "to" is {"skale":2}; give a number, values { axes: [{ name, size }], data }, another run { ids } or { pixels }, { scale }, { add }, { mean } or a function.',
    )
    await refused(
      { at, to: { axes: [{ name: 'model', size: 3 }], data: [1, 2, 3] } },
      'edits: blocks.0.output: the values given are (model 3), but what stands there is (position 3, model 12). Give values with these axes, or with some of them.',
    )
    await refused(
      { at, to: { axes: [{ name: 'model', size: 12 }], data: [1, 2, 3] } },
      'edits: blocks.0.output: 3 numbers were given, but (model 12) has 12 cells.',
    )
    await refused(
      { at, to: { axes: [], data: [null] } },
      'edits: blocks.0.output: cell 0 of the values is null; it must be a number.',
    )
    const forms =
      'give a number, values { axes: [{ name, size }], data }, another run { ids } or { pixels }, { scale }, { add }, { mean } or a function.'
    await refused({ at, to: { scale: Number.NaN } }, `edits: blocks.0.output: "to" is {"scale":"NaN"}; ${forms}`)
    await refused(
      { at, to: { axes: ['model'], data: [1] } },
      `edits: blocks.0.output: "to" is {"axes":["model"],"data":[1]}; ${forms}`,
    )
    await refused(
      { at, to: { axes: { model: 12 }, data: [1] } },
      `edits: blocks.0.output: "to" is {"axes":{"model":12},"data":[1]}; ${forms}`,
    )
    await refused(
      { at, to: { axes: [], data: [Number.NaN] } },
      'edits: blocks.0.output: cell 0 of the values is NaN; it must be a number.',
    )
    await refused({ to: 0 }, 'edits: {"to":0} is no edit. Give { at, to }: where, and what comes there.')
    await refused(
      { at, to: 0, position: 1 },
      'edits: {"at":"blocks.0.output","to":0,"position":1} is no edit. Give { at, to }: where, and what comes there.',
    )
    await refused(
      { at: { path: at, at: { position: 1.5 } }, to: 0 },
      'address: the place of "position" in blocks.0.output is 1.5; give a whole number.',
    )
    await refused(
      { at, to: () => 3 },
      'edits: blocks.0.output: the expression gives 3. Give a value of the graph back.',
    )
    await refused(
      { at, to: { ids: [1, 2] } },
      'edits: blocks.0.output: the values given are (position 2, model 12), but what stands there is (position 3, model 12). Give values with these axes, or with some of them; another text must have as many tokens.',
    )
    await refused(
      { at, to: { mean: 'head' } },
      'edits: blocks.0.output: the value has no axis "head", it is (batch 1, position 3, model 12).',
    )
    await refused(
      { at, to: (old: Tensor) => (table({ other: 2 }, [1, 2]) as Node) ?? old },
      'edits: blocks.0.output: the expression gives (other 2), but the value is (batch 1, position 3, model 12).\n  Give an expression with the axes of the value, or with some of them.',
    )
    assert.throws(() => editedModel(model, [{ at, to: { ids: [1] } }]), {
      message:
        'edits: blocks.0.output: what another run had there has not been read yet. Give the list that `settleEdits` makes of yours.',
    })
    const several = await settleEdits({ model, engine: right, edits: [{ at: 'blocks.*.output', to: { ids: [1] } }] })
    assert.deepEqual(
      several.map(({ at }) => at),
      [{ path: 'blocks.0.output' }, { path: 'blocks.1.output' }],
    )
  })
})

/** The names of the inputs that a value depends on. */
function passInputs(end: Node): string[] {
  return [...ancestors(end)].flatMap(({ operation }) => (operation.kind === 'input' ? [operation.name] : []))
}

const leadsTo = (value: Node, end: Node): boolean => ancestors(end).has(value)

function ancestors(end: Node): Set<Node> {
  const seen = new Set<Node>()
  const stack = [end]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    stack.push(...node.inputs)
  }
  return seen
}
