// What is looked at as a file: a picture (SVG, PNG), a page (HTML), or numbers (CSV).

import { packedKind } from './packing.ts'
import { attentionPage } from './page.ts'
import { svgOf } from './picture.ts'
import { isSeen } from './pooling.ts'
import type { HeadSight } from './sight.ts'
import { quantityNames } from './spoken.ts'
import type { AttentionViewName } from './view.ts'

export type AttentionFormat = 'svg' | 'png' | 'html' | 'csv'

export const attentionFormats: readonly AttentionFormat[] = ['svg', 'png', 'html', 'csv']

/** The most cells whose numbers a page or a table holds. */
const mostCells = 4_000_000

/** A file of what a view shows. `script`: the text of the element's own file, where it is known; pages without it hold the picture. */
export async function exported(
  sight: HeadSight,
  {
    view,
    format,
    script,
  }: { readonly view: AttentionViewName; readonly format: AttentionFormat; readonly script?: string | undefined },
): Promise<Blob> {
  if (format === 'csv') return new Blob([await tableOf(sight, view)], { type: 'text/csv' })
  if (format === 'html' && script !== undefined)
    return new Blob([await pageOf(sight, view, script)], { type: 'text/html' })
  const svg = await svgOf(sight, view === 'grid')
  if (format === 'html')
    return new Blob(
      [`<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${sight.title()}</title>\n${svg}\n</html>\n`],
      {
        type: 'text/html',
      },
    )
  return format === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : rasterOf(svg)
}

/** An SVG at twice its size. */
async function rasterOf(svg: string): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = 2 * image.width
  canvas.height = 2 * image.height
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('attention-view: this browser made no PNG.'))))
  })
}

/** The page of all heads of this kind, or of the one head where these are too many. */
async function pageOf(sight: HeadSight, view: AttentionViewName, script: string): Promise<string> {
  const { provider, kind, quantity, size, scale } = sight
  const cells = size.rows * size.columns
  const isAll = sight.layers.length * sight.heads.length * cells <= mostCells
  const layers = isAll ? sight.layers : [sight.layer]
  const heads = isAll ? sight.heads : [sight.head]
  if (cells > mostCells)
    throw new Error(
      `attention-view: a head of ${size.rows} × ${size.columns} cells is too large for a page. Save a picture.`,
    )
  const values = new Float32Array(layers.length * heads.length * cells)
  for (const [y, layer] of layers.entries())
    for (const [x, head] of heads.entries())
      values.set(await provider.head(kind, layer, head, quantity), (y * heads.length + x) * cells)
  const packed = [await packedKind({ kind, quantity, layers, heads, values })]
  const { tokens, sources, padding, sourcePadding, caption, scores } = provider
  // JSON has no NaN: it becomes null, which is no number either.
  const own = isAll ? scores?.[kind]?.map(({ name, values: of }) => ({ name, values: Array.from(of) })) : undefined
  return attentionPage({
    title: isAll ? 'Attention' : `Attention, ${sight.title()}`,
    notes: caption === undefined ? [] : [caption],
    data: { tokens, sources, padding, sourcePadding, caption, packed, ...(own && { scores: { [kind]: own } }) },
    attributes: { kind, view: isAll ? view : 'head', layer: sight.layer, head: sight.head, quantity, scale },
    script,
  })
}

/** Of all heads their scores; of one head its cells; of one too large for that the row that is looked at. */
async function tableOf(sight: HeadSight, view: AttentionViewName): Promise<string> {
  const { scores, layers, heads, kind } = sight
  if (view === 'grid') {
    const lines = layers.flatMap((layer, y) =>
      heads.map((head, x) => [kind, layer, head, ...scores.map(({ values }) => number(values[y * heads.length + x]))]),
    )
    return csv([['kind', 'layer', 'head', ...scores.map(({ name }) => name)], ...lines])
  }
  const { positions, sources } = sight.labels
  const looked = (sight.pointed ?? sight.pinned)?.position ?? positions.length - 1
  const isWhole = positions.length * sources.length <= mostCells
  const lines: (string | number)[][] = []
  for (const [position, token] of positions.entries()) {
    if (!isWhole && position !== looked) continue
    const row = (await sight.values?.row(position)) ?? []
    for (const [source, value] of row.entries())
      if (isSeen(value)) lines.push([position, token, source, sources[source], value])
  }
  return csv([['position', 'token', 'source', 'source token', quantityNames[sight.quantity]], ...lines])
}

const number = (value: number): string | number => (isSeen(value) ? value : '')

/** Comma-separated values (RFC 4180). */
const csv = (rows: readonly (readonly (string | number)[])[]): string =>
  `${rows.map((row) => row.map((cell) => (/[",\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(',')).join('\r\n')}\r\n`
