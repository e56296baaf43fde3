// Classification: for each example (a text, a picture) its classes, with what the model says of each.
//
//   softmax   shares that add up to 1: it has one of the classes
//   sigmoid   a probability for each class by itself: it has any of them
//   none      the numbers as they are
//
// Examples of about the same length share a batch, and what is padding is seen by nobody.

import type { Edited } from '../edit/edit.ts'
import { expectReached, withEdits } from '../edit/edited.ts'
import { type Program, runWith } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../engine/room.ts'
import { type InputValues, sizesOfValues } from '../model/inputValues.ts'
import type { ClassifyingModel, ClassScores } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import { cellsPerPlace, inputNodes, mostAlong, needed, type Reads, varyingAxis } from '../model/reads.ts'
import { softmax } from '../tensor/definitions.ts'
import { trace } from '../tensor/pass.ts'
import { input } from '../tensor/primitives.ts'

/** Examples in a batch, at most. */
const mostAtOnce = 16

/** Finds the classes of examples with a model whose weights are in an engine. Keeps its programs from call to call. */
export class Classifier {
  /** The function that makes probabilities of the numbers that the classes get. */
  readonly scores: ClassScores
  readonly #settings: Edited<ClassifyingModel>
  readonly #programs: Programs
  #edited: Promise<ClassifyingModel> | undefined
  /** The length of the longest example so far. */
  #longest = 0

  /**
   * - `scores`: the way that the numbers of the classes are told, if not as the model says
   * - `edits`: the replacements in every example; what another run had is read when this one classifies for the first time
   */
  constructor({ scores, ...settings }: Edited<ClassifyingModel> & { readonly scores?: ClassScores }) {
    this.#settings = settings
    this.#programs = new Programs(settings.engine)
    this.scores = scores ?? settings.model.config.scores ?? 'softmax'
  }

  /**
   * The model's word on each class, for each example in order.
   *
   * - `examples`: for each what the model reads: `{ ids }`, for pairs of texts `{ ids, kinds }`
   *
   * Throws for an example that is empty, too long or not the model's, naming its number; and when what comes out is no number.
   */
  async classify(examples: readonly InputValues[]): Promise<Float32Array[]> {
    const { model, edits = [] } = this.#settings
    const { reads, config } = model
    const sizes = examples.map((example, i) => sizesOfValues(`classify: example ${i}`, reads, example))
    const names = Object.keys(reads).filter(
      (name) => !reads[name].isOptional || examples.some((example) => example[name] !== undefined),
    )
    const axis = paddedAxis(reads)
    const lengthOf = (example: number): number => (axis === undefined ? 1 : sizes[example][axis.name])
    const found = new Array<Float32Array>(examples.length)
    const longestFirst = examples.map((_, i) => i).sort((a, b) => lengthOf(b) - lengthOf(a) || a - b)
    for (let first = 0; first < longestFirst.length; first += mostAtOnce) {
      const numbers = longestFirst.slice(first, first + mostAtOnce)
      const batch = roomFor(numbers.length, 1, mostAtOnce)
      const length = axis === undefined ? 1 : roomFor(lengthOf(numbers[0]), 8, axis.most)
      const program = await this.#program(batch, length, names)
      const lengths = new Int32Array(batch).fill(1)
      for (const [row, example] of numbers.entries()) lengths[row] = lengthOf(example)
      const filled = names.map((name) => [
        name,
        sideBySide(
          numbers.map((example) => examples[example][name]),
          { batch, reading: reads[name], length },
        ),
      ])
      await runWith(program, { ...Object.fromEntries(filled), lengths })
      const { data } = await program.read('scores')
      numbers.forEach((example, row) => {
        const said = data.slice(row * config.class, (row + 1) * config.class)
        found[example] = this.scores === 'sigmoid' ? said.map(sigmoid) : said
        checkFinite(`classify: what comes out for example ${example}`, said)
      })
    }
    const longest = examples.reduce((most, _, i) => Math.max(most, lengthOf(i)), 0)
    this.#longest = Math.max(this.#longest, longest)
    await expectReached(edits, model, { positions: this.#longest }, 'classify')
    return found
  }

  /** Gives back its programs; they are compiled anew when it classifies again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  async #program(batch: number, length: number, names: readonly string[]): Promise<Program> {
    this.#edited ??= withEdits(this.#settings)
    const model = await this.#edited
    return this.#programs.get([batch, length, ...names].join(' '), () => {
      const axis = paddedAxis(model.reads)
      const inputs = inputNodes(model.reads, { batch, ...(axis && { [axis.name]: length }) }, names)
      const keep = axis && upTo(length, input('lengths', { batch }))
      const pass = trace(this.#settings.model, () => model.classes(inputs, { keep }))
      const numbers = pass.outputs
      return {
        outputs: { scores: this.scores === 'softmax' ? softmax(numbers, 'class') : numbers },
        names: pass.names,
      }
    })
  }
}

/** The axis along which examples are of different lengths, and the longest that they may be. */
function paddedAxis(reads: Reads): { readonly name: string; readonly most: number } | undefined {
  for (const input of needed(reads)) {
    const name = varyingAxis(reads[input])
    if (name !== undefined) return { name, most: mostAlong(reads[input].axes[name]) }
  }
  return undefined
}

/** The cells of a batch: a row for each example, filled up with zeros. */
function sideBySide(
  rows: readonly (ArrayLike<number> | undefined)[],
  { batch, reading, length }: { batch: number; reading: Reads[string]; length: number },
): Int32Array | Float32Array {
  const width = cellsPerPlace(reading) * (varyingAxis(reading) === undefined ? 1 : length)
  const cells = reading.below === undefined ? new Float32Array(batch * width) : new Int32Array(batch * width)
  for (const [row, values] of rows.entries()) cells.set(values ?? [], row * width)
  return cells
}

/** In double precision: what is nearly impossible is a small number, not 0. */
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
