// Train is folded to its strip while Look is in front, so that Look has the room; unless the person has unfolded it there, which is remembered.

import { MediaQuery } from 'svelte/reactivity'
import type { Studio } from '../studio.svelte.ts'

const storageKey = 'cutaway-train-unfolded'

export class RoomForLook {
  readonly #studio: Studio
  /** Where one view is seen at a time, there is nothing to make room for. */
  readonly #isDesk = new MediaQuery('width >= 64rem', false)
  #isUnfolded = $state(isKept())
  readonly isFolded = $derived.by(() => this.isPossible && this.#studio.view === 'look' && !this.#isUnfolded)

  constructor(studio: Studio) {
    this.#studio = studio
  }

  get isPossible(): boolean {
    return this.#isDesk.current && this.#studio.run !== undefined
  }

  /** Folds it, and goes to Look, which has the room then; or unfolds it. */
  turn(): void {
    this.#isUnfolded = this.isFolded
    keep(this.#isUnfolded)
    if (!this.#isUnfolded) this.#studio.go({ view: 'look' }, { replace: true })
  }
}

// Where nothing may be kept, it is remembered as long as the page is there.
function isKept(): boolean {
  try {
    return localStorage.getItem(storageKey) !== null
  } catch {
    return false
  }
}
function keep(isUnfolded: boolean): void {
  try {
    if (isUnfolded) localStorage.setItem(storageKey, 'yes')
    else localStorage.removeItem(storageKey)
  } catch {}
}
