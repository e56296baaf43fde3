// The state of drawing: what was drawn of the words, and what is being drawn.

import { messageOf } from '../../talk/messageOf.ts'
import { Outdated } from '../../talk/talk.ts'
import type { LookState } from '../look/looking.svelte.ts'
import { fromAll } from '../write/writing.svelte.ts'

const subject = 'drawing'

export class Sketching {
  readonly #look: LookState
  /** The pictures of the words, as codes; while they come, as far as they are there. */
  drawn = $state.raw<readonly string[]>([])
  count = $state(4)
  isDrawing = $state(false)
  fault = $state<string>()
  #seed = 0

  constructor(look: LookState) {
    this.#look = look
    const { text } = look.studio.at
    if (text !== '') this.drawn = [text]
  }

  /** The number of the picture that is looked at. */
  get chosen(): number {
    return this.drawn.indexOf(this.#look.studio.at.text)
  }

  /** Draws the words that stand there; `again`: with other draws. */
  async draw({ again = false } = {}): Promise<void> {
    const { studio, scene } = this.#look
    if (again) this.#seed += 1000
    this.fault = undefined
    this.isDrawing = true
    this.drawn = []
    const question = {
      scene,
      count: this.count,
      seed: this.#seed,
      conditions: fromAll(studio.at.temperature),
    }
    try {
      const report = (_: number, _of: number, part: readonly string[] | undefined): void => {
        this.drawn = part ?? []
      }
      const drawn = await studio.talk.ask('draw', question, { subject, report })
      this.drawn = drawn
      // The person has gone on to other words in the meantime: that counts.
      if (studio.at.source === scene.source) this.choose(drawn[0] ?? '')
    } catch (error) {
      if (error instanceof Outdated) return
      this.drawn = []
      this.fault = messageOf(error)
    }
    this.isDrawing = false
  }

  /** Draws no more of what was begun. */
  stop(): void {
    this.#look.studio.talk.breakOff(subject)
    this.drawn = []
    this.isDrawing = false
  }

  /** Looks at one of the pictures. */
  choose(drawn: string): void {
    const { studio } = this.#look
    if (drawn !== studio.at.text) studio.go({ text: drawn }, { replace: true })
  }

  /** Another code in place of a patch. */
  put(place: number, code: string): void {
    const letters = [...this.#look.studio.at.text]
    const text = letters.with(place, code).join('')
    this.drawn = this.drawn.map((each, i) => (i === this.chosen ? text : each))
    this.choose(text)
  }
}
