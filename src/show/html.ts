// Attention patterns as a page: the same panels as in the SVG, and what the cell below the pointer means. The page is one
// file and loads nothing.

import { type AttentionPattern, looksOnlyBack, titleOf } from '../inspect/pattern.ts'
import { percent } from './amounts.ts'
import { escaped, figureStyle } from './look.ts'
import { attentionOf, heightOf, type PatternFigure, panel, panelSizes, scale, sidesOf } from './svg.ts'
import { visible } from './visible.ts'

/** The patterns of a text as an HTML page. */
export function patternPage(figure: PatternFigure): string {
  const { tokens, source, patterns } = figure
  const sizes = panelSizes(figure)
  const { width } = sizes
  const layers = [...Map.groupBy(patterns, attentionOf)]
  const svg = (pattern: AttentionPattern, i: number): string => {
    const height = heightOf(pattern, sizes)
    return `<svg class="figure panel" data-panel="${i}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${titleOf(pattern)}">${panel(figure, pattern, sizes)}<rect class="pointed" hidden/></svg>`
  }
  const rows = layers.map(
    ([attention, own]) =>
      `<section><h2>${attention.replace(/^./, (first) => first.toUpperCase())}</h2><div class="heads">${own.map((pattern) => svg(pattern, patterns.indexOf(pattern))).join('\n')}</div></section>`,
  )
  const textOf = (name: string, of: readonly string[]): string =>
    `<p class="text ${name}">${of.map((token) => `<span>${escaped(visible(token))}</span>`).join('')}</p>`
  const data = {
    sizes,
    panels: patterns.map((pattern) => {
      const { part, sources, shares } = pattern
      const { asking, answering } = sidesOf(figure, pattern)
      return {
        title: titleOf(pattern),
        asking: asking.map(visible),
        answering: answering.map(visible),
        // Which of the texts at the top they are.
        asks: part === 'encoder' ? 'source' : 'tokens',
        answers: part === 'encoder' || part === 'cross' ? 'source' : 'tokens',
        isCausal: looksOnlyBack(pattern),
        sources,
        shares: packed(shares),
      }
    }),
  }
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Attention: where each position looks</title>
<style>
${figureStyle}
${pageStyle}
</style>
<body class="figure">
<header>
<h1>Attention: where each position looks</h1>
${source ? `${textOf('source', source)}\n` : ''}${textOf('tokens', tokens)}
<p class="told" aria-live="polite">Point at a cell, or at a token of the text.</p>
<svg class="figure" width="500" height="32" viewBox="0 0 500 32" role="img" aria-label="scale">${scale()}</svg>
</header>
${rows.join('\n')}
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script type="module">
${pageScript}
</script>
</body>
</html>
`
}

/** Shares as 16 bits each, in base 64: a page with many heads of a long text stays small. */
function packed(shares: Float32Array): string {
  let bytes = ''
  for (const share of shares) {
    const whole = Math.round(share * 0xffff)
    bytes += String.fromCharCode(whole & 0xff, whole >> 8)
  }
  return btoa(bytes)
}

const pageStyle = `
body { margin: 0; padding: 0 24px 48px; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color-scheme: light dark; }
header { position: sticky; top: 0; padding: 16px 0 8px; background: var(--ground); border-bottom: 1px solid color-mix(in srgb, var(--quiet) 30%, transparent); }
h1 { margin: 0 0 8px; font-size: 20px; }
h2 { margin: 28px 0 8px; font-size: 16px; }
p { margin: 0 0 8px; }
.text { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 15px; overflow-wrap: anywhere; max-height: 6em; overflow: auto; }
.text span { padding: 2px 0; border-radius: 2px; cursor: default; }
.text .asks { outline: 2px solid var(--text); outline-offset: -1px; }
.told { color: var(--quiet); min-height: 1.5em; }
.told b { color: var(--text); }
.heads { display: flex; flex-wrap: wrap; gap: 28px; overflow-x: auto; }
.panel { flex: none; touch-action: pan-x pan-y; }
.pointed { fill: none; stroke: var(--text); stroke-width: 1.5; }`.trim()

const pageScript = `
const { sizes, panels } = JSON.parse(document.getElementById('data').textContent)
for (const panel of panels) {
  const bytes = Uint8Array.from(atob(panel.shares), (character) => character.charCodeAt(0))
  panel.shares = new Uint16Array(bytes.buffer)
}
const told = document.querySelector('.told')
const spansOf = (name) => [...document.querySelectorAll('.' + name + ' span')]
const spans = { tokens: spansOf('tokens'), source: spansOf('source') }
const bold = (text) => Object.assign(document.createElement('b'), { textContent: text })
const percent = ${percent}
const shareOf = ({ shares, sources }, position, source) => shares[position * sources + source] / 0xffff

function show(panel, position) {
  for (const span of [...spans.tokens, ...spans.source]) {
    span.style.background = ''
    span.className = ''
  }
  spans[panel.answers].forEach((span, source) => {
    const share = shareOf(panel, position, source)
    span.style.background = 'color-mix(in srgb, var(--ink) ' + Math.round(85 * Math.sqrt(share)) + '%, transparent)'
  })
  spans[panel.asks][position].className = 'asks'
}

let last = panels[0]
for (const svg of document.querySelectorAll('.panel')) {
  const panel = panels[svg.dataset.panel]
  const mark = svg.querySelector('.pointed')
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect()
    const source = Math.floor((event.clientX - box.left - sizes.left) / sizes.cell)
    const position = Math.floor((event.clientY - box.top - sizes.top) / sizes.cell)
    const isCell = source >= 0 && position >= 0 && source < panel.answering.length && position < panel.asking.length
    mark.toggleAttribute('hidden', !isCell)
    if (!isCell) return
    last = panel
    const place = { x: sizes.left + source * sizes.cell, y: sizes.top + position * sizes.cell, width: sizes.cell, height: sizes.cell }
    for (const [name, value] of Object.entries(place)) mark.setAttribute(name, value)
    const share = shareOf(panel, position, source)
    const isLater = panel.isCausal && source > position
    told.replaceChildren(
      panel.title + ': position ' + position + ' ', bold(panel.asking[position]),
      ...(isLater ? [' cannot see'] : [' gives ', bold(percent(share)), ' of its attention to']),
      ' source ' + source + ' ', bold(panel.answering[source]), isLater ? ', which comes later' : '',
    )
    show(panel, position)
  })
  svg.addEventListener('pointerleave', () => mark.setAttribute('hidden', ''))
}
for (const name of ['tokens', 'source']) {
  spans[name].forEach((span, position) => {
    span.addEventListener('pointerenter', () => {
      if (last.asks !== name) last = panels.find((panel) => panel.asks === name) ?? last
      if (last.asks !== name) return
      told.replaceChildren(last.title + ': where position ' + position + ' ', bold(last.asking[position]), ' looks')
      show(last, position)
    })
  })
}`.trim()
