// Who can be drawn on: a canvas, or paper that becomes an SVG. Pictures know no difference.

import { escaped } from '../look.ts'

/** Colours of everything around cells, in light and in dark. */
export interface Inks {
  readonly ground: string
  readonly text: string
  readonly quiet: string
  readonly hatch: string
}

export const inksOf = (isDark: boolean): Inks =>
  isDark
    ? { ground: '#16181d', text: '#e6ebf2', quiet: '#a3adba', hatch: '#2f343d' }
    : { ground: '#f8fafd', text: '#1b2430', quiet: '#566072', hatch: '#dfe3e8' }

export type TextAlign = 'start' | 'middle' | 'end'

export interface Pencil {
  fill(colour: string, x: number, y: number, width: number, height: number): void
  /** Slanted lines: what is masked. */
  hatch(x: number, y: number, width: number, height: number): void
  frame(colour: string, line: number, x: number, y: number, width: number, height: number): void
  /** A text beside, or above, a point, in the middle of its height; `isUpright`: written upwards. */
  write(colour: string, text: string, x: number, y: number, align?: TextAlign, size?: number, isUpright?: boolean): void
  /** A canvas with a pixel for each cell, its pixels as squares. */
  cells(canvas: HTMLCanvasElement, x: number, y: number, width: number, height: number): void
}

type PixelBox = readonly [x: number, y: number, width: number, height: number]

export const fontFamily = 'ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace'

/** A pencil on a canvas, which is cleared, and as sharp as the screen. */
export function onCanvas(canvas: HTMLCanvasElement, width: number, height: number, { ground, hatch }: Inks): Pencil {
  const scale = globalThis.devicePixelRatio || 1
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.scale(scale, scale)
  context.imageSmoothingEnabled = false
  context.textBaseline = 'middle'
  let hatched: CanvasPattern | null
  const fill = (style: string | CanvasPattern | null, box: PixelBox): void => {
    context.fillStyle = style ?? hatch
    context.fillRect(...box)
  }
  return {
    fill: (colour, ...box) => fill(colour, box),
    hatch: (...box) => fill((hatched ??= hatchOf(context, ground, hatch)), box),
    frame(colour, line, ...box) {
      context.strokeStyle = colour
      context.lineWidth = line
      context.strokeRect(...box)
    },
    write(colour, text, x, y, align = 'start', size = 11, isUpright = false) {
      context.save()
      context.fillStyle = colour
      context.font = `${size}px ${fontFamily}`
      context.textAlign = align === 'middle' ? 'center' : align
      context.translate(x, y)
      if (isUpright) context.rotate(-Math.PI / 2)
      context.fillText(text, 0, 0)
      context.restore()
    },
    cells: (canvas, ...box) => context.drawImage(canvas, ...box),
  }
}

function hatchOf(context: CanvasRenderingContext2D, ground: string, line: string): CanvasPattern | null {
  const tile = document.createElement('canvas')
  tile.width = tile.height = 6
  const own = tile.getContext('2d') as CanvasRenderingContext2D
  own.fillStyle = ground
  own.fillRect(0, 0, 6, 6)
  own.strokeStyle = line
  own.lineWidth = 1.5
  for (const x of [-6, 0, 6]) {
    own.moveTo(x - 1, 7)
    own.lineTo(x + 7, -1)
  }
  own.stroke()
  return context.createPattern(tile, 'repeat')
}

/** A pencil on paper: `markup` is the SVG's so far. */
export function onPaper(): Pencil & { readonly markup: string[] } {
  const markup: string[] = []
  const rect = ([x, y, width, height]: PixelBox, rest: string): void => {
    markup.push(`<rect x="${x}" y="${y}" width="${width}" height="${height}" ${rest}/>`)
  }
  return {
    markup,
    fill: (colour, ...box) => rect(box, `fill="${colour}"`),
    hatch: (...box) => rect(box, 'fill="url(#masked)"'),
    frame: (colour, line, ...box) => rect(box, `fill="none" stroke="${colour}" stroke-width="${line}"`),
    write(colour, text, x, y, align = 'start', size = 11, isUpright = false) {
      const place = `translate(${x} ${y})${isUpright ? ' rotate(-90)' : ''}`
      markup.push(
        `<text transform="${place}" dy=".35em" fill="${colour}" text-anchor="${align}" font-size="${size}">${escaped(text)}</text>`,
      )
    },
    cells: (canvas, x, y, width, height) => {
      markup.push(
        `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${canvas.toDataURL()}"/>`,
      )
    },
  }
}
