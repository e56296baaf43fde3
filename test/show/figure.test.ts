// Figures in all their ways: what stands in lines, in an SVG and in a page, of every kind of panel.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Figure, Panel } from '../../src/show/figure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figurePage } from '../../src/show/figurePage.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'

const plain = { width: 80, hasColours: false }
const of = (...panels: Panel[]): Figure => ({ title: 'Title', panels })

const grid = (columns: number, scale: 'share' | 'signed' | 'amount' = 'signed'): Panel => ({
  kind: 'grid',
  rows: { name: 'layer', labels: ['0', '1'] },
  columns: { name: 'position', labels: Array.from({ length: columns }, (_, i) => `t${i}`) },
  values: Array.from({ length: 2 * columns }, (_, i) => (i === 1 ? Number.NaN : (i % 2 === 0 ? -1 : 1) * (i / 4))),
  unit: 'nats',
  scale,
})
const bars: Panel = {
  kind: 'bars',
  unit: 'nats',
  rows: [
    { label: 'token', value: 2 },
    { label: 'head', value: -1, error: 0.25, note: 'previous' },
  ],
}
const lines: Panel = {
  kind: 'lines',
  unit: 'nats',
  x: { name: 'step', values: [0, 10, 20] },
  series: [
    { label: 'training', values: [3, 2, 1] },
    { label: 'validation', values: [3, Number.NaN, 1.5] },
  ],
}
const table: Panel = {
  kind: 'table',
  columns: [{ name: 'head' }, { name: 'previous', unit: 'share' }],
  rows: [
    ['0.1', 0.912],
    ['1.0', 0.05],
  ],
}

describe('lines', () => {
  test('of a grid are its numbers; an empty cell has none', () => {
    assert.deepEqual(figureLines(of(grid(3)), plain), [
      'Title',
      '',
      'layer ↓  position →  (nats)',
      '     t0    t1    t2',
      '0  0.00       -0.50',
      '1  0.75 -1.00  1.25',
    ])
  })

  test('of a grid go on below where the terminal is narrow, and say what is left out', () => {
    const narrow = figureLines(of(grid(4)), { width: 14, hasColours: false })
    assert.deepEqual(
      narrow.slice(2),
      [
        'layer ↓  position →  (nats)',
        '     t0    t1',
        '0  0.00      ',
        '1 -1.00  1.25',
        '',
        '     t2    t3',
        '0 -0.50  0.75',
        '1 -1.50  1.75',
      ].map((line) => line.trimEnd()),
    )
    const all = figureLines(of(grid(50)), { width: 40, hasColours: false })
    assert.ok(!all.some((line) => line.startsWith('Only')), all.join('\n'))
    const wide = figureLines(of(grid(150)), { width: 40, hasColours: false })
    assert.ok(wide.includes('Only the last 72 of 150 columns stand here; the others do not fit.'), wide.join('\n'))
    assert.ok(wide.slice(4).every((line) => line.length <= 40))
  })

  test('of a grid are shaded where there are colours, by sign', () => {
    const text = figureLines(of(grid(3)), { ...plain, hasColours: true }).join('\n')
    assert.match(text, /\u001b\[48;5;45;38;5;16m {2}1\.25\u001b\[39;49m/)
    assert.match(text, /\u001b\[48;5;214;38;5;16m -1\.00\u001b\[39;49m/)
  })

  test('of bars fit, however small what is below 0 is beside what is above it', () => {
    for (let i = 0; i < 400; i++) {
      // Numbers of many sizes, of both signs, without a generator: the bits of a cosine.
      const rows = Array.from({ length: 1 + (i % 4) }, (_, row) => ({
        label: `row ${row}`,
        value: Math.cos(i * 7 + row * 3) * 10 ** ((i * 5 + row * 11) % 7),
      }))
      const width = 12 + (i % 90)
      for (const line of figureLines(of({ kind: 'bars', unit: '', rows }), { width, hasColours: false }))
        assert.ok(line.length <= Math.max(width, 40), line)
    }
    const values = [-0.06, 5, -Infinity, Infinity, NaN]
    const rows = values.map((value) => ({ label: 'x', value }))
    assert.equal(figureLines(of({ kind: 'bars', unit: '', rows }), plain).length, 2 + values.length)
    const shares = [-1, 15.5].map((value) => ({ label: 'x', value: value / 40 }))
    assert.doesNotThrow(() => figureLines(of({ kind: 'bars', unit: '', rows: shares }), { ...plain, width: 20 }))
  })

  test('of bars that are all below 0 are as wide as their unit needs', () => {
    const unit = 'nats per character of the text that is held back'
    const svg = figureSvg(of({ kind: 'bars', unit, rows: [{ label: 'a', value: -1 }] }))
    const at = Number(/<text class="note" x="([\d.]+)" y="14">nats/.exec(svg)?.[1])
    const wide = Number(/width="([\d.]+)"/.exec(svg)?.[1])
    // A letter of 12 pixels is at least 5 wide.
    assert.ok(wide > at + 5 * unit.length, `${unit.length} letters from ${at} on, in ${wide}`)
  })

  test('of bars have them on both sides of 0', () => {
    assert.deepEqual(figureLines(of(bars), plain).slice(2), [
      'nats',
      'token               ██████████████████████████▋          2.00',
      'head   █████████████                             -1.00 ± 0.25  previous',
    ])
  })

  test('of a chart are marks, and the numbers below them', () => {
    const shown = figureLines(of(lines), plain)
    assert.ok(shown.includes('● training') && shown.includes('○ validation'))
    assert.deepEqual(shown.slice(-4), [
      'step  training  validation',
      '   0      3.00        3.00',
      '  10      2.00',
      '  20      1.00        1.50',
    ])
    assert.match(shown[3], /^3\.00 ┤○/)
    assert.match(shown[12], /^1\.00 ┤ {59}●$/)
  })

  test('of a table are its columns', () => {
    assert.deepEqual(figureLines(of(table), plain).slice(2), [
      'head  previous (share)',
      '0.1              0.912',
      '1.0              0.050',
    ])
  })

  test('of a table break a text that is longer than all the room, and cut none', () => {
    const panel: Panel = {
      kind: 'table',
      columns: [{ name: 'check' }, { name: 'error' }, { name: 'meaning' }],
      rows: [
        ['mask', 0.5, 'no position sees what comes after it'],
        ['own', 0, 'short'],
      ],
    }
    assert.deepEqual(figureLines(of(panel), { width: 24, hasColours: false }).slice(2), [
      'check  error',
      'mask   0.500',
      'own    0.000',
      '',
      'check  meaning',
      'mask   no position sees',
      '       what comes after',
      '       it',
      'own    short',
    ])
  })

  test('bring no control characters of others', () => {
    const label = 'a\u001b[31m\nb'
    const shown = figureLines(of({ kind: 'bars', unit: label, rows: [{ label, value: 1, note: label }] }), plain)
    assert.ok(
      shown.every((line) => !/[\p{Cc}]/u.test(line)),
      JSON.stringify(shown),
    )
  })
})

describe('an SVG', () => {
  test('has every panel, with its texts safe and its numbers readable', () => {
    const svg = figureSvg({ title: '<b> & "c"', notes: ['a\u0000b'], panels: [grid(3), bars, lines, table] })
    assert.match(svg, /<title>&lt;b&gt; &amp; &quot;c&quot;<\/title>/)
    assert.match(svg, /role="img"/)
    for (const text of ['0.75', '2.00', '-1.00 ± 0.25', 'validation', 'previous (share)'])
      assert.ok(svg.includes(`>${text}</text>`), text)
    assert.doesNotMatch(svg, /NaN|Infinity|undefined|[\0-\x08]/)
  })

  test('is drawn of panels with nothing in them', () => {
    const nothing: Figure = {
      title: '',
      panels: [
        { ...grid(0) },
        { kind: 'multiples', unit: '', scale: 'amount', grids: [] },
        { kind: 'bars', unit: '', rows: [] },
        { kind: 'lines', unit: '', x: { name: '', values: [] }, series: [] },
        { kind: 'table', columns: [], rows: [] },
        {
          kind: 'bars',
          unit: '',
          rows: [
            { label: '', value: Number.NaN },
            { label: '', value: Infinity, error: Number.NaN },
          ],
        },
      ],
    }
    assert.doesNotMatch(figureSvg(nothing), /NaN|Infinity|undefined/)
    assert.ok(figureLines(nothing, plain).length > 0)
    assert.ok(figurePage(nothing).length > 0)
  })

  test('draws large grids of few paths, without texts', () => {
    const size = 200
    const labels = Array.from({ length: size }, (_, i) => String(i))
    const values = Float32Array.from({ length: size * size }, (_, i) => (i % 101) / 100)
    const large: Panel = {
      kind: 'grid',
      rows: { name: 'position', labels },
      columns: { name: 'source', labels },
      values,
      unit: 'share',
      scale: 'share',
    }
    const svg = figureSvg(of(large))
    assert.ok([...svg.matchAll(/<path/g)].length < 60)
    assert.doesNotMatch(svg, /pointed-at"/)
    assert.match(figurePage(of(large)), /101 further rows are left out/)
  })
})

describe('a page', () => {
  test('has the picture, and the numbers to six digits as tables', () => {
    const page = figurePage({ title: 'T', panels: [{ ...bars, rows: [{ label: 'x', value: 1 / 3 }] }, table] })
    assert.match(page, /<svg [^>]*role="img">/)
    assert.match(page, /<th scope="row">x<\/th><td class="number">0\.333333<\/td>/)
    assert.match(page, /<caption>T, 2<\/caption>/)
  })
})

test('texts that do not fit side by side go on below; shares have the same decimals in every panel', () => {
  const labels = Array.from({ length: 60 }, (_, i) => `t${i}`)
  const lattice: Panel = {
    kind: 'grid',
    rows: { name: 'layer', labels: ['0', '1'] },
    columns: { name: 'position', labels },
    values: Array.from({ length: 120 }, () => 0.5),
    unit: 'share',
    scale: 'share',
    texts: Array.from({ length: 120 }, (_, i) => `guess ${i}`),
  }
  const svg = figureSvg(of(lattice))
  for (const text of ['guess 0', 'guess 59', 'guess 60', 'guess 119', 't0', 't59'])
    assert.equal(svg.split(`>${text}</text>`).length - 1, 1, text)
  // The names of rows stand before each block.
  assert.ok(svg.split('>1</text>').length - 1 >= 3)
  assert.ok(Number(/width="(\d+)"/.exec(svg)?.[1]) <= 1300)
  const shares = (most: number): string =>
    figureLines(of({ ...lattice, texts: undefined, values: labels.map(() => most) }), plain).join('\n')
  for (const [most, shown] of [
    [0.04, '0.040'],
    [0.4, '0.400'],
    [0.0004, '0.000400'],
  ] as const)
    assert.match(shares(most), new RegExp(` ${shown}\\b`))
})

test('a table of a page is one, whole and with its numbers as in the picture', () => {
  const long = 'word '.repeat(40).trim()
  const page = figurePage(
    of({ kind: 'table', columns: [{ name: 'a' }, { name: 'b', unit: 'nats' }], rows: [[long, 1 / 3]] }),
  )
  assert.match(page, new RegExp(`<tr><td class="long">${long}</td><td class="number">0.333</td></tr>`))
  assert.match(page, /<th class="number">b \(nats\)<\/th>/)
})

test('a picture breaks titles that are wider than it is, and a legend for its numbers', () => {
  const title = 'a title that is longer than all of the small panel below it, and a good deal longer than that'
  const widthOf = (svg: string): number => Number(/ width="(\d+)"/.exec(svg)?.[1])
  const panels = [{ ...grid(2), title }]
  const svg = figureSvg({ title, panels })
  const titles = [...svg.matchAll(/<text class="title"[^>]*>([^<]+)</g)].map(([, text]) => text)
  assert.equal(titles.length, 4)
  assert.equal(titles.join(' '), `${title} ${title}`)
  assert.ok(titles.every((text) => 8 * text.length < widthOf(svg)))
  const long: Panel = {
    kind: 'grid',
    rows: { name: 'row', labels: ['r'] },
    columns: { name: 'column', labels: ['a', 'b'] },
    values: [-8.27e-4, 2.3e-4],
    unit: 'nats',
    scale: 'signed',
  }
  const numbers = [...figureSvg(of(long)).matchAll(/x="([\d.]+)" y="23" text-anchor="middle">([^<]+)</g)]
  const places = numbers.map(([, x, text]) => ({ x: Number(x), half: (7 * text.length) / 2 }))
  assert.equal(places.length, 7)
  for (const [i, { x, half }] of places.slice(1).entries())
    assert.ok(places[i].x + places[i].half < x - half, `number ${i}`)
})
