// A figure as a picture: an SVG, which stands by itself in any document, light or dark.

import type { Figure } from './figure.ts'
import { wrapped } from './lines.ts'
import { between, escaped, figureStyle, hundredths, margin, textWidth } from './look.ts'
import { looksOf } from './panels/kinds.ts'
import { readable } from './visible.ts'

/** The height of a line of a title. */
const titleHeight = 19
/** A title in lines of some width: its letters are bold, and some 0.6 of their size wide. */
const titleLines = (title: string, width: number): string[] =>
  wrapped(readable(title), Math.floor(width / textWidth('m', 14)))

/** A figure as an SVG: its panels below one another. */
export function figureSvg({ title, notes = [], texts = [], panels }: Figure): string {
  const pictures = panels.map((panel) => ({ title: panel.title, ...looksOf(panel).picture(panel) }))
  const width = Math.ceil(Math.max(640, 2 * margin + Math.max(0, ...pictures.map((picture) => picture.width))))
  const heading = titleLines(title, width - 2 * margin)
  const below = (heading.length - 1) * titleHeight
  const said = notes.flatMap((note) => wrapped(readable(note), Math.floor((width - 2 * margin) / 6.6)))
  const quoted = texts.flatMap(({ tokens }) =>
    wrapped(`“${tokens.map(readable).join('')}”`, Math.floor((width - 2 * margin) / 8)),
  )
  const lines = [
    ...said.map((text) => `class="note">${escaped(text)}`),
    ...quoted.map((text) => `class="token" font-size="13">${escaped(text)}`),
  ]
  let y = margin + 20 + below + lines.length * 17 + 18
  const drawn = pictures.map(({ title: own, height, markup }) => {
    const over = own === undefined ? [] : titleLines(own, width - 2 * margin)
    const head = over
      .map((line, i) => `<text class="title" y="${14 + i * titleHeight}">${escaped(line)}</text>`)
      .join('')
    const top = over.length === 0 ? 0 : 24 + (over.length - 1) * titleHeight
    const group = `<g transform="translate(${margin} ${y})">${head}<g transform="translate(0 ${top})">${markup}</g></g>`
    y = hundredths(y + top + height + between)
    return group
  })
  const height = Math.ceil(y + margin - between)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(readable(title))}</title><desc>${escaped(notes.map(readable).join(' '))}</desc><style>${figureStyle}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    ...heading.map(
      (line, i) => `<text class="title" x="${margin}" y="${margin + 12 + i * titleHeight}">${escaped(line)}</text>`,
    ),
    ...lines.map((text, i) => `<text x="${margin}" y="${margin + below + 34 + i * 17}" ${text}</text>`),
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}
