// A figure as a page: the picture, and its numbers as tables that can be read aloud, copied and searched. One file that loads nothing.

import type { Figure, Panel } from './figure.ts'
import { sixDigits } from './figureNumbers.ts'
import { figureSvg } from './figureSvg.ts'
import { escaped, figureStyle } from './look.ts'
import { barsTable } from './panels/bars.ts'
import { chartTable } from './panels/chart.ts'
import { gridTable } from './panels/grid.ts'
import type { PanelTable } from './panels/picture.ts'
import { tableOfTable } from './panels/table.ts'
import { readable } from './visible.ts'

/** A table of a page has at most so many cells; a larger one is cut, and says so. */
const mostCells = 20_000

/** A figure as an HTML page. */
export function figurePage(figure: Figure): string {
  const { title, panels } = figure
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
<main>
<h1>${escaped(readable(title))}</h1>
<div class="picture">
${figureSvg(figure).trim()}
</div>
<details>
<summary>The numbers as ${panels.length === 1 ? 'a table' : 'tables'}</summary>
${panels.map((panel, i) => tableMarkup(panel, panel.title ?? (panels.length === 1 ? title : `${title}, ${i + 1}`))).join('\n')}
</details>
</main>
</body>
</html>
`
}

function tableOf(panel: Panel): PanelTable {
  switch (panel.kind) {
    case 'grid':
      return gridTable(panel)
    case 'bars':
      return barsTable(panel)
    case 'lines':
      return chartTable(panel)
    case 'table':
      return tableOfTable(panel)
  }
}

function tableMarkup(panel: Panel, caption: string): string {
  const { columns, rows } = tableOf(panel)
  const shown = rows.slice(0, Math.max(1, Math.floor(mostCells / columns.length)))
  const left = rows.length - shown.length
  const head = columns.map((name) => `<th scope="col">${escaped(readable(name))}</th>`).join('')
  const body = shown.map(
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
body { margin: 0; padding: 24px; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color-scheme: light dark; }
h1 { margin: 0 24px; font-size: 20px; }
.picture, .numbers { overflow-x: auto; }
.picture > svg > .title { display: none; }
details { margin: 8px 24px; }
summary { cursor: pointer; color: var(--quiet); }
table { border-collapse: collapse; margin: 12px 0 24px; font-size: 13px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 4px 0; }
th, td { padding: 2px 10px 2px 0; text-align: left; font-weight: normal; white-space: nowrap; border-bottom: 1px solid color-mix(in srgb, var(--quiet) 25%, transparent); }
thead th { color: var(--quiet); }
.number { text-align: right; }`.trim()
