// Embedding of texts: each becomes one vector, and texts that mean alike become vectors that point the same way.
//
//   vector = Σ stream[position] / length      the mean over the text's positions      Reimers, Gurevych 2019, section 3
//   cosine = a · b / (|a| |b|)                of vectors made as long as 1: a · b
//
// Texts are packed into rows (packing.ts). One program runs for every row length that occurs, a power of two.

import { breather } from '../engine/breathe.ts'
import type { Engine, Program } from '../engine/engine.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../generate/room.ts'
import type { EncodingModel } from '../model/language.ts'
import type { Tensor } from '../tensor/node.ts'
import {
  dot,
  index,
  input,
  less,
  lessEqual,
  maximum,
  multiply,
  reciprocal,
  sqrt,
  subtract,
  sum,
} from '../tensor/primitives.ts'
import { checkFits } from './fits.ts'
import { type PackedRow, packRows } from './packing.ts'

export interface EmbedSettings {
  /** Whether vectors are made as long as 1, so that their dot product is the cosine; yes if not given. */
  readonly isNormalized?: boolean
  /** Ends it after the row that is under way. */
  readonly signal?: AbortSignal
}

/** The longest row: longer ones would not be quicker. */
const longestRow = 512
const shortestRow = 16
/** Positions for each text that a row has room for. */
const perText = 4
/** How many texts a row of so many positions has room for. */
const textsIn = (positions: number): number => Math.max(1, Math.floor(positions / perText))

/** Turns texts into vectors with a model whose weights are in an engine. Keeps its programs from call to call. */
export class Embedder {
  readonly #model: EncodingModel
  readonly #programs: Programs

  constructor({ engine, model }: { engine: Engine; model: EncodingModel }) {
    this.#model = model
    this.#programs = new Programs(engine)
  }

  /**
   * The vectors of texts, in their order.
   *
   * - `texts`: the ids of each, at least one and at most the model's context
   *
   * Throws for a text that is empty or too long, naming its number.
   */
  async embed(
    texts: readonly ArrayLike<number>[],
    { isNormalized = true, signal }: EmbedSettings = {},
  ): Promise<Float32Array[]> {
    const { context } = this.#model.config
    checkFits('embed', texts, this.#model.config)
    const vectors = new Array<Float32Array>(texts.length)
    if (texts.length === 0) return vectors
    const lengths = texts.map(({ length }) => length)
    const longest = lengths.reduce((most, length) => Math.max(most, length), Math.min(longestRow, context))
    const breathe = breather()
    // Rows of few lengths, whatever the texts are: each length is a program.
    const room = roomFor(longest, Math.min(longestRow, context), context)
    for (const row of packRows(lengths, { room: longest, most: textsIn(longest) })) {
      signal?.throwIfAborted()
      await this.#run(row, texts, room, isNormalized, vectors)
      await breathe()
    }
    return vectors
  }

  async #run(
    row: PackedRow,
    texts: readonly ArrayLike<number>[],
    room: number,
    isNormalized: boolean,
    vectors: Float32Array[],
  ): Promise<void> {
    const length = roomFor(Math.min(room, Math.max(row.length, perText * row.texts.length)), shortestRow, room)
    const most = textsIn(length)
    const program = await this.#program(length, most, isNormalized)
    const inputs = {
      ids: new Int32Array(length),
      places: new Int32Array(length),
      first: Int32Array.from({ length }, (_, position) => position),
      last: Int32Array.from({ length }, (_, position) => position),
      begin: new Int32Array(most),
      // What is no text is one of a single position.
      end: new Int32Array(most).fill(1),
    }
    row.texts.forEach(({ text, begin, end }, i) => {
      inputs.ids.set(texts[text] as ArrayLike<number>, begin)
      for (let position = begin; position < end; position++) inputs.places[position] = position - begin
      inputs.first.fill(begin, begin, end)
      inputs.last.fill(end - 1, begin, end)
      inputs.begin[i] = begin
      inputs.end[i] = end
    })
    await program.run(inputs)
    const { data } = await program.read('vectors')
    const width = data.length / most
    row.texts.forEach(({ text }, i) => {
      vectors[text] = data.slice(i * width, (i + 1) * width)
    })
  }

  /** Gives back its programs; they are compiled anew when it embeds again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  #program(length: number, most: number, isNormalized: boolean): Promise<Program> {
    return this.#programs.get(`${length} ${most} ${isNormalized}`, () => ({
      outputs: { vectors: this.#graph(length, most, isNormalized) },
    }))
  }

  #graph(length: number, most: number, isNormalized: boolean): Tensor<'text' | 'model'> {
    const ids = input('ids', { batch: 1, position: length }, { below: this.#model.config.vocab })
    const places = input('places', { position: length }, { below: this.#model.config.context })
    const first = input('first', { position: length })
    const last = input('last', { position: length })
    const source = index('source', length)
    const keep = multiply(lessEqual(first, source), lessEqual(source, last))
    const states = this.#model.states(ids, { keep, places })
    const begin = input('begin', { text: most })
    const end = input('end', { text: most })
    const position = index('position', length)
    const isPart = multiply(lessEqual(begin, position), less(position, end))
    const share = multiply(isPart, reciprocal(subtract(end, begin)))
    const mean = sum(dot(share, states, 'position'), 'batch')
    if (!isNormalized) return mean
    const squared = sum(multiply(mean, mean), 'model')
    return multiply(mean, reciprocal(sqrt(maximum(squared, 1e-24))))
  }
}
