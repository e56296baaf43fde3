// What a page with small grids does: it tells of the cell below the pointer, and shades the tokens of the texts at its head by the row.

import { percent } from './amounts.ts'

export const pageScript = `
const told = document.querySelector('.told')
const bold = (text) => Object.assign(document.createElement('b'), { textContent: text })
const percent = ${percent}
const unpacked = (text) => new Uint16Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer)
const texts = [...document.querySelectorAll('.text')].map((text) => ({ name: text.dataset.text, spans: [...text.children] }))
const spansOf = ({ of }) => texts.find(({ name }) => name === of)?.spans ?? []
const grids = []
for (const part of document.querySelectorAll('.multiples')) {
  const panel = JSON.parse(part.dataset.panel)
  for (const svg of part.querySelectorAll('.small')) {
    const own = panel.grids[svg.dataset.grid]
    grids.push({ ...panel, ...own, svg, values: unpacked(own.values) })
  }
}

const packedAt = ({ values, columns }, row, column) => values[row * columns.labels.length + column]
const textOf = ({ isShare, low, high }, packed) => {
  const value = low + (packed / 0xfffe) * (high - low)
  return isShare ? percent(value) : String(Number(value.toPrecision(4)))
}
const place = (i, label) => label === String(i) ? [bold(label)] : [i + ' ', bold(label)]

function tell(grid, sentence, row, column) {
  const named = {
    row: () => place(row, grid.rows.labels[row]),
    column: () => place(column, grid.columns.labels[column]),
    value: () => [bold(textOf(grid, packedAt(grid, row, column)))],
  }
  const parts = sentence.split(/\\{(row|column|value)\\}/).flatMap((part, i) => i % 2 === 0 ? [part] : named[part]())
  told.replaceChildren(grid.title + ': ', ...parts)
}

function shade(grid, row) {
  for (const { spans } of texts)
    for (const span of spans) {
      span.style.background = ''
      span.className = ''
    }
  spansOf(grid.columns).forEach((span, column) => {
    const packed = packedAt(grid, row, column)
    const share = packed === 0xffff ? 0 : packed / 0xfffe
    span.style.background = 'color-mix(in srgb, var(--ink) ' + Math.round(85 * (grid.isShare ? Math.sqrt(share) : share)) + '%, transparent)'
  })
  const own = spansOf(grid.rows)[row]
  if (own) own.className = 'asks'
}

let last = grids[0]
for (const grid of grids) {
  const { svg, left, top, cell, rows, columns } = grid
  const mark = svg.querySelector('.pointed')
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect()
    const column = Math.floor((event.clientX - box.left - left) / cell)
    const row = Math.floor((event.clientY - box.top - top) / cell)
    const isCell = column >= 0 && row >= 0 && column < columns.labels.length && row < rows.labels.length
    mark.toggleAttribute('hidden', !isCell)
    if (!isCell) return
    last = grid
    const at = { x: left + column * cell, y: top + row * cell, width: cell, height: cell }
    for (const [name, value] of Object.entries(at)) mark.setAttribute(name, value)
    tell(grid, packedAt(grid, row, column) === 0xffff ? grid.told.empty : grid.told.cell, row, column)
    shade(grid, row)
  })
  svg.addEventListener('pointerleave', () => mark.setAttribute('hidden', ''))
}
for (const { name, spans } of texts) {
  spans.forEach((span, row) => {
    span.addEventListener('pointerenter', () => {
      if (last.rows.of !== name) last = grids.find((grid) => grid.rows.of === name) ?? last
      if (last.rows.of !== name) return
      tell(last, last.told.row, row)
      shade(last, row)
    })
  })
}`.trim()
