// Any cell of any architecture: its number is right, its terms make it, and walks from it end.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { CellReader } from '../../../src/inspect/cells/cellReader.ts'
import type { PassCells } from '../../../src/inspect/cells/cells.ts'
import type { CellExplanation, CellOf, HowMade } from '../../../src/inspect/cells/explanation.ts'
import { isEnd, sourcesOf } from '../../../src/inspect/cells/sources.ts'
import { whereFrom } from '../../../src/inspect/cells/whereFrom.ts'
import { givenOf, sizesOfValues } from '../../../src/model/inputValues.ts'
import { passOf } from '../../../src/model/pass.ts'
import { fill, testedModels } from './models.ts'

/** A random whole number below `count`, the same in every run. */
function drawing(seed: number): (count: number) => number {
  let state = seed
  return (count) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
}

/** The number that a making comes to, and the size of what is added up on the way. */
function madeOf(how: HowMade, value: number): { made: number; size: number } {
  const last = 'after' in how ? how.after.at(-1)?.value : undefined
  switch (how.kind) {
    case 'product':
      return { made: last ?? how.sum, size: how.terms.reduce((sum, { product }) => sum + Math.abs(product), 0) }
    case 'sum':
      return { made: last ?? how.sum, size: how.terms.reduce((sum, { cell }) => sum + Math.abs(cell.value), 0) }
    case 'row':
      return { made: last ?? how.sum, size: how.terms.reduce((sum, { cell }) => sum + Math.abs(cell.value), 0) }
    case 'softmax':
      return { made: last ?? how.terms[how.own].share, size: 1 }
    case 'norm':
      return { made: last ?? how.normed, size: 1 }
    case 'function':
      return { made: last ?? how.steps.at(-1)?.cell.value ?? value, size: 1 }
    case 'lookUp':
    case 'same':
      return { made: last ?? how.from.value, size: 0 }
    case 'masked':
      return { made: how.otherwise.value, size: 0 }
    default:
      return { made: value, size: 0 }
  }
}

for (const [number, { name, model, inputs, targets }] of testedModels.entries())
  describe(`cells of ${name}`, () => {
    const draw = drawing(number + 1)
    let engine: Engine
    let reader: CellReader
    let cells: PassCells
    let right: PassCells

    const { names } = passOf(model, sizesOfValues('test', model.reads, inputs), Object.keys(givenOf(inputs)))
    const drawCell = (of: CellOf): string => {
      const paths = cells.paths(of).filter((path) => names.values.has(path))
      const path = paths[draw(paths.length)]
      const at = names.valueAt(path).axes.map((axis) => `${axis.name}: ${draw(axis.size)}`)
      return `${path} {${at.join(', ')}}`
    }

    before(async () => {
      engine = await cpu({ threads: 1 })
      const exact = reference()
      for (const each of [engine, exact]) fill(each, model)
      reader = new CellReader({ model, engine })
      const look = { inputs, targets, hasGradients: true }
      cells = await reader.look(look)
      right = await new CellReader({ model, engine: exact }).look(look)
    })
    after(async () => {
      await reader.close()
      engine.close()
    })

    for (const kind of ['value', 'gradient'] as const) {
      test(`are what the reference engine says, and what their terms come to (${kind})`, async () => {
        const found = []
        for (let i = 0; i < 80; i++) {
          const at = drawCell(kind)
          const [one, expected] = [await cells.explain(at, kind), await right.explain(at, kind)]
          checkMade(one)
          found.push({ at, value: one.value, expected: expected.value })
        }
        // Gradients are small: they are held against the largest of those that were drawn.
        const finite = found.filter(({ expected }) => Number.isFinite(expected))
        const scale = kind === 'value' ? 1 : Math.max(...finite.map(({ expected }) => Math.abs(expected)))
        for (const { at, value, expected } of found)
          assert.ok(
            Object.is(value, expected) || Math.abs(value - expected) <= 1e-5 * Math.max(scale, Math.abs(expected)),
            `${at}: ${value}, not ${expected}`,
          )
      })

      test(`lead to a token, a place, a weight or a known number (${kind})`, async () => {
        for (let i = 0; i < 100; i++) {
          const from = drawCell(kind)
          const walk = await whereFrom(cells, from, {
            of: kind,
            choose: (sources, cell) => {
              checkMade(cell)
              return sources[draw(sources.length)]
            },
          })
          assert.ok(isEnd(walk.end) || walk.isNothing, `${from} leads to ${JSON.stringify(walk.end)}`)
          assert.ok(walk.steps.length <= 120, `${from}: ${walk.steps.length} steps`)
          // What a cell is said to be is what it says itself.
          for (const [i, { explanation }] of walk.steps.slice(1).entries()) {
            const { value, address, of } = walk.steps[i].source.cell
            assert.deepEqual([explanation.value, explanation.address, explanation.of], [value, address, of])
          }
        }
      })
    }

    test('have the largest sources first', async () => {
      const { steps, end } = await whereFrom(cells, drawCell('value'))
      for (const { explanation, source } of steps) assert.deepEqual(sourcesOf(explanation)[0], source)
      assert.ok(isEnd(end))
    })
  })

function checkMade(found: CellExplanation): void {
  const { made, size } = madeOf(found.how, found.value)
  // What cancels out on the way, in single precision, is felt in the smallest gradients.
  const most = 1e-6 * (Math.abs(found.value) + size) + (found.of === 'value' ? 1e-9 : 1e-8)
  assert.ok(
    Object.is(made, found.value) || Math.abs(made - found.value) <= most,
    `${found.of} ${found.address}: ${found.how.kind} comes to ${made}, not ${found.value}`,
  )
}
