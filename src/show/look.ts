// The looks that all pictures share: colours for light and dark grounds, fonts, margins; and texts made safe for markup.

import { lengthOf } from './lines.ts'
import { readable } from './visible.ts'

/** The space around a figure, and between its panels, in pixels. */
export const margin = 24
export const between = 28
/** The width of a figure at which its panels go on in the next row. */
export const usualWidth = 1280

/** The looks of a figure, in colours that whoever shows it says; the names are those of the classes in its markup. */
export const figureLooks = `
.figure .ground { fill: var(--ground); }
.figure text { fill: var(--quiet); font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
.figure .title { fill: var(--text); font-weight: 600; font-size: 14px; }
.figure .note { font-size: 12px; }
.figure .token { fill: var(--text); font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.figure .ink { fill: var(--ink); }
.figure .against { fill: var(--against); }
.figure .over { fill: var(--ground); }
/* On shades of middle strength: whichever of both can be read. */
.figure .between { fill: var(--between); }
.figure .value { fill: var(--text); font-variant-numeric: tabular-nums; }
.figure .axis { stroke: var(--quiet); stroke-width: 1; fill: none; }
.figure .rule { stroke: var(--quiet); stroke-opacity: 0.25; stroke-width: 1; fill: none; }
.figure .edge { stroke: var(--ink); fill: none; }
.figure .dot { stroke: var(--text); stroke-width: 5; stroke-linecap: round; fill: none; }
.figure .pointed-at, .figure .pressed { fill: transparent; }
.figure .seen { fill: var(--seen); }
.figure a .token { text-decoration: underline; text-underline-offset: 0.2em; }
.figure a:focus-visible { outline: none; }
.figure a:focus-visible .pressed { stroke: var(--text); stroke-width: 2; }
.figure a:hover .pressed { stroke: var(--quiet); stroke-width: 1; }`.trim()

/** The same with colours: light, and dark where the reader prefers it. */
export const figureStyle = `
.figure { --ground: #ffffff; --text: #1f2328; --quiet: #59636e; --ink: #1f4fd8; --against: #b4430b; --seen: #1f4fd80d; --lift: 0%; --between: #1f2328; }
@media (prefers-color-scheme: dark) {
  .figure { --ground: #0d1117; --text: #e6edf3; --quiet: #9198a1; --ink: #7cc0ff; --against: #ffa657; --seen: #7cc0ff12; --lift: 45%; --between: #0d1117; }
}
${figureLooks}`.trim()

/** Colours of lines, light and dark: Okabe and Ito's, which all eyes tell apart, darkened for a light ground. */
const colours = ['#0072b2', '#b4430b', '#00805c', '#b0508a', '#8a6d00', '#3a8fc4', '#59636e', '#7a3fb5'] as const
/** The number of colours that lines may have. */
export const lineColours = colours.length

/** The colour of a line, as attributes; those after the last begin again. */
export function lineColour(line: number): string {
  const colour = colours[line % lineColours]
  return `stroke="${colour}" style="stroke:color-mix(in srgb,${colour},white var(--lift))"`
}

/** The width of a text in pixels, about: a character of a monospaced font is 0.6 of its size wide, others less. */
export const textWidth = (text: string, size: number): number => Math.ceil(0.61 * size * lengthOf(text))

/** A number of a picture: hundredths of a pixel are enough. */
export const hundredths = (value: number): number => Math.round(100 * value) / 100

/** The first lines of a page. */
export const pageStart = (title: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(readable(title))}</title>
`

/** The characters that no XML may hold, whoever wrote it. */
export const unwritable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu

/** A text in which nothing is markup. */
export function escaped(text: string): string {
  return text
    .replace(unwritable, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
