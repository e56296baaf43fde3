// A link with a recipe: what it offers, and whether what was grown is what it promised.

import { sha256Of } from '../../../text/digest.ts'
import { type LinkedRecipe, recipeOfWord } from '../../place/recipeLink.ts'
import { messageOf } from '../../talk/messageOf.ts'
import { isBrought, type Material, type Recipe } from '../../talk/recipe.ts'
import type { Studio } from '../studio.svelte.ts'
import { samples } from '../text/samples.ts'

export class Regrowing {
  readonly #studio: Studio
  offer = $state.raw<LinkedRecipe>()
  /** The one clear line for what is wrong with the link. */
  fault = $state<string>()
  /** The run that was begun from it. */
  #grown = $state<string>()

  constructor(studio: Studio) {
    this.#studio = studio
  }

  async read(word: string): Promise<void> {
    try {
      this.offer = await recipeOfWord(word)
    } catch (error) {
      this.fault = messageOf(error)
    }
  }

  /** The loss at the promised step, once it is there. */
  get got(): number | undefined {
    const { run, course } = this.#studio
    if (!this.offer || run?.id !== this.#grown || (course?.told ?? 0) === 0) return undefined
    const { step } = this.offer.expected
    const told = course?.lossAt(step)
    return told?.step === step ? told.loss : undefined
  }

  /** True from the moment on in which it is being grown. */
  get isGrowing(): boolean {
    return this.#grown !== undefined && this.#studio.run?.id === this.#grown
  }

  /** Grows the model that the link promises. `own`: the text that is in the page, if the link has none. */
  async grow(own: Material): Promise<void> {
    if (!this.offer) return
    try {
      this.fault = undefined
      // Whatever is under way is kept as it is now.
      if (this.#studio.state === 'training') {
        await this.#studio.move('rest')
        await this.#studio.talk.ask('keep', {})
      }
      const recipe: Recipe = { material: await this.#material(this.offer, own), choices: this.offer.choices }
      await this.#studio.begin(recipe)
      this.#grown = this.#studio.run?.id
    } catch (error) {
      this.fault = messageOf(error)
    }
  }

  putAway(): void {
    this.#studio.offered = undefined
  }

  /** The text of a recipe: in the link, among the samples, or the one that the person has put into the page. */
  async #material({ material }: LinkedRecipe, own: Material): Promise<Material> {
    if (!('sha256' in material)) return material
    const { kind, name, sha256 } = material
    const sample = samples.find((each) => each.name === name)
    for (const found of [own, await sample?.material()]) {
      if (found === undefined || !isBrought(found)) continue
      if ((await sha256Of(found.text)) === sha256) return { kind, name, text: found.text }
    }
    throw new Error(
      `link: the model learnt from "${name}", which is too long for a link and not here. Put that text into Text, and press again.`,
    )
  }
}
