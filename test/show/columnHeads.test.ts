// The names above the columns of a grid where there is little room: two halves keep both, and where two texts differ is said first.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Panel } from '../../src/show/figure.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { columnHeads, shownHeads } from '../../src/show/panels/columnHeads.ts'
import { looksOf } from '../../src/show/panels/kinds.ts'

const pair = (own: string, other: string): readonly [string, string] => [own, other]

describe('the names of columns', () => {
  test('of two halves are cut in both, where one needs more than its part', () => {
    const halves = [undefined, pair('b', 'a'), pair('breakfast', 'supper'), pair('a', 'international'), undefined]
    const labels = halves.map((both, i) => both?.join('|') ?? `a long name, ${i}`)
    assert.deepEqual(columnHeads({ name: 'position', labels, halves }, 12), [
      'a long name…',
      'b|a',
      'brea…|supper',
      'a|internati…',
      'a long name…',
    ])
  })

  test('are left out where columns are narrow, those of one half first', () => {
    const labels = [...'abcdefgh']
    const halves = labels.map((label, i) => (i === 5 ? pair(label, 'x') : undefined))
    const shown = (every: number, own?: typeof halves): string =>
      labels.filter((_, i) => shownHeads({ name: '', labels, halves: own }, every)[i]).join('')
    assert.equal(shown(1, halves), 'abcdefgh')
    assert.equal(shown(2), 'aceg')
    assert.equal(shown(2, halves), 'acfh')
    assert.equal(shown(3, halves), 'af')
  })
})

describe('a grid of two texts', () => {
  const labels = Array.from({ length: 40 }, (_, i) => (i === 39 ? 'n|o' : i === 38 ? 'o|n' : 'x'))
  const halves = labels.map((label) => (label === 'x' ? undefined : pair(label[0], label[2])))
  const grid: Panel = {
    kind: 'grid',
    rows: { name: 'the stream after', labels: ['embedded'] },
    columns: { name: 'position', labels, halves },
    values: labels.map(() => 0),
    unit: 'share',
    scale: 'signed',
  }

  test('says on a narrow screen where they differ, within the picture', () => {
    const { width, markup } = looksOf(grid).picture(grid, { width: 320 })
    const names = [...markup.matchAll(/translate\(([\d.]+) [\d.]+\) rotate\(-90\)">([^<]*)</g)]
    assert.ok(names.some(([, , name]) => name === 'o|n'))
    // What is turned reaches a fourth of its height to the right of where it stands.
    for (const [, x] of names) assert.ok(Number(x) + 3 <= width, `${x} of ${width}`)
    assert.ok(width <= 321, `${width}`)
  })

  test('says so in lines', () => {
    const words: Panel = {
      ...grid,
      columns: { name: 'position', labels: ['breakfast|supper'], halves: [pair('breakfast', 'supper')] },
      values: [0],
    }
    assert.match(
      figureLines({ title: 'T', panels: [words] }, { width: 60, hasColours: false }).join('\n'),
      /brea…\|supper/,
    )
  })
})
