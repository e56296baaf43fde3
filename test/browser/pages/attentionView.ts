// <attention-view> in any browser: drawn, looked at by keys, and saved.

import { AttentionView, defineAttentionView } from '../../../src/show/attentionView/element.ts'

export async function attentionView(): Promise<object> {
  defineAttentionView(() => import('../../../src/show/attentionView/more.ts'))
  const view = document.createElement('attention-view')
  if (!(view instanceof AttentionView)) throw new Error('the element is not known')
  document.body.append(view)
  view.setAttribute('theme', 'light')
  view.data = { tokens: ['a', 'b'], layers: 1, heads: 2, values: Float32Array.of(1, 0, 0, 1, 1, 0, 0.75, 0.25) }
  await view.drawn
  const root = view.shadowRoot
  const heads = root?.querySelectorAll('[role=gridcell]').length
  root?.querySelectorAll<HTMLElement>('[role=gridcell]')[1].click()
  await view.drawn
  const grid = root?.querySelector<HTMLElement>('.window')
  for (const key of ['ArrowDown', 'ArrowLeft', 'ArrowLeft', 'Enter'])
    grid?.dispatchEvent(new KeyboardEvent('keydown', { key }))
  const canvas = root?.querySelector('canvas')
  const scale = Number(canvas?.width) / Number.parseFloat(canvas?.style.width ?? '')
  const [x, y] = [30 * scale, 70 * scale]
  const cell = canvas?.getContext('2d')?.getImageData(x + 12, y, 1, 1).data
  const files = await Promise.all((['svg', 'png', 'html', 'csv'] as const).map((format) => view.exported(format)))
  return {
    heads,
    said: root?.querySelector('[role=gridcell]')?.textContent,
    pinned: view.pinned,
    isPainted: cell !== undefined && cell[3] === 255 && cell[0] < 0xf8,
    types: files.map(({ type }) => type),
    csv: await files[3].text(),
  }
}
