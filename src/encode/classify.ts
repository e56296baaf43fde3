// Classification of texts: for each its classes, with what the model says of each.
//
//   softmax   shares that add up to 1: the text has one of the classes
//   sigmoid   a probability for each class by itself: it has any of them
//   none      the numbers as they are
//
// Texts of about the same length share a batch, and what is padding is seen by nobody.

import { checkReached } from '../edit/reached.ts'
import { type Edited, withEdits } from '../edit/settleEdits.ts'
import { type Program, runWith } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../engine/room.ts'
import type { ClassifyingModel, ClassScores } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import { softmax } from '../tensor/definitions.ts'
import { trace } from '../tensor/pass.ts'
import { input } from '../tensor/primitives.ts'
import { checkTextFits, longestOf } from './fits.ts'

/** Texts in a batch, at most. */
const mostAtOnce = 16

/** Of the tokens of each text, which of two texts they belong to (0 or 1); for texts that are pairs. */
export type Kinds = readonly (ArrayLike<number> | undefined)[]

/** Finds the classes of texts with a model whose weights are in an engine. Keeps its programs from call to call. */
export class Classifier {
  /** The function that makes probabilities of the numbers that the classes get. */
  readonly scores: ClassScores
  readonly #settings: Edited<ClassifyingModel>
  readonly #programs: Programs
  #edited: Promise<ClassifyingModel> | undefined

  /**
   * - `scores`: what becomes of the numbers that the classes get, if not what the model says
   * - `edits`: what is replaced in every text; what another run had is read when this one classifies for the first time
   */
  constructor({ scores, ...settings }: Edited<ClassifyingModel> & { readonly scores?: ClassScores }) {
    this.#settings = settings
    this.#programs = new Programs(settings.engine)
    this.scores = scores ?? settings.model.config.scores ?? 'softmax'
  }

  /**
   * The model's word on each class, for each text in order.
   *
   * - `texts`: the ids of each, at least one and at most the model's context
   * - `kinds`: for pairs of texts: of each token, which of the two it belongs to
   *
   * Throws for a text that is empty or too long, and for kinds that do not fit it, naming its number; and when what comes out
   * is no number.
   */
  async classify(texts: readonly ArrayLike<number>[], { kinds = [] }: { kinds?: Kinds } = {}): Promise<Float32Array[]> {
    const { model, edits = [] } = this.#settings
    const { context, class: classes, kind = 2 } = model.config
    checkTextFits('classify', texts, model.config)
    checkKinds(texts, kinds, kind)
    const hasKinds = kinds.some((each) => each !== undefined)
    const found = new Array<Float32Array>(texts.length)
    const longestFirst = texts.map((_, text) => text).sort((a, b) => texts[b].length - texts[a].length || a - b)
    for (let first = 0; first < longestFirst.length; first += mostAtOnce) {
      const numbers = longestFirst.slice(first, first + mostAtOnce)
      const batch = roomFor(numbers.length, 1, mostAtOnce)
      const position = roomFor(texts[numbers[0]].length, 8, context)
      const program = await this.#program(batch, position, hasKinds)
      const ids = new Int32Array(batch * position)
      const given = new Int32Array(batch * position)
      const lengths = new Int32Array(batch).fill(1)
      numbers.forEach((text, row) => {
        ids.set(texts[text] as ArrayLike<number>, row * position)
        given.set(kinds[text] ?? [], row * position)
        lengths[row] = texts[text].length
      })
      await runWith(program, { ids, lengths, ...(hasKinds && { kinds: given }) })
      const { data } = await program.read('scores')
      numbers.forEach((text, row) => {
        const said = data.slice(row * classes, (row + 1) * classes)
        found[text] = this.scores === 'sigmoid' ? said.map(sigmoid) : said
        checkFinite(`classify: what comes out for text ${text}`, said)
      })
    }
    checkReached(edits, { positions: longestOf(texts) }, 'classify')
    return found
  }

  /** Gives back its programs; they are compiled anew when it classifies again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  async #program(batch: number, position: number, hasKinds: boolean): Promise<Program> {
    this.#edited ??= withEdits(this.#settings)
    const model = await this.#edited
    return this.#programs.get(`${batch} ${position} ${hasKinds}`, () => {
      const { vocab, kind = 2 } = model.config
      const ids = input('ids', { batch, position }, { below: vocab })
      const kinds = hasKinds ? input('kinds', { batch, position }, { below: kind }) : undefined
      const keep = upTo(position, input('lengths', { batch }))
      const { outputs: numbers, names } = trace(this.#settings.model, () => model.classes(ids, { keep, kinds }))
      return { outputs: { scores: this.scores === 'softmax' ? softmax(numbers, 'class') : numbers }, names }
    })
  }
}

/** In double precision: what is nearly impossible is a small number, not 0. */
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

function checkKinds(texts: readonly ArrayLike<number>[], kinds: Kinds, known: number): void {
  kinds.forEach((each, text) => {
    if (each === undefined) return
    if (each.length !== texts[text]?.length)
      throw new Error(
        `classify: text ${text} has ${texts[text]?.length ?? 'no'} tokens and ${each.length} kinds. Give one for each.`,
      )
    const wrong = Array.from(each).find((kind) => !(Number.isInteger(kind) && kind >= 0 && kind < known))
    if (wrong !== undefined)
      throw new Error(
        `classify: text ${text} has a token of kind ${wrong}, but the model knows ${known} (0..${known - 1}). Give one of these.`,
      )
  })
}
