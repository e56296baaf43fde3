// The screen stays on while a training goes on, where a person wishes it and the browser can do it. The training itself needs none of it:
// it goes on in a hidden tab too, but a machine that falls asleep stops it.

const storageKey = 'cutaway-screen'

class Wakefulness {
  /** False where the browser cannot keep a screen on. */
  readonly isPossible = typeof navigator !== 'undefined' && 'wakeLock' in navigator
  #isWished = $state(false)
  #isNeeded = false
  #held: WakeLockSentinel | undefined
  #settled: Promise<void> = Promise.resolve()

  constructor() {
    try {
      this.#isWished = localStorage.getItem(storageKey) === 'on'
    } catch {}
    // The browser lets the screen go when the page is hidden.
    if (this.isPossible) document.addEventListener('visibilitychange', () => this.#settle())
  }

  get isWished(): boolean {
    return this.#isWished
  }

  set isWished(isWished: boolean) {
    this.#isWished = isWished
    try {
      localStorage.setItem(storageKey, isWished ? 'on' : 'off')
    } catch {}
    this.#settle()
  }

  /** Is told whether a training goes on. */
  need(isNeeded: boolean): void {
    this.#isNeeded = isNeeded
    this.#settle()
  }

  /** One after the other, so that no two are held. */
  #settle(): void {
    this.#settled = this.#settled.then(async () => {
      const isToHold = this.isPossible && this.#isWished && this.#isNeeded && document.visibilityState === 'visible'
      const isHeld = this.#held !== undefined && !this.#held.released
      if (isToHold === isHeld) return
      // A battery that is low, or a policy, may be against it: then the screen does what it always does.
      if (isToHold) this.#held = await navigator.wakeLock.request('screen').catch(() => undefined)
      else await this.#held?.release()
    })
  }
}

export const wakefulness = new Wakefulness()
