// <attention-view> measured in a page, up to the pixels: one is read back each time, so that nothing is left to be drawn later.

import type { AttentionProvider } from '../src/show/attentionView/data.ts'
import { AttentionView, defineAttentionView } from '../src/show/attentionView/element.ts'
import { MatrixTiles } from '../src/show/attentionView/matrixTiles.ts'
import { thumbnailsOf } from '../src/show/attentionView/pooling.ts'
import { providerOf } from '../src/show/attentionView/provider.ts'
import { HeadSight } from '../src/show/attentionView/sight.ts'

/** A pattern of a head that looks back, each head a little otherwise. */
function patternOf(count: number, head: number): Float32Array {
  const values = new Float32Array(count * count)
  for (let position = 0; position < count; position++)
    for (let source = 0; source < count; source++)
      values[position * count + source] =
        source > position ? Number.NaN : 1 / (1 + Math.abs(position - source - head) + (source % 7))
  return values
}

const tokensOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i % 100}`)

function read(view: AttentionView): void {
  view.shadowRoot?.querySelector('canvas')?.getContext('2d')?.getImageData(100, 100, 1, 1)
}

/** The time that something took, in ms. */
async function timed(act: () => unknown): Promise<number> {
  const begun = performance.now()
  await act()
  return performance.now() - begun
}

export async function measure(): Promise<Readonly<Record<string, readonly number[]>>> {
  defineAttentionView(() => import('../src/show/attentionView/more.ts'))
  document.body.replaceChildren()
  const view = document.createElement('attention-view')
  if (!(view instanceof AttentionView)) throw new Error('bench: the element is not known.')
  view.style.width = '1200px'
  document.body.append(view)
  const heads = Array.from({ length: 12 }, (_, head) => patternOf(512, head))
  const all = Array.from({ length: 144 }, (_, i) => heads[i % 12])
  const size = { rows: 512, columns: 512 }
  const pooling = await timed(() => thumbnailsOf(all, size))
  const thumbnails = await thumbnailsOf(all, size)
  const provider: AttentionProvider = {
    tokens: tokensOf(512),
    kinds: ['self'],
    layers: 12,
    heads: 12,
    thumbnails: () => thumbnails,
    head: (_, layer, head) => heads[(layer + head) % 12],
  }
  const drawn = async (): Promise<void> => {
    await view.drawn
    read(view)
  }
  const grid = await timed(() => {
    view.data = provider
    return drawn()
  })
  view.setAttribute('view', 'head')
  await drawn()
  const head: number[] = []
  for (let i = 1; i < 12; i++)
    head.push(
      await timed(() => {
        view.setAttribute('head', String(i))
        return drawn()
      }),
    )
  const canvas = view.shadowRoot?.querySelector('canvas')
  const box = canvas?.getBoundingClientRect() ?? new DOMRect()
  const hover: number[] = []
  for (let i = 0; i < 100; i++)
    hover.push(
      await timed(() => {
        const place = { clientX: box.left + 60 + i, clientY: box.top + 240 - i }
        canvas?.dispatchEvent(new PointerEvent('pointermove', place))
        read(view)
      }),
    )
  return { pooling: [pooling], grid: [grid], head, hover, ...(await measureLong(view, drawn)) }
}

async function measureLong(view: AttentionView, drawn: () => Promise<void>): Promise<Record<string, number[]>> {
  const count = 4096
  const values = patternOf(count, 1)
  const thumbnails = await thumbnailsOf([values], { rows: count, columns: count })
  const provider: AttentionProvider = {
    tokens: tokensOf(count),
    kinds: ['self'],
    layers: 1,
    heads: 1,
    thumbnails: () => thumbnails,
    head: () => values,
  }
  const long = await timed(() => {
    view.data = provider
    return drawn()
  })
  const sight = new HeadSight(providerOf(provider))
  sight.choose({})
  await sight.load(true)
  const tiles = await timed(() => {
    const painted = new MatrixTiles(() => {}).seen(sight, { row: 0, column: 0, rows: count, columns: count, step: 1 })
    if (painted.length !== 64) throw new Error(`bench: ${painted.length} tiles were painted.`)
  })
  return { long: [long], tiles: [tiles] }
}
