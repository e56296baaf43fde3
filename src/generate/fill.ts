// Filling in: which tokens may stand where a text is masked, by a model that sees both sides.
//
//   "the cat [MASK] on the mat"   →   sat 0.41 · sits 0.22 · was 0.08

import type { Edited } from '../edit/edit.ts'
import { expectReached, withEdits } from '../edit/edited.ts'
import { type Program, runWith } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import { Programs } from '../engine/programs.ts'
import { roomFor } from '../engine/room.ts'
import type { MaskedModel } from '../model/language.ts'
import { upTo } from '../model/masks.ts'
import { inputNodes, textLimits } from '../model/reads.ts'
import { softmax } from '../tensor/definitions.ts'
import { trace } from '../tensor/pass.ts'
import { input } from '../tensor/primitives.ts'
import { checkIds } from '../text/ids.ts'

/** A token that may stand in a place. */
export interface Filling {
  readonly id: number
  readonly probability: number
}

/** A masked place of a text. */
export interface FilledMask {
  /** The number of the token. */
  readonly position: number
  /** The likeliest first. */
  readonly fillings: readonly Filling[]
}

export interface FillSettings {
  readonly ids: ArrayLike<number>
  /** The id that stands for what is to be guessed. */
  readonly mask: number
  /** The number of fillings that are wanted for each mask; 5 if not given. */
  readonly top?: number
}

/** The likeliest fillings of every mask in a text. To fill several texts, keep a `MaskFiller`, which compiles its programs once. */
export async function fillMasks({
  engine,
  model,
  edits,
  ...settings
}: FillSettings & Edited<MaskedModel>): Promise<FilledMask[]> {
  const filler = new MaskFiller({ engine, model, edits })
  try {
    return await filler.fill(settings)
  } finally {
    await filler.close()
  }
}

/** The shortest text that is worth a program. */
const shortest = 16

export class MaskFiller {
  readonly #settings: Edited<MaskedModel>
  readonly #programs: Programs
  #edited: Promise<MaskedModel> | undefined
  /** The length of the longest text so far. */
  #longest = 0

  /** `edits`: the replacements in every text; what another run had is read when this one fills for the first time. */
  constructor(settings: Edited<MaskedModel>) {
    this.#settings = settings
    this.#programs = new Programs(settings.engine)
  }

  /**
   * The likeliest fillings of every mask in a text, each by itself: what is guessed for one is not yet known to the others.
   *
   * Throws when there is no mask, and when the text is longer than the model's context.
   */
  async fill({ ids, mask, top = 5 }: FillSettings): Promise<FilledMask[]> {
    const { vocab, context } = textLimits('fill', this.#settings.model)
    const masks = Array.from(ids).flatMap((id, position) => (id === mask ? [position] : []))
    if (masks.length === 0)
      throw new Error('fill: there is no mask in the text. Put one where a token is to be guessed.')
    if (ids.length > context)
      throw new Error(
        `fill: the text has ${ids.length} tokens, but the model was made for ${context}. Give a shorter one.`,
      )
    checkIds('fill: the text', ids, vocab)
    const length = roomFor(ids.length, shortest, context)
    const asked = roomFor(masks.length, 1, context)
    const program = await this.#program(length, asked)
    const filled = new Int32Array(length)
    filled.set(ids)
    const at = new Int32Array(asked)
    at.set(masks)
    await runWith(program, { ids: filled, at, lengths: ids.length })
    this.#longest = Math.max(this.#longest, ids.length)
    await expectReached(this.#settings.edits ?? [], this.#settings.model, { positions: this.#longest }, 'fill')
    const { data } = await program.read('probabilities')
    checkFinite('fill: a probability', data.subarray(0, masks.length * vocab))
    return masks.map((position, i) => ({
      position,
      fillings: largest(data.subarray(i * vocab, (i + 1) * vocab), top),
    }))
  }

  /** Gives back its programs; they are compiled anew when it fills again. */
  close(): Promise<void> {
    return this.#programs.close()
  }

  async #program(length: number, asked: number): Promise<Program> {
    this.#edited ??= withEdits(this.#settings)
    const model = await this.#edited
    return this.#programs.get(`${length} ${asked}`, () => {
      const inputs = inputNodes(model.reads, { batch: 1, position: length })
      const at = input('at', { batch: 1, position: asked })
      const keep = upTo(length, input('lengths', { batch: 1 }))
      const { outputs: logits, names } = trace(this.#settings.model, () => model.logits(inputs, { at, keep }))
      return { outputs: { probabilities: softmax(logits, 'vocab') }, names }
    })
  }
}

/** The largest probabilities, the largest first; of equals, the one with the lower id. */
function largest(probabilities: Float32Array, count: number): Filling[] {
  const best: Filling[] = []
  for (const [id, probability] of probabilities.entries()) {
    if (best.length === count && probability <= best[count - 1].probability) continue
    const at = best.findLastIndex((each) => each.probability >= probability) + 1
    best.splice(at, 0, { id, probability })
    if (best.length > count) best.pop()
  }
  return best
}
