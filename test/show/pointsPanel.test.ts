// Points in a plane, in all their looks, and the places of their names.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Figure, PanelOf } from '../../src/show/figure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figurePage } from '../../src/show/figurePage.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { type LabelPlace, labelPlaces } from '../../src/show/panels/labelPlaces.ts'

const panel: PanelOf<'points'> = {
  kind: 'points',
  x: 'first',
  y: 'second',
  points: [
    { label: 'king', x: 0, y: 1 },
    { label: 'queen', x: 2, y: 1, isMeant: true },
    { label: '<man>', x: 0, y: 0 },
  ],
  arrows: [[0, 1]],
}
const figure: Figure = { title: 'Title', panels: [panel] }

describe('a panel of points', () => {
  const plot = ['', '• king           queen ●', '', '', '', '', '', '• <man>', ''] as const

  test('is a plot with names in a terminal, and a table', () => {
    assert.deepEqual(figureLines(figure, { width: 24, hasColours: false }), [
      'Title',
      '',
      '↑ second   → first',
      ...plot,
      'king → queen',
      '',
      '       →  ↑',
      'king   0  1',
      'queen  2  1',
      '<man>  0  0',
    ])
  })

  test('says how many names find no room, and how many rows are left out', () => {
    const points = Array.from({ length: 60 }, (_, i) => ({ label: `word${i}`, x: i % 2, y: 0 }))
    const lines = figureLines(
      { title: '', panels: [{ ...panel, points, arrows: [] }] },
      { width: 40, hasColours: false },
    )
    assert.ok(lines.includes('58 of 60 names find no room in the plot.'), lines.join('\n'))
    assert.ok(lines.includes('Only the first 40 of 60 points stand here.'))
    assert.ok(figureSvg({ title: '', panels: [{ ...panel, points, arrows: [] }] }).includes(' names find no room; '))
  })

  test('of one point, or of none, stands all the same', () => {
    for (const points of [[{ label: 'alone', x: 3, y: 4 }], []]) {
      const made = { title: 'Title', panels: [{ ...panel, points, arrows: [] }] }
      const all = [figureLines(made, { width: 60, hasColours: false }).join('\n'), figureSvg(made), figurePage(made)]
      for (const each of all) assert.ok(!/NaN|Infinity/.test(each), each)
    }
  })

  test('is dots with their names in a picture, equally far in both directions', () => {
    const svg = figureSvg(figure)
    const dots = [...svg.matchAll(/<circle class="(\w+)" cx="([\d.]+)" cy="([\d.]+)"[^>]*><title>([^<]*)</g)]
    assert.deepEqual(
      dots.map(([, colour, , , label]) => [colour, label]),
      [
        ['ink', 'king'],
        ['against', 'queen'],
        ['ink', '&lt;man&gt;'],
      ],
    )
    const [king, queen, man] = dots.map(([, , x, y]) => ({ x: Number(x), y: Number(y) }))
    assert.ok(Math.abs(queen.x - king.x - 2 * (man.y - king.y)) < 0.1)
    assert.equal(king.y, queen.y)
    for (const label of ['king', 'queen', '&lt;man&gt;']) assert.ok(svg.includes(`>${label}</text>`))
    assert.ok(figurePage(figure).includes('<th scope="row">queen</th>'))
  })
})

describe('the places of names', () => {
  const bounds = { x: 0, y: 0, width: 400, height: 300 }
  const areOver = (a: LabelPlace, b: LabelPlace): boolean =>
    a.box.x < b.box.x + b.box.width &&
    b.box.x < a.box.x + a.box.width &&
    a.box.y < b.box.y + b.box.height &&
    b.box.y < a.box.y + a.box.height

  test('cover neither one another nor a point, and stay inside', () => {
    const anchors = Array.from({ length: 80 }, (_, i) => ({
      x: 200 + 150 * Math.sin(i * 12.9898),
      y: 150 + 100 * Math.cos(i * 78.233),
      width: 40,
      height: 13,
    }))
    const places = labelPlaces(anchors, bounds)
    const placed = places.flatMap((place) => place ?? [])
    assert.ok(placed.length > 50, `${placed.length}`)
    for (const [i, place] of placed.entries()) {
      for (const other of placed.slice(i + 1)) assert.ok(!areOver(place, other))
      const { x, y, width, height } = place.box
      for (const point of anchors) assert.ok(point.x < x || point.x > x + width || point.y < y || point.y > y + height)
      assert.ok(x >= 0 && y >= 0 && x + width <= 400 && y + height <= 300)
    }
  })

  test('begin beside the point, and go to its other side at the edge', () => {
    const [left, right] = labelPlaces(
      [
        { x: 10, y: 50, width: 40, height: 13 },
        { x: 390, y: 50, width: 40, height: 13 },
      ],
      bounds,
    )
    assert.deepEqual([left?.side, left?.box.x, left?.isFar], ['start', 16, false])
    assert.deepEqual([right?.side, right && right.box.x + right.box.width], ['end', 384])
  })
})
