// A figure as a picture: an SVG, which stands by itself in any document, light or dark.

import type { Figure } from './figure.ts'
import { wrapped } from './lines.ts'
import { between, escaped, figureStyle, hundredths, margin, textWidth } from './look.ts'
import { looksOf } from './panels/kinds.ts'
import { readable } from './visible.ts'

/** The width of a title, about: its letters are bold, and some 0.6 of their size wide. */
const titleWidth = (title: string): number => textWidth(readable(title), 14)

/** A figure as an SVG: its panels below one another. */
export function figureSvg({ title, notes = [], texts = [], panels }: Figure): string {
  const pictures = panels.map((panel) => ({ title: panel.title, ...looksOf(panel).picture(panel) }))
  const titles = [title, ...panels.map((panel) => panel.title ?? '')]
  const widest = Math.max(...titles.map(titleWidth), ...pictures.map(({ width }) => width))
  const width = Math.ceil(Math.max(520, 2 * margin + widest))
  const said = notes.flatMap((note) => wrapped(readable(note), Math.floor((width - 2 * margin) / 6.6)))
  const quoted = texts.flatMap(({ tokens }) =>
    wrapped(`“${tokens.map(readable).join('')}”`, Math.floor((width - 2 * margin) / 8)),
  )
  const lines = [
    ...said.map((text) => `class="note">${escaped(text)}`),
    ...quoted.map((text) => `class="token" font-size="13">${escaped(text)}`),
  ]
  let y = margin + 20 + lines.length * 17 + 18
  const drawn = pictures.map(({ title: own, height, markup }) => {
    const head = own === undefined ? '' : `<text class="title" y="14">${escaped(readable(own))}</text>`
    const group = `<g transform="translate(${margin} ${y})">${head}<g transform="translate(0 ${own === undefined ? 0 : 24})">${markup}</g></g>`
    y = hundredths(y + (own === undefined ? 0 : 24) + height + between)
    return group
  })
  const height = Math.ceil(y + margin - between)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(readable(title))}</title><desc>${escaped(notes.map(readable).join(' '))}</desc><style>${figureStyle}</style>`,
    `<rect class="ground" width="${width}" height="${height}"/>`,
    `<text class="title" x="${margin}" y="${margin + 12}">${escaped(readable(title))}</text>`,
    ...lines.map((text, i) => `<text x="${margin}" y="${margin + 34 + i * 17}" ${text}</text>`),
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}
