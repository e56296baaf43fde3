// What was watched as a figure: lines over the steps, and the tables of one look.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { WatchedRow } from '../../src/inspect/watch/watched.ts'
import type { Panel } from '../../src/show/figure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { lookFigure, watchFigure } from '../../src/show/watchFigure.ts'

/** A look at heads of four layers, and at what is no head. */
const look = (step: number): WatchedRow[] => [
  { step, score: 'in-context', unit: 'nats', value: -0.404 },
  { step, score: 'late-loss', unit: 'nats', position: 62, value: 2.391 },
  { step, score: 'weight-norm', unit: 'length', value: 120.4 },
  { step, score: 'weight-norm', unit: 'length', address: 'blocks.0.mlp', value: 31.25 },
  { step, score: 'update-norm', unit: 'length', value: 0.0123 },
  { step, score: 'update-norm', unit: 'length', address: 'blocks.0.mlp', value: 0.0045 },
  ...Array.from({ length: 16 }, (_, i) => [
    { step, score: 'induction', unit: 'share', layer: i >> 2, head: i & 3, value: 0.01 * i + 0.0012 },
    { step, score: 'distance', unit: 'places', layer: i >> 2, head: i & 3, value: 15.7 - i / 2 },
  ]).flat(),
]
const titleOf = ({ title }: Panel) => title

describe('the figure of one look', () => {
  const { panels } = lookFigure(look(400), {})

  test('has a table for what has the same scores, and one for scores that stand alone', () => {
    assert.deepEqual(panels.map(titleOf), ['Scores', 'Parts of the model', 'Heads'])
  })

  test('writes each score with decimals of its own, however large others are', () => {
    const lines = figureLines({ title: '', panels }, { width: 100, hasColours: false }).map((line) =>
      line.replace(/ +/g, ' '),
    )
    for (const line of [
      'in-context in-context -0.404 nats',
      'late-loss position 62 2.39 nats',
      'the whole model 120 0.0123',
      'blocks.0.mlp 31 0.0045',
      'head 0.0 0.001 15.7',
      'head 3.3 0.151 8.2',
    ])
      assert.ok(lines.includes(line), `${line}\n${lines.join('\n')}`)
  })
})

describe('the figure of looks', () => {
  const figure = watchFigure({ looks: [look(0), look(50)], losses: [] })

  test('says once how many lines are left out of several panels', () => {
    assert.deepEqual(figure.notes, [
      '2 of the panels have 12 of 16 lines, those that reach farthest; filters show others, and --json all.',
    ])
  })

  test('has a mark for each line of a panel, and a look of its own in a picture', () => {
    const panel = figure.panels.find((each) => each.title?.startsWith('Share on what followed')) ?? assert.fail()
    const marks = figureLines({ title: '', panels: [panel] }, { width: 80, hasColours: false })
      .map((line) => /^(\S) head \d\.\d$/.exec(line)?.[1])
      .filter((mark) => mark !== undefined)
    assert.deepEqual([marks.length, new Set(marks).size], [12, 12])
    assert.ok(panel.kind === 'lines')
    const [first] = panel.series
    const thirteen = { ...panel, series: Array.from({ length: 13 }, (_, i) => ({ ...first, label: `line ${i}` })) }
    const looks = [...figureSvg({ title: '', panels: [thirteen] }).matchAll(/h18" ([^>]*)\/>/g)].map(([, look]) => look)
    assert.deepEqual([looks.length, new Set(looks).size], [13, 13])
  })
})
