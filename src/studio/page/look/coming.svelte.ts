// Coming to a place: a new one is seen from its beginning; whoever goes up again comes to the very thing that was left, and sees all of it where
// it was. What is there comes bit by bit, so this holds until the person does something. A frame shows from where to where it goes.

import { tick, untrack } from 'svelte'
import type { LookState } from './looking.svelte.ts'
import { type Frame, frameOf, morph, seenFrameOf } from './morph.ts'
import { Scrolled, toBeginning } from './scrolled.ts'

/** The longest wait for what comes: what is not there by then does not come any more. */
const patienceMs = 3000

/** Keeps the section in which a person looks where it was. To be called while the component of the section is made. */
export function keepPlaces(look: LookState, section: () => HTMLElement): void {
  const scrolled = new Scrolled()
  const placeNow = (): string =>
    `${look.studio.at.as} ${look.studio.at.of} ${look.studio.at.instrument ?? ''} ${look.address}`
  let place = placeNow()
  let { address } = look
  /** The address before. */
  let former = address
  /** The cells of the lattice that were pressed, by the place where they stand: many of them open the same. */
  const cells = new Map<string, string>()
  /** The frame of what was pressed, and that of the picture that it was in. */
  let pressed: Frame | undefined
  /** Whatever was left and come back to already: a later way to the same place is another. */
  let done: LookState['left']
  let picture: Frame | undefined
  // Before anything of the new place is drawn.
  $effect.pre(() => {
    const next = placeNow()
    if (next === place || !section()) return
    const view = section()
    scrolled.keep(place, view)
    const focused = document.activeElement
    const cell = focused instanceof HTMLElement && view.contains(focused) ? focused.dataset['lattice'] : undefined
    if (cell === undefined) cells.delete(place)
    else cells.set(place, cell)
    place = next
    const link = look.address === address ? undefined : (cellAt(cell, view) ?? linkTo(look.address, view))
    pressed = link && frameOf(link)
    picture = pictureIn(view)
    former = address
    address = look.address
  })
  $effect(() => {
    const { left, address: now } = look
    return untrack(() => {
      const isNew = left !== done
      done = left
      const back =
        isNew && left?.to === now ? left.address : look.studio.wentBack && scrolled.has(place) ? former : undefined
      if (back !== undefined) return comeBack(back)
      const from = pressed
      pressed = undefined
      void tick().then(() => {
        toBeginning(section())
        const to = pictureIn(section())
        if (from && to) morph(from, to)
      })
      return undefined
    })
  })

  function comeBack(left: string): () => void {
    const view = section()
    const here = place
    let from = picture
    const leftLink = (): HTMLElement | undefined => cellAt(cells.get(here), view) ?? linkTo(left, view)
    const come = (): void => {
      const link = leftLink()
      if (link && document.activeElement !== link) link.focus({ preventScroll: scrolled.has(here) })
      scrolled.restore(here, view)
      if (link && from) morph(from, frameOf(link))
      if (link) from = undefined
    }
    const changed = new MutationObserver(come)
    changed.observe(view, { childList: true, subtree: true, attributeFilter: ['data-to'] })
    const resized = new ResizeObserver(come)
    for (const each of [view, ...view.children]) resized.observe(each)
    const later = setTimeout(end, patienceMs)
    // Whoever reads by ear moves the focus without any key.
    const elsewhere = ({ target }: FocusEvent): void => {
      if (target !== leftLink()) end()
    }
    addEventListener('focusin', elsewhere)
    const own = ['wheel', 'keydown', 'pointerdown', 'touchstart'] as const
    for (const name of own) addEventListener(name, end, { passive: true })
    function end(): void {
      removeEventListener('focusin', elsewhere)
      changed.disconnect()
      resized.disconnect()
      clearTimeout(later)
      for (const name of own) removeEventListener(name, end)
    }
    void tick().then(come)
    return end
  }
}

function pictureIn(view: HTMLElement): Frame | undefined {
  const picture = view.querySelector('.subject')
  return picture ? seenFrameOf(picture) : undefined
}

/** The thing that opens an address: what has the focus, or the first. */
function linkTo(address: string, view: HTMLElement): HTMLElement | undefined {
  const { activeElement: focused } = document
  if (focused instanceof HTMLElement && view.contains(focused) && focused.dataset['to'] === address) return focused
  return [...view.querySelectorAll<HTMLElement>('[data-to]')].find(({ dataset }) => dataset['to'] === address)
}

const cellAt = (address: string | undefined, view: HTMLElement): HTMLElement | undefined =>
  address === undefined
    ? undefined
    : [...view.querySelectorAll<HTMLElement>('[data-lattice]')].find(({ dataset }) => dataset['lattice'] === address)
