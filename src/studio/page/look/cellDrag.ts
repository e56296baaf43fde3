// A cell that is dragged: on the way the model runs anew now and then, and at the end with the number that stands then. All of it is one step in
// the history of the page.

import type { PlainEdit } from '../../talk/questions.ts'

/** On the way an edit is made at most so often, so that answers keep up. */
const everyMs = 120

export class Pull {
  readonly #edit: (edit: PlainEdit, isOnTheWay: boolean) => void
  #isOnTheWay = false
  #last = 0

  constructor(edit: (edit: PlainEdit, isOnTheWay: boolean) => void) {
    this.#edit = edit
  }

  /** The cell is dragged to a number. */
  to(at: string, to: number): void {
    const now = performance.now()
    if (!Number.isFinite(to) || now - this.#last < everyMs) return
    this.#last = now
    this.#edit({ at, to }, this.#isOnTheWay)
    this.#isOnTheWay = true
  }

  /** The cell is let go. */
  end(at: string, to: number): void {
    if (Number.isFinite(to)) this.#edit({ at, to }, this.#isOnTheWay)
    this.#isOnTheWay = false
    this.#last = 0
  }
}

/** A cell of a matrix that is taken by a pointer: up makes it larger, down smaller. */
export class CellDrag {
  readonly #pull: Pull
  #taken: (TakenCell & { readonly top: number; isMoved: boolean }) | undefined

  constructor(edit: (edit: PlainEdit, isOnTheWay: boolean) => void) {
    this.#pull = new Pull(edit)
  }

  get isTaken(): boolean {
    return this.#taken !== undefined
  }

  /** - `top`: where the pointer is, in CSS pixels */
  take(top: number, cell: TakenCell): void {
    this.#taken = { ...cell, top, isMoved: false }
  }

  move(top: number): void {
    const taken = this.#taken
    if (!taken || (!taken.isMoved && Math.abs(top - taken.top) < leastWay)) return
    taken.isMoved = true
    this.#pull.to(taken.cell, valueAt(taken, top))
  }

  /** True if it was dragged, and not only pressed. */
  letGo(top: number): boolean {
    const taken = this.#taken
    this.#taken = undefined
    if (taken?.isMoved) this.#pull.end(taken.cell, valueAt(taken, top))
    return taken?.isMoved ?? false
  }
}

interface TakenCell {
  readonly cell: string
  readonly value: number
  /** The largest number of the matrix: as much as a way of `whole` pixels. */
  readonly most: number
}

const whole = 100
/** A pointer that moves less presses, and does not drag. */
const leastWay = 5

const valueAt = (taken: TakenCell & { readonly top: number }, top: number): number =>
  taken.value + ((taken.top - top) / whole) * (taken.most || 1)
