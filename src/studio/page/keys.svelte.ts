// The keys of the page: whoever shows something says which keys it hears and what they do, and the list of all keys is made of that.
//
//   $effect(() => keys.on({ key: 't', says: 'Train, or pause', does: () => … }))

import { untrack } from 'svelte'

export interface KeyUse {
  /** As `KeyboardEvent.key` has it; of a letter, the small one. */
  readonly key: string
  /** As the list names it, where that is not the key: "←". */
  readonly shown?: string
  /** Whatever it does, in a few words. */
  readonly says: string
  /** False says that it did nothing, and that another may. */
  readonly does: (event: KeyboardEvent) => unknown
}

const storageKey = 'cutaway-keys'

class Keys {
  #uses = $state.raw<readonly KeyUse[]>([])
  /** Single letters can get in the way of those who speak to their machine: they can be put off. */
  #isOn = $state(true)

  constructor() {
    try {
      this.#isOn = localStorage.getItem(storageKey) !== 'off'
    } catch {}
    addEventListener('keydown', (event) => this.#hear(event))
  }

  /** All that are heard now, the newest last. */
  get uses(): readonly KeyUse[] {
    return this.#uses
  }

  get isOn(): boolean {
    return this.#isOn
  }

  set isOn(isOn: boolean) {
    this.#isOn = isOn
    try {
      localStorage.setItem(storageKey, isOn ? 'on' : 'off')
    } catch {}
  }

  /** Hears keys until the function that is returned is called. Of two that use one key the newer comes first. */
  on(...uses: readonly KeyUse[]): () => void {
    this.#uses = [...untrack(() => this.#uses), ...uses]
    return () => {
      this.#uses = this.#uses.filter((use) => !uses.includes(use))
    }
  }

  #hear(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writes(event.target)) return
    if (!this.#isOn && event.key.length === 1) return
    // What stands over the page is closed first, by the browser.
    if (event.key === 'Escape' && document.querySelector(':popover-open')) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    for (const use of this.#uses.toReversed()) {
      if (use.key !== key || use.does(event) === false) continue
      event.preventDefault()
      return
    }
  }
}

/** True for what takes the keys itself: fields; and buttons take Enter and Space, selects and sliders arrows. */
function writes(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select, [contenteditable]')
  )
}

export const keys = new Keys()
