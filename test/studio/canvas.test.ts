// What canvases show is there without them: of 200 random cells of matrices the cursor, moved by keys, says the number that the worker has, and
// the pixel has the colour of that number.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { heatColour, heatRange } from '../../src/show/heat.ts'
import { numberText } from '../../src/studio/page/numbers.ts'
import { addressText, parseAddress } from '../../src/tensor/address.ts'
import { denseStrides } from '../../src/tensor/axes.ts'
import { randomKey, uniform } from '../../src/tensor/random.ts'
import { noChromium } from '../browser/chromium.ts'
import { studioInChromium } from './inChromium.ts'
import { askWorker, openTrained, scene, sentence } from './looking.ts'
import { go } from './visit.ts'

const views = [
  'blocks.0.attention.scores {head: 1}',
  'blocks.1.attention.pattern {head: 0}',
  'blocks.1.attention.mixed {head: 1}',
  'blocks.0.mlp.output',
  'logits',
]
const cellsInAll = 200
/** Of 255, in each of red, green and blue. */
const nearEnough = 3

describe('matrices', { skip: noChromium }, () => {
  const studio = studioInChromium()
  let page: Page
  before(async () => {
    page = await openTrained(studio)
  })

  test('say by the cursor what their pixels show', async () => {
    const key = randomKey('canvas', 1)
    let draws = 0
    const seen: Seen[] = []
    for (const at of views) {
      await go(page, { view: 'look', text: sentence, at })
      const figures = page.locator('.subject .product .matrix')
      await figures.first().waitFor()
      const count = await figures.count()
      const each = Math.ceil(cellsInAll / views.length / count)
      for (let figure = 0; figure < count; figure++) {
        const spots = Array.from({ length: each }, () => [uniform(key, draws++, 0), uniform(key, draws++, 0)] as const)
        const isResult = figure === count - 1
        seen.push(...(await page.evaluate(look, { figure, spots, isResult })))
      }
    }
    assert.ok(seen.length >= cellsInAll, `${seen.length} cells`)
    const faults: string[] = []
    const hidden = new Set<string>()
    for (const each of seen) faults.push(...(await faultsOf(page, each, hidden)))
    assert.deepEqual(faults, [])
    assert.ok(hidden.size > 0, 'no masked cell was looked at')
  })
})

interface Seen {
  /** The address of the cell under the cursor. */
  readonly cell: string
  readonly label: string
  /** The line below the result, and the number that it keeps. */
  readonly readout: { readonly text: string; readonly value: string | undefined } | undefined
  readonly pixel: readonly number[]
}

type Grid = { readonly axes: readonly { readonly name: string; readonly size: number }[]; readonly data: number[] }
const grids = new Map<string, Grid>()

/** The numbers of a matrix, as the worker has them. */
async function gridOf(page: Page, address: string): Promise<Grid> {
  const known = grids.get(address)
  if (known) return known
  const [{ axes, data }] = await askWorker(page, 'numbers', { scene, addresses: [address], facet: 'value' })
  const grid = { axes, data: Array.from(data, Number) }
  grids.set(address, grid)
  return grid
}

async function faultsOf(page: Page, { cell, label, readout, pixel }: Seen, hidden: Set<string>): Promise<string[]> {
  const { path, at = {} } = parseAddress(cell)
  const { head } = at
  // Of a value of several heads the view is of one.
  const address = head === undefined || path === 'logits' ? path : addressText({ path, at: { head } })
  const { axes, data } = await gridOf(page, address)
  const strides = denseStrides(axes.map(({ size }) => size))
  const value = data[axes.reduce((sum, { name }, i) => sum + (at[name] ?? 0) * strides[i], 0)]
  const colour = heatColour(heatRange(data, path.endsWith('.pattern')), false)(value)
  const faults: string[] = []
  const says = value === -Infinity ? 'masked' : numberText(value)
  if (!label.endsWith(`: ${says}. Arrows move, Enter opens.`)) faults.push(`${cell} is ${value}, but "${label}"`)
  if (readout && value !== -Infinity) {
    if (Number(readout.value) !== value) faults.push(`${cell} is ${value}, but ${readout.value} is kept`)
    if (!readout.text.endsWith(numberText(value))) faults.push(`${cell} is ${value}, but it says "${readout.text}"`)
  }
  if (!colour) {
    hidden.add(cell)
    // A hatching is all that is seen of it.
    if (pixel[3] === 255) faults.push(`${cell} is masked, but its pixel is ${pixel}`)
  } else if (pixel[3] !== 255 || colour.some((channel, i) => Math.abs(channel - pixel[i]) > nearEnough))
    faults.push(`${cell} is ${value}, which is ${colour}, but its pixel is ${pixel}`)
  return faults
}

interface Asked {
  readonly figure: number
  /** Where in the matrix cells are: shares of its height and width. */
  readonly spots: readonly (readonly [number, number])[]
  readonly isResult: boolean
}

/** In the page: reads the pixel of each cell, then moves the cursor there by keys and reads what is said. */
async function look({ figure, spots, isResult }: Asked): Promise<Seen[]> {
  const button = document.querySelectorAll<HTMLElement>('.subject .product .matrix')[figure]
  const canvas = button.querySelector('canvas')
  const context = canvas?.getContext('2d')
  const sizes = (button.closest('figure')?.querySelector('figcaption')?.textContent ?? '')
    .replace(button.closest('figure')?.querySelector('strong')?.textContent ?? '', '')
    .split('×')
    .map((part) => Number(/\d+\s*$/.exec(part)?.[0]))
  if (!canvas || !context) return []
  const [rows, columns] = sizes.length === 2 ? sizes : [1, sizes[0]]
  const side = canvas.width / columns
  const press = (key: string): boolean =>
    button.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
  button.focus()
  const seen: Seen[] = []
  for (const [down, along] of spots) {
    // Where the cursor rests there is its frame.
    const place = Math.max(1, Math.floor(rows * down) * columns + Math.floor(columns * along))
    const [row, column] = [Math.floor(place / columns), place % columns]
    press('Home')
    press('PageUp')
    await drawn()
    const pixel = [
      ...context.getImageData(Math.floor((column + 0.5) * side), Math.floor((row + 0.5) * side), 1, 1).data,
    ]
    for (let i = 0; i < row; i++) press('ArrowDown')
    for (let i = 0; i < column; i++) press('ArrowRight')
    await drawn()
    const line = isResult ? document.querySelector<HTMLElement>('.subject .readout') : null
    const readout = line
      ? { text: line.innerText.trim(), value: line.querySelector<HTMLElement>('[data-value]')?.dataset['value'] }
      : undefined
    seen.push({ cell: button.dataset['cell'] ?? '', label: button.getAttribute('aria-label') ?? '', readout, pixel })
  }
  return seen
}
