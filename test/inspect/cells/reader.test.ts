// Looks: compiled once, of one moment each, and of passes too large to be read at once.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import type { Graph } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { CellReader } from '../../../src/inspect/cells/cellReader.ts'
import { explainCell } from '../../../src/inspect/cells/explainCell.ts'
import { sourcesOf } from '../../../src/inspect/cells/sources.ts'
import { whereFrom } from '../../../src/inspect/cells/whereFrom.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { fill, testedModels } from './models.ts'

const [{ model, inputs, targets }] = testedModels
const query = 'blocks.1.attention.query {position: 2, head: 1, key: 3}'

describe('a reader of cells', () => {
  test('compiles once for looks of one shape, and each look has the numbers of its moment', async () => {
    const engine = reference()
    fill(engine, model)
    let compiled = 0
    const counted = (graph: Graph) => {
      compiled++
      return engine.compile(graph)
    }
    const counting = { ...engine, compile: counted }
    const reader = new CellReader({ model, engine: counting })
    const first = await reader.look({ inputs })
    const before = await first.explain(query)
    const bias = parametersOf(model).get('blocks.1.attention.query.bias')
    assert.ok(bias)
    engine.set(
      bias,
      Array.from(await engine.get(bias), (value) => value + 1),
    )
    const second = await reader.look({ inputs: { ids: [3, 1, 4, 1, 6] } })
    const after = await second.explain(query)
    assert.equal(compiled, 1)
    assert.ok(Math.abs(after.value - before.value - 1) < 1e-5)
    assert.deepEqual(await first.explain(query), before)
    await reader.look({ inputs, targets, hasGradients: true })
    assert.equal(compiled, 2)
    await reader.close()
  })

  test('reads of a larger pass what an explanation needs', async (t) => {
    const engine = await cpu({ threads: 1 })
    t.after(() => engine.close())
    fill(engine, model)
    const whole = await new CellReader({ model, engine }).look({ inputs, targets, hasGradients: true })
    const parts = await new CellReader({ model, engine, limit: 0 }).look({ inputs, targets, hasGradients: true })
    for (const at of [
      query,
      'blocks.1.attention.pattern {position: 2, head: 1, source: 0}',
      'embedded {position: 1, model: 3}',
      'logits {position: 2, vocab: 4}',
    ])
      for (const kind of ['value', 'gradient'] as const) {
        const [some, all] = [await parts.explain(at, kind), await whole.explain(at, kind)]
        assert.equal(some.how.kind, all.how.kind)
        const [ours, theirs] = [sourcesOf(some), sourcesOf(all)].map((sources) =>
          sources.map(({ cell }) => cell).sort((a, b) => `${a.of} ${a.address}`.localeCompare(`${b.of} ${b.address}`)),
        )
        for (const [i, { value }] of [some, ...ours].entries()) {
          const right = [all, ...theirs][i].value
          assert.ok(Object.is(value, right) || Math.abs(value - right) < 1e-6 * (1 + Math.abs(right)), `${at} ${i}`)
        }
      }
    const [one, other] = [await whereFrom(whole, query), await whereFrom(parts, query)]
    assert.deepEqual(
      other.steps.map(({ explanation }) => explanation.address),
      one.steps.map(({ explanation }) => explanation.address),
    )
    assert.deepEqual(other.end, one.end)
  })

  test('explains what edits make', async () => {
    const engine = reference()
    fill(engine, model)
    const edits = [{ at: 'blocks.0.attention.pattern {head: 1}', to: 0 }]
    const { value, how, formula } = await explainCell({
      model,
      engine,
      inputs,
      edits,
      at: 'blocks.0.attention.mixed {position: 2, head: 1, value: 0}',
    })
    assert.equal(value, 0)
    assert.ok(how.kind === 'product' && how.terms.every(({ left }) => left.value === 0))
    assert.equal(formula.text, 'Σ[source] blocks.0.attention.pattern · blocks.0.attention.value')
  })

  test('says what cannot be explained', async () => {
    const engine = reference()
    fill(engine, model)
    const cells = await new CellReader({ model, engine }).look({ inputs })
    await assert.rejects(
      cells.explain(query, 'gradient'),
      new Error('cells: gradients were not asked for when the model was looked at. Look again, with hasGradients.'),
    )
    await assert.rejects(
      cells.explain('blocks.1.attention.scores / step 9 {head: 0, position: 1, source: 0}'),
      new Error(
        'cells: blocks.1.attention.scores / step 9 {head: 0, position: 1, source: 0}: blocks.1.attention.scores has the steps 1 to 3. Give one of these, or leave the step out.',
      ),
    )
    await assert.rejects(
      new CellReader({ model, engine }).look({ inputs, hasGradients: true, targets: [-1, -1, -1, -1, -1] }),
      new Error('cells: none of the 5 targets is one: −1 says that there is none. Give at least one.'),
    )
    const [, , bert] = testedModels
    fill(engine, bert.model)
    await assert.rejects(
      new CellReader({ model: bert.model, engine }).look({ inputs: bert.inputs, hasGradients: true }),
      new Error('cells: this model does not write on, so that no target follows from the text. Give the targets.'),
    )
  })
})
