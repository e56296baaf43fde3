// What is painted on a curve besides its lines: the computed lines with their names, milestones, and the step that is looked at.

import type uPlot from 'uplot'

export interface Level {
  readonly name: string
  readonly loss: number
}

export interface Mark {
  readonly step: number
  readonly name: string
}

export interface Paint {
  readonly levels: readonly Level[]
  readonly best: Level | undefined
  readonly marks: readonly Mark[]
  /** The steps whose weights are kept. */
  readonly kept: readonly number[]
  /** The step that is looked at, in place of the last one. */
  readonly at: number | undefined
  /** The step that it is held beside. */
  readonly beside: number | undefined
}

export interface CurveInks {
  readonly muted: string
  readonly accent: string
  readonly rule: string
  readonly page: string
  readonly font: string
}

/** Names keep so far from one another, in CSS pixels. */
const lineHeight = 13

/**
 * Paints behind the lines: every level, and its name at its end.
 *
 * - `gutter`: so wide is the place for names right of the plot; 0 where they stand on their lines
 */
export function paintLevels(
  plot: uPlot,
  { levels, best }: Paint,
  { muted, accent, font, page }: CurveInks,
  gutter: number,
): void {
  const { ctx, bbox } = plot
  const dots = devicePixelRatio
  const right = bbox.left + bbox.width
  ctx.save()
  ctx.font = font
  ctx.textBaseline = gutter > 0 ? 'middle' : 'alphabetic'
  ctx.textAlign = gutter > 0 ? 'left' : 'right'
  const all = [...levels.map((each) => ({ ...each, ink: muted })), ...(best ? [{ ...best, ink: accent }] : [])]
  let free = Number.NEGATIVE_INFINITY
  for (const { name, loss, ink } of all.sort((a, b) => b.loss - a.loss)) {
    const y = level(plot, loss, ink, ink === accent ? [1, 3] : [2, 4])
    if (y === undefined) continue
    // Names that would touch go down, one below the other.
    const text = Math.max(gutter > 0 ? y : y - 4 * dots, free)
    write(ctx, name, gutter > 0 ? right + 6 * dots : right - 4 * dots, text, ink, page)
    free = text + lineHeight * dots
  }
  ctx.restore()
}

/**
 * The heights at which names of milestones are written, from the top down, one for each: between the levels, whose dots would cross them.
 *
 * - `levels`: the heights of the levels; `line`: that of a line of text
 */
export function heightsBetween(
  levels: readonly number[],
  { top, line, count }: { readonly top: number; readonly line: number; readonly count: number },
): number[] {
  const heights: number[] = []
  for (let y = top; heights.length < count; ) {
    // Letters stand on their height: the middle of them is a third of a line above it.
    const crossing = levels.find((level) => Math.abs(level - (y - line / 3)) < line / 2)
    if (crossing === undefined) heights.push(y)
    y = (crossing ?? y) + line
  }
  return heights
}

/** Paints over the lines. */
export function paintMarks(
  plot: uPlot,
  { marks, kept, at, beside, levels }: Paint,
  { muted, accent, font, page, rule }: CurveInks,
): void {
  const { ctx, bbox } = plot
  const dots = devicePixelRatio
  const bottom = bbox.top + bbox.height
  ctx.save()
  ctx.font = font
  ctx.textAlign = 'left'
  ctx.textBaseline = 'alphabetic'
  const ends: number[] = []
  const heights = heightsBetween(
    levels.map(({ loss }) => plot.valToPos(loss, 'y', true)),
    { top: bbox.top + 32 * dots, line: lineHeight * dots, count: marks.length },
  )
  for (const { step, name } of marks) {
    const x = Math.round(plot.valToPos(step, 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    const width = ctx.measureText(name).width
    const isRoom = x + width + 6 * dots < bbox.left + bbox.width
    const left = isRoom ? x + 4 * dots : x - width - 4 * dots
    // Right of where a falling curve passes, and above it, nothing is drawn: there the names stand, in as many rows as they need.
    let row = ends.findIndex((end) => end < left)
    if (row < 0) row = ends.length
    ends[row] = left + width + 8 * dots
    const y = heights[row]
    stroke(ctx, [x, y - 9 * dots], [x, bottom], rule, dots)
    dot(ctx, x, bottom, muted)
    write(ctx, name, left, y, muted, page)
  }
  for (const step of kept) {
    const x = Math.round(plot.valToPos(step, 'x', true))
    if (x >= bbox.left) stroke(ctx, [x, bottom - 4 * dots], [x, bottom], accent, dots)
  }
  for (const [step, dashes] of [
    [at, []],
    [beside, [4, 3]],
  ] as const) {
    if (step === undefined) continue
    const x = Math.round(plot.valToPos(step, 'x', true))
    ctx.setLineDash(dashes.map((dash) => dash * dots))
    stroke(ctx, [x, bbox.top], [x, bottom], accent, 1.5 * dots)
  }
  ctx.restore()
}

/** A line across at a loss; its height on the canvas, if it is seen. */
function level(plot: uPlot, loss: number, ink: string, dashes: readonly number[]): number | undefined {
  const { ctx, bbox } = plot
  const y = Math.round(plot.valToPos(loss, 'y', true))
  if (y < bbox.top || y > bbox.top + bbox.height) return undefined
  ctx.setLineDash(dashes.map((dash) => dash * devicePixelRatio))
  stroke(ctx, [bbox.left, y], [bbox.left + bbox.width, y], ink, devicePixelRatio)
  ctx.setLineDash([])
  return y
}

function stroke(
  ctx: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
  ink: string,
  width: number,
): void {
  ctx.beginPath()
  ctx.moveTo(...from)
  ctx.lineTo(...to)
  ctx.strokeStyle = ink
  ctx.lineWidth = width
  ctx.stroke()
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number, ink: string): void {
  ctx.beginPath()
  ctx.arc(x, y, 2.5 * devicePixelRatio, 0, 2 * Math.PI)
  ctx.fillStyle = ink
  ctx.fill()
}

/** Text with a little of the page around it, so that lines behind do not cross it. */
function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, ink: string, page: string): void {
  ctx.lineWidth = 3 * devicePixelRatio
  ctx.lineJoin = 'round'
  ctx.strokeStyle = page
  ctx.strokeText(text, x, y)
  ctx.fillStyle = ink
  ctx.fillText(text, x, y)
}
