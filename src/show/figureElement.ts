// A panel's picture as an element of a page, which it fits, in colours that the page says as `--ink` and so on (look.ts). Its links are one stop of Tab, and arrows go from one to the next that lies there.

import type { Panel } from './figure.ts'
import { figureLooks, hundredths } from './look.ts'
import { looksOf } from './panels/kinds.ts'
import type { PictureRoom } from './panels/picture.ts'

/** - `name`: that of the picture, for who does not see it */
export function figureElement(panel: Panel, room: PictureRoom, name: string): SVGSVGElement {
  const { width, height, markup } = looksOf(panel).picture(panel, room)
  const [wide, high] = [hundredths(width), hundredths(height)]
  // Every text in the markup is escaped where it was written (look.ts), and nothing that is read so may run.
  const document = new DOMParser().parseFromString(
    `<svg xmlns="http://www.w3.org/2000/svg" class="figure" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}"><style>${figureLooks}</style>${markup}</svg>`,
    'image/svg+xml',
  )
  const svg = globalThis.document.importNode(document.documentElement, true) as Element as SVGSVGElement
  const links = [...svg.querySelectorAll<SVGAElement>('a')]
  svg.setAttribute('role', links.length > 0 ? 'group' : 'img')
  svg.setAttribute('aria-label', name)
  for (const [i, link] of links.entries()) link.setAttribute('tabindex', i === 0 ? '0' : '-1')
  svg.addEventListener('keydown', (event) => move(event, links))
  svg.addEventListener('focusin', ({ target }) => {
    for (const link of links) link.setAttribute('tabindex', link === target ? '0' : '-1')
  })
  return svg
}

const ways: Readonly<Record<string, readonly [across: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Goes to the nearest link in the way of an arrow; what lies aside of it counts as farther. */
function move(event: KeyboardEvent, links: readonly SVGAElement[]): void {
  const way = ways[event.key]
  const here = links.find((link) => link === event.target)
  if (!way || !here || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  const [x, y] = middleOf(here)
  let best: { readonly link: SVGAElement; readonly far: number } | undefined
  for (const link of links) {
    const [toX, toY] = middleOf(link)
    const [ahead, aside] =
      way[0] === 0 ? [(toY - y) * way[1], Math.abs(toX - x)] : [(toX - x) * way[0], Math.abs(toY - y)]
    const far = ahead + 3 * aside
    if (link !== here && ahead > 1 && (!best || far < best.far)) best = { link, far }
  }
  best?.link.focus()
}

/** The middle of where a link can be pressed. */
function middleOf(link: SVGAElement): readonly [number, number] {
  const { left, top, width, height } = (link.querySelector('.pressed') ?? link).getBoundingClientRect()
  return [left + width / 2, top + height / 2]
}
