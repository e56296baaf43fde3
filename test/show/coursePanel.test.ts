// Rows of numbers along an axis, and a way through them: as lines, as a picture, as a table.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { figureLines } from '../../src/show/figureLines.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { listeningFigure } from '../../src/show/listeningFigure.ts'
import { courseTable, inFewerColumns } from '../../src/show/panels/course.ts'

const looks = [4, 1, 0, 0, 0, 2, 3, 1, 0, 0, 0, 4]
const heard = {
  tokens: ['a', ' b', 'c'],
  looks,
  path: { rows: [0, 1, 1, 2], columns: [0, 1, 2, 3] },
  seconds: 2,
  frames: Float32Array.from({ length: 16 }, (_, i) => i % 2),
  mels: 2,
  heads: ['0.1'],
}

describe('what was heard', () => {
  test('stands in lines, with its way and its times', () => {
    const lines = figureLines(listeningFigure(heard), { width: 60, hasColours: false })
    const text = lines.join('\n')
    assert.match(text, / a │◆/)
    assert.match(text, /␣b {5,}1 +3 +0\.5 +1\.5/)
    assert.match(text, /c +1\.5 +4 +1\.5 +2\n/)
    // The higher pitch has the ones, and stands above.
    assert.match(text, / 1 │█+\n +0 │\n/)
  })

  test('is a picture whose panels begin alike', () => {
    const svg = figureSvg(listeningFigure(heard))
    const begins = [...svg.matchAll(/<rect class="seen" x="([\d.]+)" y="24"/g)].map(([, x]) => x)
    assert.equal(begins.length, 2)
    assert.equal(begins[0], begins[1])
    assert.equal([...svg.matchAll(/<polyline/g)].length, 1)
  })
})

describe('rows along an axis', () => {
  const panel = {
    kind: 'course',
    unit: '',
    scale: 'amount',
    rows: { name: 'row', labels: ['one'] },
    x: { name: 'seconds', from: 0, to: 4 },
    values: [1, 5, 2, 0],
  } as const

  test('say where each is most', () => {
    assert.deepEqual(courseTable(panel), { columns: ['row', 'most at (seconds)', 'value'], rows: [['one', 1, 5]] })
  })

  test('keep what is farthest from 0 where columns fall together', () => {
    assert.deepEqual([...inFewerColumns([1, -5, 2, 0, 0, 1, 1, 3], 4, 2)], [-5, 2, 1, 3])
  })
})
