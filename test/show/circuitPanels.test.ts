// What circuits show besides their table: tokens, directions, virtual heads and traces, with words in place of ids.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { circuits } from '../../src/inspect/circuits/circuits.ts'
import { directions } from '../../src/inspect/circuits/directions.ts'
import { keyTraces } from '../../src/inspect/circuits/keyTraces.ts'
import { tokenTables } from '../../src/inspect/circuits/tokenTables.ts'
import { virtualHead } from '../../src/inspect/circuits/virtualHeads.ts'
import { circuitsFigure } from '../../src/show/circuitsFigure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { handBuiltInduction } from '../inspect/handBuilt.ts'

test('every panel has words, and says what its numbers are', async () => {
  const engine = reference()
  const model = handBuiltInduction(engine, { vocab: 4, context: 6 })
  const looking = { model, engine, top: 2 }
  const heads = [{ layer: 1 }]
  const found = await circuits({ model, engine, heads })
  const ids = [4, 0, 1, 0]
  const texts = ['|', 'a', 'b', 'a']
  const wordOf = (id: number): string => 'ab c|'[id]
  const figure = circuitsFigure(found, {
    tokens: await tokenTables({ ...looking, heads, isWhole: true }),
    directions: await directions({ ...looking, heads, count: 1 }),
    virtual: await virtualHead({ ...looking, path: [{ layer: 0 }, { layer: 1 }], inputs: { ids } }),
    traces: await keyTraces({ model, engine, previous: [{ address: 'blocks.0.attention', head: 0, previous: 1 }] }),
    wordOf,
    texts,
    sourceTexts: texts,
  })
  assert.deepEqual(
    figure.panels.map(({ kind, title }) => `${kind}: ${title ?? ''}`),
    [
      'table: ',
      'grid: OV of head 1.0 between tokens: Σλ/Σ|λ| 1.0000',
      'table: OV of head 1.0 between tokens: Σλ/Σ|λ| 1.0000: the strongest cells, and the most negative',
      'grid: QK of head 1.0 between tokens: Σλ/Σ|λ| 0.0000',
      'table: QK of head 1.0 between tokens: Σλ/Σ|λ| 0.0000: the strongest cells, and the most negative',
      'table: Singular directions: the tokens that each raises most, and lowers most',
      'table: Virtual head 0.0 → 1.0',
      'table: 0.0 → 1.0 between tokens: the strongest cells, and the most negative',
      'grid: Where 0.0 → 1.0 looks: the patterns multiplied',
      'bars: K-composition: 1 where each token looks for what followed one like itself',
    ],
  )
  const lines = figureLines(figure, { width: 100, hasColours: false })
  assert.ok(
    lines.some((line) => /^␣ +0(\.0+)? +0(\.0+)? +30(\.0+)? +0(\.0+)?/.test(line)),
    lines.join('\n'),
  )
  assert.ok(
    lines.some((line) => /^1\.0 +█+ +1(\.0+)? +trace 120$/.test(line)),
    lines.join('\n'),
  )
  const rows = circuitsFigure(found, {
    tokens: await tokenTables({ ...looking, heads, tokens: [2] }),
    wordOf,
    isOfRows: true,
  })
  const [, panel] = rows.panels
  assert.deepEqual(panel.kind === 'table' && panel.rows[0], ['␣', '␣', 30, 'a', 0])
  engine.close()
})
