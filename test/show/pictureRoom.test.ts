// Pictures of panels in a page: as wide as there is room, and what they name leads to where it is.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FigurePlace, Panel } from '../../src/show/figure.ts'
import { looksOf } from '../../src/show/panels/kinds.ts'
import { leastTarget } from '../../src/show/panels/picture.ts'

const tokens = [...'to be or not to b']
const side = (name: string, labels: readonly string[], placeOf: (i: number) => FigurePlace) => ({
  name,
  labels,
  places: labels.map((_, i) => placeOf(i)),
})
const states = side('the stream after', ['embedded', 'layer 0', 'layer 1'], (i) => ({ address: `state ${i}` }))
const text = side('position', tokens, (position) => ({ position }))
const grid: Panel = {
  kind: 'grid',
  rows: states,
  columns: text,
  values: Float32Array.from({ length: 3 * tokens.length }, (_, i) => i / 60),
  texts: Array.from({ length: 3 }, () => tokens).flat(),
  unit: 'probability',
  scale: 'share',
}
const bars: Panel = {
  kind: 'bars',
  unit: 'logit',
  rows: ['layer 0, head 1', 'layer 1, mlp'].map((label, i) => ({
    label,
    value: i === 0 ? -1.5 : 3,
    place: { address: `part ${i}` },
    note: i === 1 ? 'the model gives 1.5' : undefined,
  })),
}
const graph: Panel = {
  kind: 'graph',
  unit: 'share',
  scale: 'share',
  rows: [text],
  edges: [{ from: [0, 0], to: [0, 4], weight: 0.5 }],
}
const points: Panel = {
  kind: 'points',
  x: 'one way',
  y: 'another',
  points: tokens.map((label, i) => ({ label, x: i % 5, y: i / 7, place: { token: i } })),
}
const lines: Panel = {
  kind: 'lines',
  unit: '√Σ h²',
  x: { name: 'position', values: tokens.map((_, i) => i) },
  series: ['embedded', 'layer 0, middle'].map((label, s) => ({ label, values: tokens.map((_, i) => i * (s + 1)) })),
}
const linkOf = (place: FigurePlace): string =>
  `#${new URLSearchParams(Object.entries(place).map(([name, at]) => [name, String(at)]))}`
const linksIn = (markup: string): string[] =>
  [...markup.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href.replaceAll('&amp;', '&'))

describe('a picture in a page', () => {
  test('has no links where there is nowhere to go', () => {
    for (const panel of [grid, bars, graph, points, lines]) {
      const { markup } = looksOf(panel).picture(panel)
      assert.deepEqual(linksIn(markup), [], panel.kind)
      assert.ok(!markup.includes('pressed'))
    }
  })

  test('leads from the sides of a grid and from its cells, which are large enough to be pressed', () => {
    const { markup } = looksOf(grid).picture(grid, { width: 700, linkOf })
    const links = linksIn(markup)
    assert.deepEqual(links.slice(0, 4), ['#address=state+0', '#address=state+1', '#address=state+2', '#position=0'])
    assert.equal(links.length, 3 + tokens.length + 3 * tokens.length)
    assert.equal(links.at(-1), `#address=state+2&position=${tokens.length - 1}`)
    for (const [, width, height] of markup.matchAll(/class="pressed"[^>]* width="([\d.]+)" height="([\d.]+)"/g))
      assert.ok(Number(width) >= leastTarget && Number(height) >= leastTarget, `${width} × ${height}`)
  })

  test('leads from bars and from the nodes of a graph', () => {
    assert.deepEqual(linksIn(looksOf(bars).picture(bars, { width: 400, linkOf }).markup), [
      '#address=part+0',
      '#address=part+1',
    ])
    const links = linksIn(looksOf(graph).picture(graph, { width: 700, linkOf }).markup)
    assert.deepEqual(
      links,
      tokens.map((_, position) => `#position=${position}`),
    )
  })

  test('keeps to the width of a phone', () => {
    const six = { name: 'down', labels: [...'012345'] }
    const overPicture: Panel = {
      ...{ kind: 'multiples', unit: 'probability', scale: 'share', under: 'data:,' },
      grids: ['embedded', 'layer 0'].map((title) => ({
        ...{ title, rows: six, columns: { ...six, name: 'across' } },
        values: new Float32Array(36).fill(0.2),
      })),
    }
    const course: Panel = {
      ...{ kind: 'course', unit: 'log-mel', scale: 'amount', letters: 3 },
      ...{ rows: { name: 'mel', labels: ['0', '1'] }, x: { name: 'seconds', from: 0, to: 1.5 } },
      values: new Float32Array(40).fill(1),
    }
    const long: Panel = { ...bars, rows: [...bars.rows, { label: 'layer 10, attention bias', value: 0.033 }] }
    const narrow: readonly Panel[] = [overPicture, course, long]
    for (const wide of [320, 282])
      for (const panel of narrow) {
        const { width } = looksOf(panel).picture(panel, { width: wide, linkOf })
        assert.ok(width <= wide, `${panel.kind}: ${width} of ${wide}`)
      }
    const uncertain: Panel = { ...bars, rows: [{ label: 'layer 0, mlp', value: 1.61, error: 0.4 }] }
    for (const panel of [grid, points, lines, bars, uncertain]) {
      const { width } = looksOf(panel).picture(panel, { width: 320, linkOf })
      assert.ok(width <= 325, `${panel.kind}: ${width}`)
    }
  })

  test('of a large grid has few elements', () => {
    const many = Array.from({ length: 65 }, (_, i) => String.fromCharCode(33 + i))
    const own = side('token', many, (token) => ({ token }))
    const large: Panel = {
      kind: 'grid',
      rows: own,
      columns: own,
      values: new Float32Array(65 * 65).fill(0.1),
      unit: 'logit',
      scale: 'signed',
    }
    const { markup } = looksOf(large).picture(large, { width: 700, linkOf })
    assert.ok(markup.split('<').length < 400, `${markup.split('<').length} elements`)
  })

  test('has the places in its tables too', () => {
    const [table] = looksOf(grid).tables(grid)
    assert.deepEqual(table.columnPlaces?.slice(0, 2), [undefined, { position: 0 }])
    assert.deepEqual(table.places?.[1], [{ address: 'state 1' }])
    assert.deepEqual(looksOf(points).tables(points)[0].places?.[3], [{ token: 3 }])
    assert.deepEqual(looksOf(graph).tables(graph)[0].places?.[0], [{ position: 0 }, { position: 4 }])
  })
})
