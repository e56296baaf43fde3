// Coming to a place: a new one is seen from its beginning; whoever goes up again comes to the very thing that was left, and sees all of it where
// it was. What is there comes bit by bit, so this holds until the person does something.

import { tick, untrack } from 'svelte'
import type { LookState } from './looking.svelte.ts'
import { Scrolled, toBeginning } from './scrolled.ts'

/** The longest wait for what comes: what is not there by then does not come any more. */
const patienceMs = 3000

/** Keeps the section in which a person looks where it was. To be called while the component of the section is made. */
export function keepPlaces(look: LookState, section: () => HTMLElement): void {
  const scrolled = new Scrolled()
  const placeNow = (): string => `${look.studio.at.as} ${look.studio.at.of} ${look.address}`
  let place = placeNow()
  // Before anything of the new place is drawn.
  $effect.pre(() => {
    const next = placeNow()
    if (next === place) return
    if (section()) scrolled.keep(place, section())
    place = next
  })
  $effect(() => {
    const { left } = look
    void look.address
    return untrack(() => {
      if (left !== undefined) return comeBack(left.address)
      void tick().then(() => toBeginning(section()))
      return undefined
    })
  })

  function comeBack(address: string): () => void {
    const view = section()
    const here = place
    const come = (): void => {
      const link = [...view.querySelectorAll<HTMLElement>('[data-to]')].find(({ dataset }) => dataset['to'] === address)
      if (link && document.activeElement !== link) link.focus({ preventScroll: scrolled.has(here) })
      scrolled.restore(here, view)
    }
    const changed = new MutationObserver(come)
    changed.observe(view, { childList: true, subtree: true, attributeFilter: ['data-to'] })
    const resized = new ResizeObserver(come)
    for (const each of [view, ...view.children]) resized.observe(each)
    const later = setTimeout(end, patienceMs)
    const own = ['wheel', 'keydown', 'pointerdown', 'touchstart'] as const
    for (const name of own) addEventListener(name, end, { passive: true })
    function end(): void {
      changed.disconnect()
      resized.disconnect()
      clearTimeout(later)
      for (const name of own) removeEventListener(name, end)
    }
    void tick().then(come)
    return end
  }
}
