// What is looked at as a file: a picture (SVG, PNG), a page (HTML), or numbers (CSV).

import { HeadValues } from './headValues.ts'
import { packedKind } from './packing.ts'
import { attentionPage } from './page.ts'
import { svgOf } from './picture.ts'
import { isSeen } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { quantityNames } from './spoken.ts'
import type { AttentionFormat, AttentionViewName } from './view.ts'

const types: Readonly<Record<AttentionFormat, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  html: 'text/html',
  csv: 'text/csv',
}

/** The most cells whose numbers a page or a table holds. */
const mostCells = 4_000_000

/** A file of what a view shows. `script`: the text of the element's own file, where it is known; pages without it hold the picture. */
export async function exported(
  sight: HeadSight,
  view: AttentionViewName,
  format: AttentionFormat,
  script: string | undefined,
): Promise<Blob> {
  const isGrid = view === 'grid'
  let text: string
  if (format === 'csv') text = csv(isGrid ? headLines(sight) : await cellLines(sight))
  else if (format === 'html' && script) text = await pageOf(sight, view, script)
  else text = await svgOf(sight, isGrid)
  return format === 'png' ? rasterOf(text) : new Blob([text], { type: types[format] })
}

/** An SVG at twice its size. */
async function rasterOf(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = 2 * image.width
  canvas.height = 2 * image.height
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('this browser made no PNG. Save an SVG.'))))
  })
}

/** The page of all heads of this kind, or of the one head where these are too many. */
async function pageOf(sight: HeadSight, view: AttentionViewName, script: string): Promise<string> {
  const { provider, kind, layer, head, quantity, scale, size } = sight
  const cells = size.rows * size.columns
  if (cells > mostCells) throw new Error(`a head of ${cells} cells is too large for a page. Save a picture.`)
  const isAll = sight.layers.length * sight.heads.length * cells <= mostCells
  const [layers, heads] = isAll ? [sight.layers, sight.heads] : [[layer], [head]]
  const values = new Float32Array(layers.length * heads.length * cells)
  let place = 0
  for (const y of layers)
    for (const x of heads) {
      const own = new HeadValues(provider, [kind, y, x, quantity], size)
      await own.load()
      for (let row = 0; row < size.rows; row++, place += size.columns) values.set(await own.row(row), place)
    }
  const { tokens, sources, padding, sourcePadding, caption } = provider
  const scores = {
    [kind]: isAll ? sight.scores.map(({ name, values: own }) => ({ name, values: Array.from(own) })) : [],
  }
  const packed = [await packedKind({ kind, quantity, layers, heads, values })]
  return attentionPage({
    title: isAll ? 'Attention' : sight.title(),
    notes: caption ? [caption] : [],
    data: { tokens, sources, padding, sourcePadding, caption, scores, packed },
    attributes: { kind, view: isAll ? view : 'head', layer, head, quantity, scale },
    script,
  })
}

type Line = readonly (string | number)[]

/** Of all heads their scores. */
const headLines = ({ scores, layers, heads, kind }: HeadSight): Line[] => [
  ['kind', 'layer', 'head', ...scores.map(({ name }) => name)],
  ...layers.flatMap((layer, y) =>
    heads.map((head, x) => {
      const values = scores.map(({ values: own }) => own[y * heads.length + x])
      return [kind, layer, head, ...values.map((value) => (isSeen(value) ? value : ''))]
    }),
  ),
]

/** Of one head its cells; of one too large for that the row that is looked at. */
async function cellLines(sight: HeadSight): Promise<Line[]> {
  const { rows, columns } = sight.size
  const looked = sight.pinned?.position ?? rows - 1
  const [from, to] = rows * columns > mostCells ? [looked, looked + 1] : [0, rows]
  const lines: Line[] = [['position', 'token', 'source', 'source token', quantityNames[sight.quantity]]]
  for (let position = from; position < to; position++)
    lines.push(...rowLines(sight, position, (await sight.values?.row(position)) ?? new Float32Array()))
  return lines
}

/** The cells of a row that are not masked, with all digits. */
export const rowLines = ({ labels }: HeadSight, position: number, weights: Float32Array): Line[] =>
  [...weights.keys()]
    .filter((source) => isSeen(weights[source]))
    .map((source) => [position, labels.positions[position], source, labels.sources[source], weights[source]])

/** Comma-separated values (RFC 4180). */
const csv = (lines: readonly Line[]): string =>
  lines
    .map(
      (line) =>
        `${line.map((cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell))}\r\n`,
    )
    .join('')
