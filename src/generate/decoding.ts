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

import type { Edit, Edited } from '../edit/edit.ts'
import { withEdits } from '../edit/edited.ts'
import { type Engine, type Inputs, type Program, type RowsOf, runWith } from '../engine/engine.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../engine/room.ts'
import { Cache } from '../model/cache.ts'
import { placesFrom } from '../model/decoder.ts'
import type { Given, SequenceModel, WritingModel } from '../model/language.ts'
import { after, upTo } from '../model/masks.ts'
import { logSoftmax } from '../tensor/definitions.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { trace } from '../tensor/pass.ts'
import { add, constant, index, input, maximum, minimum, subtract } from '../tensor/primitives.ts'
import { longestText, type Rows, sideBySide, type Text } from './rows.ts'
import type { ReadSources } from './sources.ts'

/** The scores that are read after each position: logits as they are, or ln p. */
export type Scores = 'logits' | 'logProbabilities'

/** The shortest prefill that is worth a program. */
const shortest = 16
/** The smallest cache that is worth a program. */
const smallestRoom = 64

/** For how many numbers of rows programs and caches are kept; those that were not needed for longest go first. */
const mostKept = 8

/** A model whose weights are in an engine, with the programs and the caches that write with it. One text, or list of texts, at a time. */
export class Decoding {
  readonly #engine: Engine
  readonly #model: WritingModel
  readonly #edits: readonly Edit[]
  /** The model with its edits. */
  #edited: Promise<WritingModel> | undefined
  /** By their number; those that were needed last stand last. */
  readonly #kept = new Map<number, Rows>()
  #rows: Rows | undefined
  #place = 0
  #padding: Int32Array | undefined
  /** For edits: for each row the place in its text of the first position, as if its padding were text. */
  #origins: Int32Array | undefined
  #source: ReadSources | undefined
  /** The scores that were given out last: an array made anew for each token would take longer than to fill it. */
  #scores = new Float32Array()

  constructor({ engine, model, edits = [] }: Edited<WritingModel>) {
    this.#engine = engine
    this.#model = model
    this.#edits = edits
  }

  get model(): WritingModel {
    return this.#model
  }

  /** Reads sources; each is looked at by so many rows, which stand side by side. */
  async encode(sources: readonly Text[], copies = 1): Promise<void> {
    const model = this.#model
    if (model.kind !== 'encoder-decoder')
      throw new Error('generate: this model looks at no source. Give it a prompt alone.')
    const reading = await import('./sources.ts')
    const rows = await this.#rowsFor(sources.length * copies)
    this.#source = await reading.readSources(
      { model, edited: (await this.#ready()) as SequenceModel, rows },
      sources,
      copies,
    )
  }

  /**
   * Scores (row, vocab) of what comes after each text, all of its positions being computed. They are the caller's until it asks
   * for the next.
   *
   * - `room`: the length that texts may reach
   * - `copies`: the number of rows that go on with each text; they stand side by side
   * - `firsts`: the positions where these texts begin in the whole ones, if not at 0
   */
  async begin(
    texts: readonly Text[],
    {
      room,
      scores,
      copies = 1,
      firsts = texts.map(() => 0),
    }: { room: number; scores: Scores; copies?: number; firsts?: readonly number[] },
  ): Promise<Float32Array> {
    if (copies === 1) return this.#begin(texts, { room, scores, firsts })
    // Rows that look at sources are as many as in the end from the beginning; so is what costs only one step.
    if (this.#source || longestText(texts) === 1)
      return this.#begin(sideBySide(texts, copies), { room, scores, firsts: sideBySide(firsts, copies) })
    const once = await this.#begin(texts, { room, scores, firsts })
    const from = this.#rows?.written
    const padding = this.#padding && Int32Array.from(sideBySide(Array.from(this.#padding), copies))
    this.#origins = this.#origins && Int32Array.from(sideBySide(Array.from(this.#origins), copies))
    const rows = await this.#rowsFor(texts.length * copies, Math.max(room, this.#place))
    this.#rows = rows
    this.#padding = padding
    // The program of the steps that follow brings the cache to copy to.
    await this.#forward(rows, { positions: 1, isFirst: false, scores })
    if (from && rows.written) {
      const sources = sideBySide([...texts.keys()], copies)
      await this.#engine.copyRows(rowsBetween(from, rows.written), sources, this.#place)
    }
    const { vocab } = this.#model.config
    const each = texts.map((_, row) => once.subarray(row * vocab, (row + 1) * vocab))
    const all = new Float32Array(once.length * copies)
    for (const [row, own] of sideBySide(each, copies).entries()) all.set(own, row * vocab)
    return all
  }

  async #begin(
    texts: readonly Text[],
    { room, scores, firsts }: { room: number; scores: Scores; firsts: readonly number[] },
  ): Promise<Float32Array> {
    const count = texts.length
    const most = longestText(texts)
    const rows = await this.#rowsFor(count, Math.max(room, most))
    const isPadded = texts.some(({ length }) => length < most)
    this.#rows = rows
    this.#padding = isPadded ? Int32Array.from(texts, ({ length }) => most - length) : undefined
    this.#origins =
      this.#edits.length === 0 ? undefined : Int32Array.from(texts, ({ length }, row) => firsts[row] + length - most)
    this.#place = 0
    if (most === 1)
      return this.next(
        Int32Array.from(texts, (text) => text[0]),
        scores,
      )
    const length = roomFor(most, shortest, rows.capacity)
    const ids = new Int32Array(count * length)
    for (const [row, text] of texts.entries()) ids.set(text, row * length + most - text.length)
    const program = await this.#forward(rows, { positions: length, isFirst: true, scores })
    await runWith(program, { ids, at: new Int32Array(count).fill(most - 1), last: most - 1, ...this.#masks() })
    this.#place = most
    return this.#read(program, scores, count)
  }

  /** Scores (row, vocab) of what comes after one more id in every row, until the next are asked for. */
  async next(ids: Int32Array, scores: Scores): Promise<Float32Array> {
    if (!this.#rows) throw new Error('generate: nothing has begun yet that could go on.')
    const program = await this.#forward(this.#rows, { positions: 1, isFirst: false, scores })
    await runWith(program, { ids, start: this.#place++, ...this.#masks() })
    return this.#read(program, scores, ids.length)
  }

  async #read(program: Program, scores: Scores, rows: number): Promise<Float32Array> {
    const length = rows * this.#model.config.vocab
    if (this.#scores.length !== length) this.#scores = new Float32Array(length)
    return (await program.read(scores, this.#scores)).data
  }

  /** The text that was written last: its rows, the sources that it looks at, and the model with its edits. For lookBack.ts. */
  get last(): readonly [Rows | undefined, ReadSources | undefined, Promise<WritingModel>] {
    return [this.#rows, this.#source, this.#ready()]
  }

  /** Every row goes on from what row `parents[row]` was; rows that look at different sources must not take from one another. */
  async reorder(parents: ArrayLike<number>): Promise<void> {
    const cache = this.#rows?.written
    if (cache) await this.#engine.copyRows(rowsBetween(cache, cache), parents, this.#place)
  }

  /** True if there is no room for one more position. */
  get isFull(): boolean {
    return this.#place === this.#rows?.capacity
  }

  /** Gives back programs and caches. They are made anew when something is written again. */
  async close(): Promise<void> {
    const all = [...this.#kept.values()]
    this.#kept.clear()
    this.#rows = undefined
    await Promise.all(all.map((rows) => this.#forget(rows)))
  }

  /** All that there is for so many rows, with room for what is needed. A cache that has become too small goes, with its programs, for one with room for twice as much. */
  async #rowsFor(count: number, needed = 0): Promise<Rows> {
    const { context } = this.#model.config
    const rows = this.#kept.get(count) ?? this.#newRows(count)
    this.#kept.delete(count)
    this.#kept.set(count, rows)
    const [[, oldest]] = this.#kept
    if (this.#kept.size > mostKept && this.#kept.delete(oldest.count)) await this.#forget(oldest)
    const capacity = needed > 0 ? roomFor(Math.min(needed, context), smallestRoom, context) : 0
    if (capacity > rows.capacity) {
      const { steps, written } = rows
      Object.assign(rows, { capacity, steps: new Programs(this.#engine), written: undefined })
      await steps.close()
      this.#forgetCache(written)
    }
    return rows
  }

  #newRows(count: number): Rows {
    const [encoders, steps] = [new Programs(this.#engine), new Programs(this.#engine)]
    return { count, encoders, encoded: new Map(), steps, written: undefined, capacity: 0 }
  }

  async #forget({ encoders, encoded, steps, written }: Rows): Promise<void> {
    await Promise.all([encoders.close(), steps.close()])
    for (const cache of [written, ...encoded.values()]) this.#forgetCache(cache)
  }

  #forgetCache(cache: Cache | undefined): void {
    for (const part of cache ? partsOf(cache) : []) this.#engine.forget(part)
  }

  #masks(): Inputs {
    return {
      ...(this.#padding && { padding: this.#padding }),
      ...(this.#origins && { origins: this.#origins }),
      ...(this.#source?.lengths && { lengths: this.#source.lengths }),
    }
  }

  #ready(): Promise<WritingModel> {
    this.#edited ??= withEdits({ engine: this.#engine, model: this.#model, edits: this.#edits })
    return this.#edited
  }

  async #forward(
    rows: Rows,
    { positions, isFirst, scores }: { positions: number; isFirst: boolean; scores: Scores },
  ): Promise<Program> {
    const { count: batch, capacity } = rows
    const isPadded = this.#padding !== undefined
    const sources = this.#source?.length
    const model = await this.#ready()
    const key = [positions, isFirst, isPadded, sources, scores].join(' ')
    return rows.steps.get(key, () => {
      const ids = input('ids', { batch, position: positions }, { below: model.reads.ids.below })
      const start = isFirst ? constant(0) : input('start', {})
      const at = isFirst ? input('at', { batch, position: 1 }) : undefined
      const last = isFirst ? input('last', {}) : undefined
      const cache = new Cache({ capacity, start, shared: rows.written })
      rows.written = cache
      const places = placesUpTo(last, { positions, start })
      const padding = isPadded ? paddedBy(input('padding', { batch }), { places, capacity }) : { places }
      const encoded = sources === undefined ? undefined : rows.encoded.get(sources)
      const isCut = this.#source?.lengths !== undefined
      const memory = encoded?.recalled(isCut ? upTo(encoded.capacity, input('lengths', { batch })) : undefined)
      const standing =
        this.#edits.length === 0 ? undefined : standingFrom(input('origins', { batch }), { positions, start, capacity })
      const given = { cache, at, memory, standing, ...padding }
      const { outputs: logits, names } = trace(this.#model, () => model.logits({ ids }, given))
      const outputs = { [scores]: scores === 'logits' ? logits : logSoftmax(logits, 'vocab') }
      return { outputs, updates: cache.updates, names }
    })
  }
}

/** Positions that are filled up behind the last one stand where that stands: RoPE may ask how long the longest text is. */
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

/** Where positions and the places of the cache stand in the whole text. */
function standingFrom(
  origins: Tensor<'batch'>,
  { positions, start, capacity }: { positions: number; start: Tensor<never>; capacity: number },
): Given['standing'] {
  return {
    position: add(placesFrom({ position: positions, start }) as Tensor<'position'>, origins),
    cached: add(index('source', capacity), origins),
  }
}

/** The parts of two caches of one model, whose rows are (batch, source, …). */
function rowsBetween(from: Cache, to: Cache): RowsOf[] {
  const targets = partsOf(to)
  return partsOf(from).map((part, i) => ({ from: part, to: targets[i] }))
}

const partsOf = ({ kept }: Cache): Node[] => kept.flatMap(({ key, value }): Node[] => [key, value])
