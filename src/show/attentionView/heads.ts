// All heads: one canvas with their thumbnails, and over it a grid that the keyboard walks through. Sorted by layers or by a score, or
// laid out by two scores, to find heads that do something.

import { choiceList, made, onComing, onKeys, placeAt, put, setAttributes } from './dom.ts'
import { paintHeads } from './headsPicture.ts'
import { type HeadsOrder, type HeadsPlaces, headsPlaces, leastSide, type PlacedHead } from './headsPlaces.ts'
import { inksOf, onCanvas } from './pencil.ts'
import type { HeadSight } from './sight.ts'
import { headSentence } from './spoken.ts'
import type { AttentionLook, Doing } from './view.ts'

/** So many heads are in the document at once: those around the one with the keyboard, where there are more. */
const mostCells = 1500

export function gridLook(doing: Doing): AttentionLook {
  const canvas = made('canvas', { part: 'heads', 'aria-hidden': 'true' })
  const grid = made('div', { role: 'grid' })
  let order: HeadsOrder = { by: 'layer', x: 0, y: 1 }
  let sight: HeadSight
  let places: HeadsPlaces
  /** The head that the keyboard is at, by its place in the order. */
  let at = 0
  const arrange = (change: Partial<HeadsOrder>): void => {
    order = { ...order, ...change }
    doing.redraw()
  }
  const orders = choiceList('order', (value) => {
    const [by, x] = value.split(' ')
    arrange({ by: by as HeadsOrder['by'], ...(x && { x: Number(x) }) })
  })
  const across = choiceList('across', (x) => arrange({ x: Number(x) }))
  const up = choiceList('up', (y) => arrange({ y: Number(y) }))
  const tools = made('div', { class: 'tools' }, orders.root, across.root, up.root)
  const root = made('div', {}, tools, made('div', { class: 'around' }, canvas, grid))
  const cellAt = (place: number): HTMLElement | null => grid.querySelector(`[data-at="${place}"]`)
  const open = ({ layer, head }: PlacedHead): void => doing.open(layer, head)
  const walk = (to: number): void => {
    at = to
    fillGrid(grid, sight, places, at)
    cellAt(at)?.focus()
  }

  grid.onclick = ({ target }) => {
    const place = placeAt(target)
    if (place !== undefined) open(places.heads[place])
  }
  onComing(grid, ({ target }) => {
    const own = places.heads[placeAt(target) ?? -1]
    if (own) doing.say(headSentence(sight, own.layer, own.head, own.index))
  })
  onKeys(grid, (key) => {
    const to = nextPlace(places.heads, at, key, order.by === 'plane')
    const act = (): void => (to === undefined ? open(places.heads[at]) : walk(to))
    return to !== undefined || key === 'Enter' || key === ' ' ? { [key]: act } : {}
  })

  return {
    root,
    draw(now) {
      sight = now
      const { scores } = sight
      const names: Record<string, string> = Object.fromEntries(scores.map(({ name }, i) => [i, name]))
      if (Math.max(order.x, order.by === 'plane' ? order.y : 0) >= scores.length) order = { by: 'layer', x: 0, y: 1 }
      const byScores = Object.fromEntries(scores.map(({ name }, i) => [`score ${i}`, `by ${name}`]))
      const isPlane = order.by === 'plane'
      orders.show(
        { layer: 'by layer', ...byScores, ...(scores.length > 1 && { plane: 'by two scores' }) },
        order.by === 'score' ? `score ${order.x}` : order.by,
      )
      across.show(isPlane ? names : {}, order.x)
      up.show(isPlane ? names : {}, order.y)
      tools.hidden = !scores.length
      places = headsPlaces(sight, order, root.clientWidth || 640)
      paintHeads(onCanvas(canvas, places.width, places.height, inksOf(sight.isDark)), sight, order, places)
      grid.className = isPlane ? 'heads dots' : 'heads'
      const hasFocus = grid.matches(':focus-within')
      at = Math.max(
        0,
        places.heads.findIndex(({ layer, head }) => layer === sight.layer && head === sight.head),
      )
      fillGrid(grid, sight, places, at)
      if (hasFocus) cellAt(at)?.focus()
    },
    focus: () => cellAt(at)?.focus(),
  }
}

/** Makes the cells that the keyboard walks through: nothing is in them, the canvas is below. */
function fillGrid(grid: HTMLElement, sight: HeadSight, { heads, thumbnail }: HeadsPlaces, at: number): void {
  const rows = [...Map.groupBy(heads.keys(), (i) => heads[i].row).values()]
  const perRow = Math.max(1, ...rows.map((row) => row.length))
  const around = Math.max(1, Math.floor(mostCells / perRow / 2))
  setAttributes(grid, {
    'aria-label': `heads of ${sight.layers.length} layers, ${sight.heads.length} in each`,
    'aria-rowcount': rows.length,
    'aria-colcount': perRow,
  })
  const cell = (i: number): HTMLElement => {
    const { layer, head, index, left, top, column } = heads[i]
    const own = made('div', {
      role: 'gridcell',
      'aria-label': headSentence(sight, layer, head, index),
      'aria-colindex': column + 1,
      'aria-selected': String(layer === sight.layer && head === sight.head),
      'data-at': i,
      tabindex: i === at ? 0 : -1,
    })
    put(own, { left, top, width: Math.max(leastSide, thumbnail.columns), height: Math.max(leastSide, thumbnail.rows) })
    return own
  }
  const middle = heads[at]?.row ?? 0
  const shown = rows.flatMap((row, y) =>
    Math.abs(y - middle) <= around ? [made('div', { role: 'row', 'aria-rowindex': y + 1 }, ...row.map(cell))] : [],
  )
  grid.replaceChildren(...shown)
}

/** The place in the order that a key leads to: along rows and columns, or in a plane along one score or the other. */
function nextPlace(heads: readonly PlacedHead[], at: number, key: string, isPlane: boolean): number | undefined {
  const here = heads[at]
  const inRow = heads.filter(({ row }) => row === here.row)
  if (key === 'Home') return heads.indexOf(inRow[0])
  if (key === 'End') return heads.indexOf(inRow[inRow.length - 1])
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] ?? []
  if (down === undefined) return undefined
  const line = isPlane && down ? heads.toSorted((a, b) => a.top - b.top) : heads
  const next = isPlane
    ? line[line.indexOf(here) + down + right]
    : heads.find(({ row, column }) => row === here.row + down && column === here.column + right)
  return heads.indexOf(next ?? here)
}
