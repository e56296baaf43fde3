// Texts and numbers in columns.

import type { FigureColumn, PanelOf } from '../figure.ts'
import { numberWriter, sixDigits } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { escaped, hundredths, textWidth } from '../look.ts'
import { cut, readable } from '../visible.ts'
import { columnLines, type TextColumn } from './columns.ts'
import type { PanelPicture, PanelTable } from './picture.ts'

type Table = PanelOf<'table'>

const headOf = ({ name, unit }: FigureColumn): string => readable(unit ? `${name} (${unit})` : name)

/** The columns as texts: the numbers of one with equally many decimals, where they are of one size. */
function columnsOf({ columns, rows }: Table): TextColumn[] {
  return columns.map((column, i) => {
    const own = rows.map((row) => row[i] ?? '')
    const numbers = own.filter((cell): cell is number => typeof cell === 'number')
    const write = numberWriter(numbers)
    return {
      name: headOf(column),
      align: column.align ?? (numbers.length > 0 ? 'right' : 'left'),
      cells: own.map((cell) => (typeof cell === 'number' ? write(cell) : readable(cell))),
    }
  })
}

export const tablePanelLines = (panel: Table, { width }: LineOptions): string[] => columnLines(columnsOf(panel), width)

export const tableOfTable = ({ columns, rows, places }: Table): PanelTable => ({
  places,
  columns: columns.map(headOf),
  rows: rows.map((row) => row.map((cell) => (typeof cell === 'number' ? sixDigits(cell) : cell))),
})

const font = 12
const height = 20
const gap = 20
/** A text is cut after so many characters; the page has it whole. */
const mostCharacters = 90

/** A table in a page: rows that are broken where the window is narrow, nothing cut. */
export function tablePage(panel: Table): string {
  const columns = columnsOf(panel)
  const cell = (text: string, align: TextColumn['align'], tag = 'td'): string => {
    const looks = align === 'right' ? ' class="number"' : lengthOf(text) > 40 ? ' class="long"' : ''
    return `<${tag}${looks}>${escaped(text)}</${tag}>`
  }
  const heads = columns.map(({ name, align }) => cell(name, align, 'th')).join('')
  const body = panel.rows.map(
    (_, row) => `<tr>${columns.map(({ cells, align }) => cell(cells[row], align)).join('')}</tr>`,
  )
  return `<div class="numbers"><table class="shown"><thead><tr>${heads}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}

export function tablePicture(panel: Table): PanelPicture {
  const columns = columnsOf(panel).map(({ name, align, cells }) => ({
    align,
    texts: [name, ...cells].map((text) => cut(text, mostCharacters)),
  }))
  let left = 0
  const placed = columns.map(({ align, texts }) => {
    const wide = Math.max(...texts.map((text) => textWidth(text, font)))
    const x = align === 'left' ? left : left + wide
    left += wide + gap
    return { align, texts, x }
  })
  const count = panel.rows.length
  const rules = Array.from(
    { length: count },
    (_, row) => `<path class="rule" d="M0 ${hundredths((row + 1) * height)}h${left - gap}"/>`,
  )
  return {
    width: Math.max(0, left - gap),
    height: (count + 1) * height,
    markup: `${rules.join('')}<g font-size="${font}">${placed
      .flatMap(({ align, texts, x }) =>
        texts.map(
          (text, row) =>
            `<text class="${row === 0 ? 'head' : 'value token'}" x="${x}" y="${row * height + 14}"${align === 'right' ? ' text-anchor="end"' : ''}>${escaped(text)}</text>`,
        ),
      )
      .join('')}</g>`,
  }
}
