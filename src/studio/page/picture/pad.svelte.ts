// The state of the pad: what was drawn, on which picture, with which pen; it goes into the standpoint as a word.

import type { Picture } from '../../../image/picture.ts'
import type { Point } from '../../../image/strokes.ts'
import { pictureWord, readPictureWord } from '../../place/pictureWord.ts'
import type { PictureFacts } from '../../talk/questions.ts'
import type { LookState } from '../look/looking.svelte.ts'
import { type DrawnStroke, type Painting, type PenColour, paintedPicture, penOf, usualThickness } from './painting.ts'

/** While a line is drawn, the model looks at it at most so often. */
const freshEveryMs = 120

export class Pad {
  readonly #look: LookState
  readonly facts: PictureFacts
  base = $state.raw<Picture>()
  strokes = $state.raw<readonly DrawnStroke[]>([])
  thickness = $state(1)
  isCentred = $state(false)
  /** True where the classes are the digits. */
  readonly areDigits: boolean
  colour = $state.raw<PenColour>([255, 255, 255])
  /** The paintings before it was cleared or another picture was taken, the last one last. */
  #before: readonly Pick<Painting, 'base' | 'strokes'>[] = []
  #word = ''
  #later: ReturnType<typeof setTimeout> | undefined
  readonly painting: Painting = $derived.by(() => ({
    base: this.base,
    strokes: this.strokes,
    thickness: this.thickness,
    isCentred: this.isCentred,
  }))

  constructor(look: LookState, facts: PictureFacts) {
    this.#look = look
    this.facts = facts
    this.thickness = usualThickness(facts)
    this.colour = penOf(facts)
    const { labels } = look.studio.run ?? {}
    this.areDigits = labels?.length === 10 && labels.every((label, i) => label === `${i}`)
    // Where nobody knows what it has learnt, a drawing stays where it was drawn.
    this.isCentred = this.canCentre && this.areDigits
  }

  /** True for pictures as MNIST has them: small, grey, light on dark. */
  get canCentre(): boolean {
    const { width, height, channels, isDark } = this.facts
    return channels === 1 && isDark && width === height && width <= 32
  }

  get canUndo(): boolean {
    return this.strokes.length > 0 || this.#before.length > 0
  }

  get isEmpty(): boolean {
    return this.strokes.length === 0 && this.base === undefined
  }

  /** Follows the standpoint: a picture that came from elsewhere lies below what is drawn from now on. */
  follow(word: string): void {
    if (word === this.#word || word === '') return
    try {
      const picture = readPictureWord(word)
      const { width, height, channels } = this.facts
      if (picture.width !== width || picture.height !== height || picture.channels !== channels) return
      this.#word = word
      this.base = picture
      this.strokes = []
      this.#before = []
    } catch {
      // What is wrong with it, Look says.
    }
  }

  /** Begins a line. */
  begin(point: Point): void {
    this.strokes = [...this.strokes, { points: [point], colour: this.colour }]
    this.#lookLater()
  }

  /** Draws the line on. */
  draw(point: Point): void {
    const last = this.strokes.at(-1)
    if (!last) return
    this.strokes = [...this.strokes.slice(0, -1), { ...last, points: [...last.points, point] }]
    this.#lookLater()
  }

  undo(): void {
    const before = this.#before.at(-1)
    if (this.strokes.length > 0) this.strokes = this.strokes.slice(0, -1)
    else if (before) {
      this.#before = this.#before.slice(0, -1)
      this.base = before.base
      this.strokes = before.strokes
    }
    this.look()
  }

  clear(): void {
    this.put(undefined, [])
  }

  /** Puts another picture, or strokes of it, in place of what is there. */
  put(base: Picture | undefined, strokes: readonly DrawnStroke[]): void {
    if (!this.isEmpty) this.#before = [...this.#before, { base: this.base, strokes: this.strokes }]
    this.base = base
    this.strokes = strokes
    this.look()
  }

  /** Shows the model what is there. */
  look(): void {
    clearTimeout(this.#later)
    this.#later = undefined
    this.#word = pictureWord(paintedPicture(this.painting, this.facts))
    if (this.#word !== this.#look.studio.at.picture) this.#look.studio.go({ picture: this.#word }, { replace: true })
  }

  #lookLater(): void {
    this.#later ??= setTimeout(() => this.look(), freshEveryMs)
  }
}
