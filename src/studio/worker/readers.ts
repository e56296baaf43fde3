// Programs that look, kept for the next look: while a training goes on, the same values of the same text are read twice a second, and
// to compile takes ten times as long as to run.

import type { Values } from '../../engine/engine.ts'
import type { Looking } from '../../inspect/editedPass.ts'
import { SourceReader, type SourceRow } from '../../inspect/heads/sourceReading.ts'
import { type Journeyed, type JourneyQuestion, Journeys } from '../../inspect/journey/journeys.ts'
import { Reader } from '../../inspect/read.ts'
import { readsSeveral } from '../../inspect/stream/guessAt.ts'
import { LatticeReader, type LatticeWithStates } from '../../inspect/stream/lattice.ts'
import { LensReader, type LensRow } from '../../inspect/stream/lens.ts'
import { givenOf, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { AxisSizes } from '../../model/reads.ts'

/** Whatever reads the values of examples of one size. */
interface Kept {
  close(): Promise<void>
}

/** So many are kept: what is seen at a time is read by fewer. */
const most = 12

export class Readers {
  /** The one that was used last is the last. */
  readonly #kept = new Map<string, Promise<Kept>>()
  readonly #numbers = new WeakMap<AnyModel, number>()
  #models = 0

  /** Reads values, as `read` of what looks inside does. */
  async read(looking: Looking, addresses: readonly string[], limit?: number): Promise<Map<string, Values>> {
    const { inputs, ...edited } = looking
    const reader = await this.#of(`read ${addresses.join('\n')}`, looking, async (sizes) => {
      const optional = Object.keys(givenOf(inputs))
      return new Reader({ ...edited, addresses, limit, sizes, optional })
    })
    return reader.read(inputs)
  }

  /** The lattice of a text, and the stream that it was read from. */
  async lattice(looking: Looking): Promise<LatticeWithStates> {
    const reader = await this.#of('lattice', looking, () => LatticeReader.over(looking))
    return reader.read(looking.inputs)
  }

  /** The guess at each state of a model that reads several positions at once: what all of them say together. Undefined for all other models. */
  async ofAll(looking: Looking): Promise<LensRow[] | undefined> {
    const { lens } = await this.#of('of all', looking, async () => {
      const isOfAll = await readsSeveral(looking, 'lattice')
      const lens = isOfAll ? await LensReader.over({ ...looking, hasTarget: false, keeps: true }) : undefined
      return { lens, close: async () => lens?.close() }
    })
    return lens && (await lens.read(looking.inputs)).rows
  }

  /** The encoder's stream as far as the decoder reads it. */
  async source(looking: Looking): Promise<SourceRow[]> {
    const reader = await this.#of('source', looking, () => SourceReader.over(looking))
    return reader.read(looking.inputs)
  }

  /** The journey of one token: another token of the text and another temperature compile nothing. */
  async journey(looking: Looking, question: JourneyQuestion): Promise<Journeyed> {
    const { inputs, ...edited } = looking
    const optional = Object.keys(givenOf(inputs))
    const journeys = await this.#of('journey', looking, (sizes) => Journeys.of({ ...edited, sizes, optional }))
    return journeys.read(inputs, question)
  }

  /** Gives back all of them. */
  async clear(): Promise<void> {
    const all = [...this.#kept.values()]
    this.#kept.clear()
    await Promise.allSettled(all.map(async (kept) => (await kept).close()))
  }

  async #of<Reads extends Kept>(
    what: string,
    { model, edits, inputs }: Looking,
    open: (sizes: AxisSizes) => Promise<Reads>,
  ): Promise<Reads> {
    const sizes = sizesOfValues('look', model.reads, inputs)
    const key = JSON.stringify([this.#numberOf(model), sizes, Object.keys(givenOf(inputs)), edits, what])
    const known = this.#kept.get(key) as Promise<Reads> | undefined
    const kept = known ?? open(sizes)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    kept.catch(() => this.#kept.delete(key))
    if (this.#kept.size > most) {
      const [[oldest, gone]] = this.#kept
      this.#kept.delete(oldest)
      await (await gone.catch(() => undefined))?.close()
    }
    return kept
  }

  #numberOf(model: AnyModel): number {
    const known = this.#numbers.get(model)
    if (known !== undefined) return known
    this.#numbers.set(model, ++this.#models)
    return this.#models
  }
}
