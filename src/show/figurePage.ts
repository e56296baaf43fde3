// A figure as a page: the picture, and its numbers as tables that can be read aloud, copied and searched. One file that loads nothing.

import type { Figure, FigureText, Panel } from './figure.ts'
import { sixDigits } from './figureNumbers.ts'
import { escaped, figureStyle, hundredths } from './look.ts'
import { pageScript } from './pageScript.ts'
import { looksOf } from './panels/kinds.ts'
import type { PagePart, PanelTable } from './panels/picture.ts'
import { readable } from './visible.ts'

/** The tables of a panel have at most so many cells; what is more is cut, and the page says so. */
const mostCells = 20_000

/** A figure as an HTML page. Where it has small grids, pointing at a cell tells what it is. */
export function figurePage({ title, notes = [], texts = [], panels }: Figure): string {
  const isAlive = panels.some(({ kind }) => kind === 'multiples')
  const told = isAlive
    ? `<p class="told" aria-live="polite">Point at a cell${texts.length > 0 ? ', or at a token of the text' : ''}.</p>\n`
    : ''
  const parts = panels.map(partOf)
  const captionOf = (panel: Panel, i: number): string =>
    panel.title ?? (panels.length === 1 ? title : `${title}, ${i + 1}`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(readable(title))}</title>
<style>
${figureStyle}
${pageStyle}
</style>
<body class="figure">
<header${isAlive ? ' class="alive"' : ''}>
<h1>${escaped(readable(title))}</h1>
${texts.map(textMarkup).join('')}${told}${parts.map(({ head }) => head).join('')}</header>
<main>
${notes.map((note) => `<p class="note">${escaped(readable(note))}</p>\n`).join('')}${parts.map(({ body }) => body).join('\n')}
<details>
<summary>The numbers as ${panels.length === 1 ? 'a table' : 'tables'}</summary>
${panels.map((panel, i) => tablesMarkup(looksOf(panel).tables(panel), captionOf(panel, i))).join('\n')}
</details>
</main>
${isAlive ? `<script type="module">\n${pageScript}\n</script>\n` : ''}</body>
</html>
`
}

const textMarkup = ({ name, tokens }: FigureText): string =>
  `<p class="text" data-text="${escaped(name)}">${tokens.map((token) => `<span>${escaped(readable(token))}</span>`).join('')}</p>\n`

/** A panel below its title: its picture, or what a page shows in its place. */
function partOf(panel: Panel): PagePart {
  const { page = asPicture } = looksOf(panel)
  const { head, body } = page(panel)
  return panel.title === undefined
    ? { head, body }
    : { head, body: `<h2>${escaped(readable(panel.title))}</h2>\n${body}` }
}

function asPicture(panel: Panel): PagePart {
  const { width, height, markup } = looksOf(panel).picture(panel)
  const [wide, high] = [hundredths(width), hundredths(height)]
  const label = panel.title === undefined ? '' : ` aria-label="${escaped(readable(panel.title))}"`
  return {
    head: '',
    body: `<div class="picture"><svg class="figure" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img"${label}>${markup}</svg></div>`,
  }
}

/** The tables of a panel, as far as there is room for them. */
function tablesMarkup(tables: readonly PanelTable[], caption: string): string {
  let room = mostCells
  const shown: string[] = []
  for (const [i, { caption: own = caption, columns, rows }] of tables.entries()) {
    const fitting = rows.slice(0, Math.max(i === 0 ? 1 : 0, Math.floor(room / Math.max(1, columns.length))))
    if (fitting.length === 0 && rows.length > 0) {
      shown.push(`<p>${tables.length - i} further tables are left out.</p>`)
      break
    }
    room -= fitting.length * columns.length
    shown.push(tableMarkup({ columns, rows: fitting }, own, rows.length - fitting.length))
  }
  return shown.join('\n')
}

function tableMarkup({ columns, rows }: PanelTable, caption: string, left: number): string {
  const head = columns.map((name) => `<th scope="col">${escaped(readable(name))}</th>`).join('')
  const body = rows.map(
    ([name, ...cells]) => `<tr><th scope="row">${cellText(name)}</th>${cells.map(cellMarkup).join('')}</tr>`,
  )
  const rest = left === 0 ? '' : `\n<p>${left} further rows are left out.</p>`
  return `<div class="numbers"><table><caption>${escaped(readable(caption))}</caption><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>${rest}`
}

const cellText = (cell: string | number): string =>
  typeof cell === 'number' ? sixDigits(cell) : escaped(readable(cell))

const cellMarkup = (cell: string | number): string =>
  typeof cell === 'number' || /^-?[\d.]+(e[+-]?\d+)?$/.test(cell)
    ? `<td class="number">${cellText(cell)}</td>`
    : `<td>${cellText(cell)}</td>`

const pageStyle = `
body { margin: 0; padding: 0 24px 48px; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color-scheme: light dark; }
header { padding: 16px 0 8px; background: var(--ground); }
.alive { position: sticky; top: 0; border-bottom: 1px solid color-mix(in srgb, var(--quiet) 30%, transparent); margin-bottom: 12px; }
h1 { margin: 0 0 8px; font-size: 20px; }
h2 { margin: 28px 0 8px; font-size: 16px; }
p { margin: 0 0 8px; }
p.note { color: var(--quiet); max-width: 80em; margin: 0 0 4px; font-size: 13px; }
.text { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; max-height: 6em; overflow: auto; }
.text span { padding: 2px 0; border-radius: 2px; cursor: default; }
.text .asks { outline: 2px solid var(--text); outline-offset: -1px; }
.told { color: var(--quiet); min-height: 1.5em; }
.told b { color: var(--text); }
.picture, .numbers { overflow-x: auto; }
.picture { margin: 12px 0; }
.grids { display: flex; flex-wrap: wrap; gap: 28px; overflow-x: auto; }
.small { flex: none; touch-action: pan-x pan-y; }
.pointed { fill: none; stroke: var(--text); stroke-width: 1.5; }
details { margin: 28px 0 8px; }
summary { cursor: pointer; color: var(--quiet); }
table { border-collapse: collapse; margin: 12px 0 24px; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th, td { padding: 2px 10px 2px 0; text-align: left; font-weight: normal; white-space: nowrap; border-bottom: 1px solid color-mix(in srgb, var(--quiet) 25%, transparent); }
thead th { color: var(--quiet); vertical-align: bottom; }
.shown td { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; padding-right: 20px; vertical-align: top; }
.shown .long { white-space: normal; }
.shown th { padding-right: 20px; }
th.number, .number { text-align: right; }`.trim()
