// Texts and pictures as vectors of one space, by a model with an encoder for each: the dot product of two vectors is their cosine.
//
//   share[text] = softmax over the texts of cosine(text, picture) · e^scale        which of some texts belongs to a picture
//
// Radford et al. 2021, figure 1: with texts that name classes, that is a classifier which was never trained as one.

import type { Edited } from '../edit/edit.ts'
import { expectReached, withEdits } from '../edit/edited.ts'
import { type Program, runWith } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../engine/room.ts'
import type { DualEncoderModel } from '../model/language.ts'
import { type AxisSizes, inputNodes, textLimits } from '../model/reads.ts'
import { softmax } from '../tensor/definitions.ts'
import { trace } from '../tensor/pass.ts'
import { checkTextFits, longestOf } from './fits.ts'

/** Examples in a batch, at most. */
const mostAtOnce = 16

/** Gives vectors of texts and pictures with a model whose weights are in an engine. Keeps its programs from call to call. */
export class SharedSpace {
  readonly #settings: Edited<DualEncoderModel>
  readonly #programs: Programs
  #edited: Promise<DualEncoderModel> | undefined

  /** `edits`: the replacements in every text and picture; what another run had is read when they are first needed. */
  constructor(settings: Edited<DualEncoderModel>) {
    this.#settings = settings
    this.#programs = new Programs(settings.engine)
  }

  /**
   * The vectors of texts, in their order, each as long as 1.
   *
   * - `texts`: the ids of each, with the token that ends it
   *
   * Throws for a text that is empty or too long, naming its number, and where what comes out is no number.
   */
  async texts(texts: readonly ArrayLike<number>[]): Promise<Float32Array[]> {
    const ids = this.#padded(texts)
    return this.#inBatches('texts', ids, async (batch, position) => {
      const program = await this.#program(`texts ${batch} ${position}`, { batch, position }, ['ids'], (model, inputs) =>
        model.textVectors(inputs),
      )
      return { program, input: 'ids' }
    })
  }

  /**
   * The vectors of pictures, in their order, each as long as 1.
   *
   * - `pictures`: the numbers of each, as the model reads them
   *
   * Throws where what comes out is no number.
   */
  async pictures(pictures: readonly Float32Array[]): Promise<Float32Array[]> {
    return this.#inBatches('pictures', pictures, async (batch) => {
      const program = await this.#program(`pictures ${batch}`, { batch }, ['pixels'], (model, inputs) =>
        model.pictureVectors(inputs),
      )
      return { program, input: 'pixels' }
    })
  }

  /**
   * For each picture the share of each text: how surely it is the one that belongs to it, among these. They add up to 1.
   *
   * Throws as `texts` and `pictures` do.
   */
  async shares(texts: readonly ArrayLike<number>[], pictures: readonly Float32Array[]): Promise<Float32Array[]> {
    const ids = this.#padded(texts)
    const position = ids[0]?.length ?? 1
    const found: Float32Array[] = []
    const model = await this.#model()
    for (const [i, pixels] of pictures.entries()) {
      const program = await this.#programs.get(`shares ${ids.length} ${position}`, () => {
        const pass = trace(this.#settings.model, () => {
          const { ids: text } = inputNodes(model.reads, { batch: ids.length, position }, ['ids'])
          const { pixels: picture } = inputNodes(model.reads, { batch: 1 }, ['pixels'])
          return softmax(model.similarities({ ids: text, pixels: picture }), 'batch')
        })
        return { outputs: { shares: pass.outputs }, names: pass.names }
      })
      await runWith(program, { ids: Int32Array.from(ids.flatMap((row) => [...row])), pixels })
      const { data } = await program.read('shares')
      checkFinite(`embed: a share of picture ${i}`, data)
      found.push(data)
    }
    return found
  }

  /** Gives back its programs; they are compiled anew when it is asked again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  /** All texts as long as the longest, or a little longer: behind the token that ends a text it is repeated, and seen by nobody. */
  #padded(texts: readonly ArrayLike<number>[]): Int32Array[] {
    const limits = textLimits('embed', this.#settings.model)
    checkTextFits('embed', texts, limits)
    const length = roomFor(longestOf(texts), Math.min(8, limits.context), limits.context)
    return texts.map((text) => Int32Array.from({ length }, (_, i) => text[Math.min(i, text.length - 1)]))
  }

  #model(): Promise<DualEncoderModel> {
    this.#edited ??= withEdits(this.#settings)
    return this.#edited
  }

  async #program(
    key: string,
    sizes: AxisSizes,
    only: readonly string[],
    vectorsOf: (
      model: DualEncoderModel,
      inputs: ReturnType<typeof inputNodes>,
    ) => ReturnType<DualEncoderModel['textVectors']>,
  ): Promise<Program> {
    const model = await this.#model()
    return this.#programs.get(key, () => {
      const pass = trace(this.#settings.model, () => vectorsOf(model, inputNodes(model.reads, sizes, only)))
      return { outputs: { vectors: pass.outputs }, names: pass.names }
    })
  }

  async #inBatches(
    what: string,
    rows: readonly (Int32Array | Float32Array)[],
    programFor: (batch: number, length: number) => Promise<{ readonly program: Program; readonly input: string }>,
  ): Promise<Float32Array[]> {
    const { shared } = this.#settings.model.config
    const vectors: Float32Array[] = []
    for (let first = 0; first < rows.length; first += mostAtOnce) {
      const own = rows.slice(first, first + mostAtOnce)
      const batch = roomFor(own.length, 1, mostAtOnce)
      const { program, input } = await programFor(batch, own[0].length)
      const cells = new (own[0] instanceof Int32Array ? Int32Array : Float32Array)(batch * own[0].length)
      // Rows beyond the last are the first again: a vector of nothing could not be made as long as 1.
      for (let row = 0; row < batch; row++) cells.set(own[row] ?? own[0], row * own[0].length)
      await runWith(program, { [input]: cells })
      const { data } = await program.read('vectors')
      for (let row = 0; row < own.length; row++) vectors.push(data.slice(row * shared, (row + 1) * shared))
      checkFinite(`embed: a number in the vectors of ${what} from ${first}`, data)
    }
    const { edits = [], model } = this.#settings
    await expectReached(edits, model, { positions: rows[0]?.length ?? 1 }, 'embed')
    return vectors
  }
}
