// A figure as a page: the picture, and its numbers as tables that can be read aloud, copied and searched. One file that loads nothing.

import type { Figure, Panel } from './figure.ts'
import { sixDigits } from './figureNumbers.ts'
import { escaped, figureStyle, hundredths, pageStart } from './look.ts'
import { looksOf } from './panels/kinds.ts'
import type { PanelTable } from './panels/picture.ts'
import { readable } from './visible.ts'

/** The tables of a panel have at most so many cells; what is more is cut, and the page says so. */
const mostCells = 20_000

/** A figure as an HTML page. */
export function figurePage({ title, notes = [], panels }: Figure): string {
  const captionOf = (panel: Panel, i: number): string =>
    panel.title ?? (panels.length === 1 ? title : `${title}, ${i + 1}`)
  return `${pageStart(title)}<style>
${figureStyle}
${pageStyle}
</style>
<body class="figure">
<header>
<h1>${escaped(readable(title))}</h1>
</header>
<main>
${notes.map((note) => `<p class="note">${escaped(readable(note))}</p>\n`).join('')}${panels.map(partOf).join('\n')}
<details>
<summary>The numbers as ${panels.length === 1 ? 'a table' : 'tables'}</summary>
${panels.map((panel, i) => tablesMarkup(looksOf(panel).tables(panel), captionOf(panel, i))).join('\n')}
</details>
</main>
</body>
</html>
`
}

/** A panel below its title: its picture, or what a page shows in its place. */
function partOf(panel: Panel): string {
  const { page = asPicture } = looksOf(panel)
  return panel.title === undefined ? page(panel) : `<h2>${escaped(readable(panel.title))}</h2>\n${page(panel)}`
}

function asPicture(panel: Panel): string {
  const { width, height, markup } = looksOf(panel).picture(panel)
  const [wide, high] = [hundredths(width), hundredths(height)]
  const label = panel.title === undefined ? '' : ` aria-label="${escaped(readable(panel.title))}"`
  return `<div class="picture"><svg class="figure" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" role="img"${label}>${markup}</svg></div>`
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
h1 { margin: 0 0 8px; font-size: 20px; }
h2 { margin: 28px 0 8px; font-size: 16px; }
p { margin: 0 0 8px; }
p.note { color: var(--quiet); max-width: 80em; margin: 0 0 4px; font-size: 13px; }
.picture, .numbers { overflow-x: auto; }
.picture { margin: 12px 0; }
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
