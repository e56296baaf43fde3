// The curve as uPlot draws it: which lines, in what colours, on what scales.

import type uPlot from 'uplot'
import { countText, numberText } from '../numbers.ts'
import { colourOf } from '../theme.svelte.ts'
import { type CurveInks, type Paint, paintLevels, paintMarks } from './curvePaint.ts'

export interface LossPlotOptions {
  readonly width: number
  readonly height: number
  /** The steps count as their logarithms. */
  readonly isLog: boolean
  readonly heads: readonly string[]
  /** The first and the last step, the least and the greatest loss that are seen. */
  readonly extent: () => { readonly steps: readonly [number, number]; readonly losses: readonly [number, number] }
  readonly paint: () => Paint
  /** Called with the step that is pointed at. */
  readonly point: (step: number | undefined) => void
}

/** From this width on, names of lines stand right of the plot, in so much room. */
const roomy = 600
const namesWidth = 116

export function lossPlot({ width, height, isLog, heads, extent, paint, point }: LossPlotOptions): uPlot.Options {
  const inks = inksOf()
  const gutter = width >= roomy ? namesWidth : 0
  const line = (name: `--${string}`, width: number, more: Partial<uPlot.Series> = {}): uPlot.Series => ({
    stroke: colourOf(name),
    width,
    spanGaps: true,
    points: { show: false },
    ...more,
  })
  const held = { points: { show: true, size: 5, fill: colourOf('--accent'), stroke: colourOf('--accent') } }
  const others = { points: { show: true, size: 4, fill: colourOf('--div-0'), stroke: colourOf('--div-0') } }
  const axis: uPlot.Axis = {
    stroke: inks.muted,
    font: `11px ${fontFamily()}`,
    grid: { show: false },
    ticks: { stroke: inks.rule, size: 4, width: 1 },
    gap: 3,
  }
  return {
    width,
    height,
    padding: [6, gutter > 0 ? gutter + 4 : 16, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: false, distr: isLog ? 3 : 1, range: () => [...extent().steps] },
      y: { range: () => [...extent().losses] },
      heads: { range: [0, 1] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 60,
        values: (_, steps) => steps.map((step) => (step === null ? '' : countText(step))),
      },
      { ...axis, size: 38, space: 24, values: (_, losses) => losses.map((loss) => numberText(loss)) },
      ...(heads.length > 0 ? [{ ...axis, scale: 'heads', side: 1 as const, size: 32, space: 30 }] : []),
    ],
    series: [
      {},
      line('--seq-2', 1),
      line('--seq-3', 1, { dash: [4, 3] }),
      line('--accent', 2, held),
      line('--div-1', 1),
      line('--div-1', 1, { dash: [4, 3] }),
      line('--div-0', 2, others),
      ...heads.map(() => line('--value', 1, { scale: 'heads' })),
    ],
    // Between what is learnt from and what is held back lies what was learnt by heart.
    bands: [
      { series: [3, 2], fill: colourOf('--shade') },
      { series: [2, 3], fill: colourOf('--shade') },
    ],
    hooks: {
      drawClear: [(plot) => paintLevels(plot, paint(), inks, gutter)],
      draw: [(plot) => paintMarks(plot, paint(), inks)],
      setCursor: [
        (plot) => {
          const { left = -1 } = plot.cursor
          point(left < 0 ? undefined : Math.round(plot.posToVal(left, 'x')))
        },
      ],
    },
  }
}

const fontFamily = (): string => getComputedStyle(document.body).fontFamily

const inksOf = (): CurveInks => ({
  muted: colourOf('--muted'),
  accent: colourOf('--accent'),
  rule: colourOf('--edge'),
  page: colourOf('--page'),
  font: `${11 * devicePixelRatio}px ${fontFamily()}`,
})
