// How far everything around and in a view is scrolled, place by place: whoever comes back to a place sees it as it was left.

/** The scrolled elements: those around the view, from the inside out, and those in it. */
const scrollers = (view: Element): Element[] => {
  const around: Element[] = []
  for (let element: Element | null = view; element; element = element.parentElement) around.push(element)
  return [...around, ...view.querySelectorAll('.scroll')]
}

export class Scrolled {
  readonly #places = new Map<string, readonly (readonly [top: number, left: number])[]>()

  /** Remembers how it is now. */
  keep(place: string, view: Element): void {
    this.#places.set(
      place,
      scrollers(view).map(({ scrollTop, scrollLeft }) => [scrollTop, scrollLeft]),
    )
  }

  has(place: string): boolean {
    return this.#places.has(place)
  }

  /** Scrolls all of it to where it was, as far as it is there again. */
  restore(place: string, view: Element): void {
    for (const [i, [top, left]] of (this.#places.get(place) ?? []).entries()) {
      const scroller = scrollers(view)[i]
      if (!scroller) return
      if (scroller.scrollTop !== top) scroller.scrollTop = top
      if (scroller.scrollLeft !== left) scroller.scrollLeft = left
    }
  }
}

/** A place that is new is seen from its beginning. */
export function toBeginning(view: Element): void {
  for (const frame of [view.closest('.view'), view.closest('main')]) if (frame) frame.scrollTop = 0
  // Where the whole page scrolls, no further than to the view.
  if (view.getBoundingClientRect().top < 0) view.scrollIntoView({ block: 'start' })
}
