// Classification of texts: for each its classes, with the probability that the model gives to each.
//
// Texts of about the same length share a batch, and what is padding is seen by nobody.

import type { Engine, Program } from '../engine/engine.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../generate/room.ts'
import type { ClassifyingModel } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import { softmax } from '../tensor/definitions.ts'
import { input } from '../tensor/primitives.ts'
import { checkFits } from './fits.ts'

/** Texts in a batch, at most. */
const mostAtOnce = 16

/** Finds the classes of texts with a model whose weights are in an engine. Keeps its programs from call to call. */
export class Classifier {
  readonly #model: ClassifyingModel
  readonly #programs: Programs

  constructor({ engine, model }: { engine: Engine; model: ClassifyingModel }) {
    this.#model = model
    this.#programs = new Programs(engine)
  }

  /**
   * The probabilities of the classes, for each text in order.
   *
   * - `texts`: the ids of each, at least one and at most the model's context
   *
   * Throws for a text that is empty or too long, naming its number.
   */
  async classify(texts: readonly ArrayLike<number>[]): Promise<Float32Array[]> {
    const { context, class: classes } = this.#model.config
    checkFits('classify', texts, context)
    const found = new Array<Float32Array>(texts.length)
    const longestFirst = texts.map((_, text) => text).sort((a, b) => texts[b].length - texts[a].length || a - b)
    for (let first = 0; first < longestFirst.length; first += mostAtOnce) {
      const numbers = longestFirst.slice(first, first + mostAtOnce)
      const batch = roomFor(numbers.length, 1, mostAtOnce)
      const position = roomFor(texts[numbers[0]].length, 8, context)
      const program = await this.#program(batch, position)
      const ids = new Int32Array(batch * position)
      const lengths = new Int32Array(batch).fill(1)
      numbers.forEach((text, row) => {
        ids.set(texts[text] as ArrayLike<number>, row * position)
        lengths[row] = texts[text].length
      })
      await program.run({ ids, lengths })
      const { data } = await program.read('shares')
      numbers.forEach((text, row) => {
        found[text] = data.slice(row * classes, (row + 1) * classes)
      })
    }
    return found
  }

  /** Gives back its programs; they are compiled anew when it classifies again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  #program(batch: number, position: number): Promise<Program> {
    return this.#programs.get(`${batch} ${position}`, () => {
      const ids = input('ids', { batch, position }, { below: this.#model.config.vocab })
      const keep = upTo(position, input('lengths', { batch }))
      return { outputs: { shares: softmax(this.#model.classes(ids, { keep }), 'class') } }
    })
  }
}
