// Embedding of texts: each becomes one vector, and texts that mean alike become vectors that point the same way.
//
//   vector = Σ stream[position] / length      the mean over the text's positions      Reimers, Gurevych 2019, section 3
//   cosine = a · b / (|a| |b|)                of vectors made as long as 1: a · b
//
// A folder of sentence-transformers may ask for something else than the mean (pooling.ts).
//
// Texts are packed into rows (packing.ts). One program runs for every row length that occurs, a power of two.

import type { SentenceEmbedding } from '../checkpoint/sentence.ts'
import type { Edited } from '../edit/edit.ts'
import { expectReached, withEdits } from '../edit/edited.ts'
import { breather } from '../engine/breathe.ts'
import { type Program, runWith } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../engine/room.ts'
import type { EncodingModel } from '../model/language.ts'
import { inputNodes, textLimits } from '../model/reads.ts'
import { trace } from '../tensor/pass.ts'
import { index, input, lessEqual, multiply } from '../tensor/primitives.ts'
import { checkTextFits, longestOf } from './fits.ts'
import { type PackedRow, packRows } from './packing.ts'
import { finished, normalized, pooled } from './pooling.ts'

export interface EmbedSettings {
  /**
   * Makes vectors as long as 1, so that their dot product is the cosine. If not given: yes, unless a folder says how
   * its vectors are made.
   */
  readonly isNormalized?: boolean
  /** The number of tokens at the beginning of each text that do not count for its vector, being a prompt. */
  readonly skipped?: number
  /** Ends it after the row that is under way. */
  readonly signal?: AbortSignal
}

/** The way from a model's states to a vector where no folder says it. */
const plain = { poolings: ['mean'], steps: [] } as const satisfies Pick<SentenceEmbedding, 'poolings' | 'steps'>

/** The longest row: longer ones would not be quicker. */
const longestRow = 512
const shortestRow = 16
/** Positions for each text that a row has room for. */
const perText = 4
/** The number of texts that a row of so many positions has room for. */
const textsIn = (positions: number): number => Math.max(1, Math.floor(positions / perText))

/** Turns texts into vectors with a model whose weights are in an engine. Keeps its programs from call to call. */
export class Embedder {
  readonly #settings: Edited<EncodingModel>
  readonly #embedding: Pick<SentenceEmbedding, 'poolings' | 'steps' | 'width'>
  readonly #isPlain: boolean
  readonly #programs: Programs
  #edited: Promise<EncodingModel> | undefined
  /** The length of the longest text so far. */
  #longest = 0

  /**
   * - `embedding`: the way that the model's folder makes vectors (`loadFolder` says it); the mean of the states if not given
   * - `edits`: the replacements in every text; what another run had is read when this one embeds for the first time
   */
  constructor({
    embedding,
    ...settings
  }: Edited<EncodingModel> & { readonly embedding?: SentenceEmbedding | undefined }) {
    this.#settings = settings
    this.#embedding = embedding ?? plain
    this.#isPlain = embedding === undefined
    this.#programs = new Programs(settings.engine)
  }

  /**
   * The vectors of texts, in their order.
   *
   * - `texts`: the ids of each, at least one and at most the model's context
   *
   * Throws for a text that is empty or too long, naming its number, and where what comes out is no number.
   */
  async embed(
    texts: readonly ArrayLike<number>[],
    { isNormalized = this.#isPlain, skipped = 0, signal }: EmbedSettings = {},
  ): Promise<Float32Array[]> {
    const { model, edits = [] } = this.#settings
    const limits = textLimits('embed', model)
    const { context } = limits
    checkTextFits('embed', texts, limits)
    const vectors = new Array<Float32Array>(texts.length)
    if (texts.length === 0) return vectors
    const lengths = texts.map(({ length }) => length)
    const longest = lengths.reduce((most, length) => Math.max(most, length), Math.min(longestRow, context))
    const breathe = breather()
    // Rows of few lengths, whatever the texts are: each length is a program.
    const room = roomFor(longest, Math.min(longestRow, context), context)
    for (const row of packRows(lengths, { room: longest, most: textsIn(longest) })) {
      signal?.throwIfAborted()
      await this.#run(row, texts, room, { isNormalized, skipped }, vectors)
      await breathe()
    }
    this.#longest = Math.max(this.#longest, longestOf(texts))
    await expectReached(edits, model, { positions: this.#longest }, 'embed')
    return vectors
  }

  async #run(
    row: PackedRow,
    texts: readonly ArrayLike<number>[],
    room: number,
    { isNormalized, skipped }: { isNormalized: boolean; skipped: number },
    vectors: Float32Array[],
  ): Promise<void> {
    const length = roomFor(Math.min(room, Math.max(row.length, perText * row.texts.length)), shortestRow, room)
    const program = await this.#program(length)
    const inputs = {
      ids: new Int32Array(length),
      places: new Int32Array(length),
      first: Int32Array.from({ length }, (_, position) => position),
      last: Int32Array.from({ length }, (_, position) => position),
    }
    for (const { text, begin, end } of row.texts) {
      inputs.ids.set(texts[text] as ArrayLike<number>, begin)
      for (let position = begin; position < end; position++) inputs.places[position] = position - begin
      inputs.first.fill(begin, begin, end)
      inputs.last.fill(end - 1, begin, end)
    }
    await runWith(program, inputs)
    const { data } = await program.read('states')
    const { poolings } = this.#embedding
    for (const { text, begin, end } of row.texts) {
      const states = { data, width: data.length / length, begin, end, skipped }
      const vector = finished(pooled(states, poolings), this.#embedding)
      checkFinite(`embed: a number in the vector of text ${text}`, vector)
      vectors[text] = Float32Array.from(isNormalized ? normalized(vector) : vector)
    }
  }

  /** Gives back its programs; they are compiled anew when it embeds again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  /** The states of a row of texts, each of which sees nothing but itself. */
  async #program(length: number): Promise<Program> {
    this.#edited ??= withEdits(this.#settings)
    const model = await this.#edited
    return this.#programs.get(`${length}`, () => {
      const inputs = inputNodes(model.reads, { batch: 1, position: length })
      const { context } = textLimits('embed', model)
      const places = input('places', { position: length }, { below: context })
      const first = input('first', { position: length })
      const last = input('last', { position: length })
      const source = index('source', length)
      const keep = multiply(lessEqual(first, source), lessEqual(source, last))
      const { outputs: states, names } = trace(this.#settings.model, () => model.states(inputs, { keep, places }))
      return { outputs: { states }, names }
    })
  }
}
