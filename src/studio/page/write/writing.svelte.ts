// The state of writing: how the next token is drawn, and a text that is being written on.

import type { DrawConditions } from '../../../inspect/nextToken.ts'
import { messageOf } from '../../talk/messageOf.ts'
import type { LookState } from '../look/looking.svelte.ts'

/** A text in a link has at most so many characters. */
const longest = 2000

/** Draws at a temperature, and leaves nothing out. */
export const fromAll = (temperature: number): DrawConditions => ({ temperature, topK: 0, topP: 1, minP: 0 })

export class Writing {
  readonly #look: LookState
  topK = $state(0)
  topP = $state(1)
  minP = $state(0)
  isWriting = $state(false)
  isTranslating = $state(false)
  /** One line for why it does not go on. */
  fault = $state<string>()
  /** True when the model said that the text ends here. */
  hasEnded = $state(false)
  /** The number of characters that were the person's own when the model began to write. */
  ownLength = $state<number>()
  #seed = 0
  readonly conditions: DrawConditions = $derived.by(() => ({
    temperature: this.#look.studio.at.temperature,
    topK: this.topK,
    topP: this.topP,
    minP: this.minP,
  }))

  constructor(look: LookState) {
    this.#look = look
  }

  /** Writes on until somebody stops it. */
  async on(): Promise<void> {
    if (this.isWriting) return
    this.isWriting = true
    while (this.isWriting && (await this.one())) {}
    this.isWriting = false
  }

  /** Translates the source: each token the likeliest. */
  async translate(): Promise<void> {
    this.stop()
    const { studio, scene } = this.#look
    this.fault = undefined
    this.isTranslating = true
    try {
      const [{ text, isEnded }] = await studio.talk.ask('beams', { scene, beams: 1 })
      // The person has gone on to another source in the meantime: that counts.
      if (studio.at.source !== scene.source) return
      studio.go({ text })
      this.ownLength = 0
      this.hasEnded = isEnded
    } catch (error) {
      this.fault = messageOf(error)
    } finally {
      this.isTranslating = false
    }
  }

  /** Another source: what was its translation is none any more. */
  from(source: string): void {
    this.own('')
    this.#look.studio.go({ source }, { replace: true })
  }

  stop(): void {
    this.isWriting = false
  }

  /** One token more; gives whether there was one. */
  async one(): Promise<boolean> {
    const { studio, scene } = this.#look
    this.fault = undefined
    this.hasEnded = false
    this.ownLength ??= studio.at.text.length
    try {
      const { id, text } = await studio.talk.ask('write', { scene, conditions: this.conditions, seed: this.#seed })
      // The person has written something else in the meantime: that counts.
      if (studio.at.text !== scene.text) return false
      if (id === undefined) {
        this.hasEnded = true
        return false
      }
      if (scene.text.length + text.length > longest)
        throw new Error(`write: a text has at most ${longest} characters here.`)
      studio.go({ text: scene.text + text }, { replace: true })
      return true
    } catch (error) {
      this.fault = messageOf(error)
      return false
    }
  }

  /** Takes what the model has written away, so that it writes something else. */
  again(): void {
    this.stop()
    this.#seed += 1000
    if (this.ownLength !== undefined) this.#look.studio.go({ text: this.#look.studio.at.text.slice(0, this.ownLength) })
    this.ownLength = undefined
    this.hasEnded = false
  }

  /** The person's own words again. */
  own(text: string): void {
    this.stop()
    this.ownLength = undefined
    this.hasEnded = false
    if (text !== this.#look.studio.at.text) this.#look.studio.go({ text })
  }
}
