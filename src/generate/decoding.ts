// Decoding: the forward pass that training differentiates, run for several texts at once, one position after the other.
//
//   encode   what a model looks at, if it is one that looks at a source; kept in a cache of its own
//   begin    all of the prompts in one run; the keys and values of their positions stay in the cache
//   next     one new position in every row; it looks at the cache, and its own key and value are added there
//
// Prompts of unequal lengths end at the same place, so they begin at different ones: what stands before them is padding, which
// nothing looks at. Programs have the number of rows and positions built in; so they are compiled for a few lengths, as they are
// needed, and prompts are filled up behind their end to the next of them. What stands there does no harm: nothing looks at
// later positions, and steps overwrite them before they look that far.

import type { Engine, Inputs, Program } from '../engine/engine.ts'
import { Cache } from '../model/cache.ts'
import { placesFrom } from '../model/decoder.ts'
import { type Given, type LanguageModel, readsSource } from '../model/language.ts'
import { after, upTo } from '../model/masks.ts'
import { logSoftmax } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { constant, input, maximum, minimum, subtract, table } from '../tensor/primitives.ts'
import { copyRows, spreadRows } from './copyRows.ts'
import { roomFor } from './room.ts'

/** What is read after each position: logits as they are, or ln p. */
export type Scores = 'logits' | 'logProbabilities'

/** Ids of a text. */
export type Text = ArrayLike<number>

/** The shortest prefill and the shortest source that are worth a program. */
const shortest = 16
/** The smallest cache that is worth a program. */
const smallestRoom = 64

/** A model whose weights are in an engine, with the programs and the caches that write with it. One text, or list of texts, at a time. */
export class Decoding {
  readonly #engine: Engine
  readonly #model: LanguageModel
  readonly #programs = new Map<string, Program>()
  /** Caches by how many rows and sources they hold: of the positions written, and of what an encoder made. */
  readonly #written = new Map<string, Cache>()
  readonly #encoded = new Map<string, Cache>()
  /** How much room the caches of so many rows have. */
  readonly #room = new Map<number, number>()
  #rows = 0
  #place = 0
  #padding: Int32Array | undefined
  #source: { readonly length: number; readonly lengths: Int32Array } | undefined

  constructor({ engine, model }: { engine: Engine; model: LanguageModel }) {
    this.#engine = engine
    this.#model = model
  }

  get model(): LanguageModel {
    return this.#model
  }

  /** Reads sources; each is looked at by so many rows, which stand side by side. */
  async encode(sources: readonly Text[], copies = 1): Promise<void> {
    const model = this.#model
    if (!readsSource(model)) throw new Error('generate: this model looks at no source. Give it a prompt alone.')
    const batch = sources.length
    const length = roomFor(longest(sources), shortest, model.config.context)
    const filled = new Int32Array(batch * length)
    for (const [row, source] of sources.entries()) filled.set(source, row * length)
    const program = await this.#program(`encode ${batch} ${length} ${copies}`, () => {
      const rows = batch * copies
      const lengths = input('lengths', { batch })
      const ids = input('source', { batch, position: length }, { below: model.config.sourceVocab })
      const cache = new Cache({
        capacity: length,
        start: constant(0),
        shared: this.#encoded.get(`${rows} ${length}`),
        rows: copies > 1 ? table({ batch: rows }, repeated([...sources.keys()], copies)) : undefined,
      })
      this.#encoded.set(`${rows} ${length}`, cache)
      model.remember(model.encode(ids, { keep: upTo(length, lengths) }), cache)
      return { outputs: {}, updates: cache.updates }
    })
    const lengths = Int32Array.from(sources, ({ length }) => length)
    await program.run({ source: filled, lengths })
    this.#source = { length, lengths: Int32Array.from(repeated(Array.from(lengths), copies)) }
  }

  /**
   * Scores (row, vocab) of what comes after each text, all of its positions being computed.
   *
   * - `room`: how long texts may become
   * - `copies`: how many rows go on with each text; they stand side by side
   */
  async begin(
    texts: readonly Text[],
    { room, scores, copies = 1 }: { room: number; scores: Scores; copies?: number },
  ): Promise<Float32Array> {
    if (copies === 1) return this.#begin(texts, { room, scores })
    // Rows that look at sources are as many as in the end from the beginning; so is what costs only one step.
    if (this.#source || longest(texts) === 1) return this.#begin(repeated(texts, copies), { room, scores })
    const once = await this.#begin(texts, { room, scores })
    const from = this.#cache
    const padding = this.#padding && Int32Array.from(repeated(Array.from(this.#padding), copies))
    this.#rows *= copies
    this.#padding = padding
    this.#capacityFor(this.#rows, Math.max(room, this.#place))
    // The program of the steps that follow brings the cache to copy to.
    await this.#forward({ positions: 1, isFirst: false, scores })
    if (from && this.#cache) spreadRows({ engine: this.#engine, from, to: this.#cache, copies, used: this.#place })
    const { vocab } = this.#model.config
    const each = texts.map((_, row) => once.subarray(row * vocab, (row + 1) * vocab))
    const all = new Float32Array(once.length * copies)
    for (const [row, own] of repeated(each, copies).entries()) all.set(own, row * vocab)
    return all
  }

  async #begin(texts: readonly Text[], { room, scores }: { room: number; scores: Scores }): Promise<Float32Array> {
    const rows = texts.length
    const most = longest(texts)
    const capacity = this.#capacityFor(rows, Math.max(room, most))
    const isPadded = texts.some(({ length }) => length < most)
    this.#rows = rows
    this.#padding = isPadded ? Int32Array.from(texts, ({ length }) => most - length) : undefined
    this.#place = 0
    if (most === 1)
      return this.next(
        Int32Array.from(texts, (text) => text[0]),
        scores,
      )
    const length = roomFor(most, shortest, capacity)
    const ids = new Int32Array(rows * length)
    for (const [row, text] of texts.entries()) ids.set(text, row * length + most - text.length)
    const program = await this.#forward({ positions: length, isFirst: true, scores })
    await program.run({ ids, at: new Int32Array(rows).fill(most - 1), last: most - 1, ...this.#masks() })
    this.#place = most
    return (await program.read(scores)).data
  }

  /** Scores (row, vocab) of what comes after one more id in every row. */
  async next(ids: Int32Array, scores: Scores): Promise<Float32Array> {
    const program = await this.#forward({ positions: 1, isFirst: false, scores })
    await program.run({ ids, start: this.#place++, ...this.#masks() })
    return (await program.read(scores)).data
  }

  /** Every row goes on from what row `parents[row]` was; rows that look at different sources must not take from one another. */
  reorder(parents: ArrayLike<number>): void {
    if (this.#cache) copyRows({ engine: this.#engine, cache: this.#cache, parents, used: this.#place })
  }

  /** Whether there is no room for one more position. */
  get isFull(): boolean {
    return this.#place === this.#capacity
  }

  /** A cache that has become too small is left behind, with its programs, for one with room for twice as much. */
  #capacityFor(rows: number, needed: number): number {
    const { context } = this.#model.config
    const room = Math.max(this.#room.get(rows) ?? 0, roomFor(Math.min(needed, context), smallestRoom, context))
    this.#room.set(rows, room)
    return room
  }

  get #capacity(): number {
    return this.#room.get(this.#rows) ?? 0
  }

  get #cache(): Cache | undefined {
    return this.#written.get(`${this.#rows} ${this.#capacity}`)
  }

  #masks(): Inputs {
    return {
      ...(this.#padding && { padding: this.#padding }),
      ...(this.#source && { lengths: this.#source.lengths }),
    }
  }

  #forward({ positions, isFirst, scores }: { positions: number; isFirst: boolean; scores: Scores }): Promise<Program> {
    const batch = this.#rows
    const capacity = this.#capacity
    const isPadded = this.#padding !== undefined
    const sources = this.#source?.length
    const key = `forward ${[batch, positions, capacity, isFirst, isPadded, sources, scores].join(' ')}`
    return this.#program(key, () => {
      const ids = input('ids', { batch, position: positions }, { below: this.#model.config.vocab })
      const start = isFirst ? constant(0) : input('start', {})
      const at = isFirst ? input('at', { batch, position: 1 }) : undefined
      const last = isFirst ? input('last', {}) : undefined
      const cache = new Cache({ capacity, start, shared: this.#written.get(`${batch} ${capacity}`) })
      this.#written.set(`${batch} ${capacity}`, cache)
      const places = placesUpTo(last, { positions, start })
      const padding = isPadded ? paddedBy(input('padding', { batch }), { places, capacity }) : { places }
      const encoded = sources === undefined ? undefined : this.#encoded.get(`${batch} ${sources}`)
      const memory = encoded?.recalled(upTo(encoded.capacity, input('lengths', { batch })))
      const logits = this.#model.logits(ids, { cache, at, memory, ...padding })
      const outputs = { [scores]: scores === 'logits' ? logits : logSoftmax(logits, 'vocab') }
      return { outputs, updates: cache.updates }
    })
  }

  async #program(key: string, graph: () => Parameters<Engine['compile']>[0]): Promise<Program> {
    const known = this.#programs.get(key)
    if (known) return known
    const made = await this.#engine.compile(graph())
    this.#programs.set(key, made)
    return made
  }
}

/** What is filled up behind the last position stands where that stands: RoPE may ask how long the longest text is. */
function placesUpTo(
  last: Tensor<never> | undefined,
  { positions, start }: { positions: number; start: Tensor<never> },
): Tensor<'position'> {
  const places = placesFrom({ position: positions, start }) as Tensor<'position'>
  return last ? minimum(places, last) : places
}

/** The first `padding` positions of a row are nothing: nobody looks at them, and places are counted from behind them. */
function paddedBy(
  padding: Tensor<'batch'>,
  { places, capacity }: { places: Tensor<'position'>; capacity: number },
): Pick<Given, 'keep' | 'places'> {
  return { keep: after(capacity, padding), places: maximum(subtract(places, padding), 0) }
}

/** Each so many times, side by side. */
const repeated = <T>(each: readonly T[], times: number): T[] =>
  each.flatMap((one) => Array.from({ length: times }, () => one))

const longest = (texts: readonly Text[]): number => texts.reduce((most, { length }) => Math.max(most, length), 0)
