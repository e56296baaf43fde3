// Numbers of positions where the positions lie: over a picture, and beside a sound.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { overPicture, overSound } from '../../src/show/placedPanels.ts'

const looks = { title: 'Where it matters', unit: 'share' }

test('those of patches lie over the picture, without what is before them', () => {
  const rows = [{ title: 'layer 0', values: [0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6] }]
  const picture = { grid: { down: 2, across: 3 }, before: 1, address: 'data:image/png;base64,AA' }
  const panel = overPicture(rows, picture, looks)
  assert.ok(panel.kind === 'multiples')
  assert.deepEqual(panel.grids[0].values, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
  assert.deepEqual(
    [panel.grids[0].rows.labels, panel.grids[0].columns.labels],
    [
      ['0', '1'],
      ['0', '1', '2'],
    ],
  )
  assert.match(figureSvg({ title: 'A', panels: [panel] }), /<image href="data:image\/png;base64,AA"/)
})

test('those of a sound share its time', () => {
  const rows = [{ title: 'embedded', values: [0, 1, 0.5] }]
  const sound = { frames: [0, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 0], mels: 2, seconds: 0.6 }
  const panels = overSound(rows, sound, looks)
  assert.deepEqual(
    panels.map((panel) => (panel.kind === 'course' ? [panel.x.to, panel.letters, panel.values.length] : [])),
    [
      [0.6, 8, 3],
      [0.6, 8, 12],
    ],
  )
  // High pitches stand above: of the frames (0 1) (0 1) (0 1) (1 1) (0 0) (0 0) the second numbers come first.
  assert.deepEqual(panels[1].kind === 'course' && Array.from(panels[1].values), [1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0])
})
