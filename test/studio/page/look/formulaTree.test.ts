// Formulas of the facts as trees of MathML.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formulaTree, type MathNode } from '../../../../src/studio/page/look/formulaTree.ts'

/** A tree in brackets, for eyes. */
const written = ({ tag, text, children = [] }: MathNode): string =>
  text ?? `${tag === 'mrow' ? '' : tag}(${children.map(written).join(' ')})`

test('names lose the part that they stand in, weights are W', () => {
  const tree = formulaTree(
    'Σ[model] blocks.0.attentionNorm.output · blocks.0.attention.query.weight + blocks.0.attention.query.bias',
    'blocks.0.attention',
  )
  assert.equal(written(tree), '(munder(Σ model) attentionNorm.output · msub(W query) + msub(b query))')
})

test('fractions, roots and exponents hold together what belongs to them', () => {
  assert.equal(written(formulaTree('query · 1/√16', '')), '(query · mfrac(1 msqrt(16)))')
  assert.equal(written(formulaTree('e^(a − b) / c', '')), '(mfrac(msup(e (a − b)) c))')
  assert.equal(written(formulaTree('table[ids]', '')), '(msub(table (ids)))')
})

test('what it does not know stays as it is', () => {
  assert.equal(written(formulaTree('a ¤ b', '')), '(a ¤ b)')
})
