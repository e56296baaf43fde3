// The logit lens: what the model would say if it stopped after a block, its stream read as the last one is.
//
//   own      logits = readout(h)                         with the last norm's statistics of h itself
//   final    the same with the factor 1/√(…) of the last state: how far h has come, on the scale of the end
//   tuned    logits = readout(h + h · W + b)             with a translator for each state: tunedLens.ts
//
// nostalgebraist 2020, "interpreting GPT: the logit lens"; Belrose et al. 2023, "Eliciting Latent Predictions from Transformers with
// the Tuned Lens". The programs are in lensPrograms.ts.

import { checkFinite } from '../../engine/finite.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { type Saying, sayingsOf } from './guesses.ts'
import { type LensKind, LensPrograms } from './lensPrograms.ts'
import { type AnswerAxis, answersAtPositions, answersOf } from './readout.ts'
import type { StreamPoint, StreamState } from './states.ts'
import type { TunedLens } from './tunedLens.ts'
import { angle } from './vectors.ts'

/** A state of the stream at one position, and what it says; of a classifier that reads several at once, at all of them together. */
export interface LensRow extends Saying {
  /** The address of the state. */
  readonly address: string
  readonly point: StreamPoint
  /** The number of the block; none for what goes into the first. */
  readonly layer?: number
  readonly lens: LensKind
  /** None where the row is of all positions together. */
  readonly position?: number
  /** The length of the state, √Σ h². */
  readonly norm: number
  /** The cosine of its angle to the last state, at this position or over all. */
  readonly cosine: number
}

/** An example, and the lenses through which its stream is seen. */
export interface LensSettings extends Looking {
  /** The lenses; ['own'] if not given. */
  readonly lenses?: readonly LensKind[] | undefined
  /** True to read the middle of each block too, between attention and MLP. */
  readonly middle?: boolean | undefined
  /** The number of guesses for each state and position; 1 if not given. */
  readonly top?: number | undefined
  /** The id of a token whose logit, probability and rank are wanted: one for all positions, or one for each. */
  readonly target?: number | ArrayLike<number> | undefined
  /** The translators of the tuned lens. */
  readonly tuned?: TunedLens | undefined
  /** Is told after each state how many have been read, and of how many. */
  readonly report?: ((done: number, of: number) => void) | undefined
}

/**
 * The guesses of the model after every block, at each position: the first state with all its positions, then the next. What the last
 * state says is what the model's logits say, to the bit, through every lens.
 *
 * A classifier is read at every position, with what it does at the one that it reads; what it says stands at that one. One that reads
 * several positions at once gives one row for each state: its readout of the whole state, all positions together.
 *
 * Throws for models that say nothing of tokens or of classes, for 'final' where no norm stands before the unembedding, and for tokens
 * that are not in the vocabulary.
 */
export async function logitLens({ target, ...settings }: LensSettings): Promise<LensRow[]> {
  const reader = await LensReader.over({ ...settings, hasTarget: target !== undefined })
  try {
    return (await reader.read(settings.inputs, target)).rows
  } finally {
    await reader.close()
  }
}

/** Lenses for any number of examples. */
interface LensesSettings extends Omit<LensSettings, 'target'> {
  /** True where tokens will be asked about. */
  readonly hasTarget: boolean
  /** True where examples of the same size follow one another: nothing is compiled for these, and more is held. */
  readonly keeps?: boolean
  /** True where single positions are asked about: a model that says nothing at one is refused. */
  readonly isByPosition?: boolean
}

interface AnswerSizes {
  /** The number of positions that are read by themselves; none where all are read together. */
  readonly positions: number | undefined
  readonly answers: number
  readonly axis: AnswerAxis
}

/** Looks through lenses as `logitLens` does, at examples of one size. */
export class LensReader {
  readonly #settings: LensesSettings
  readonly #programs: LensPrograms
  readonly #sizes: AnswerSizes

  private constructor(settings: LensesSettings, programs: LensPrograms, sizes: AnswerSizes) {
    this.#settings = settings
    this.#programs = programs
    this.#sizes = sizes
  }

  /** Lenses for examples as large as the one that is given. Throws as `logitLens` does. */
  static async over(settings: LensesSettings): Promise<LensReader> {
    const {
      lenses = ['own'],
      middle,
      top = 1,
      tuned,
      report,
      hasTarget,
      keeps = false,
      isByPosition,
      ...looking
    } = settings
    const names = await editedPass(looking, 'lens')
    const { node, axis } = (isByPosition ? answersAtPositions : answersOf)(names, 'lens')
    const sizes = {
      positions: hasAxis(node.axes, 'position') ? sizeOf(node.axes, 'position') : undefined,
      answers: sizeOf(node.axes, axis),
      axis,
    }
    if (!(Number.isInteger(top) && top >= 1 && top <= sizes.answers))
      throw new Error(
        `lens: top is ${top}; give a whole number of guesses from 1 to ${sizes.answers}, as many as there are ${axis === 'class' ? 'classes' : 'tokens'}.`,
      )
    const programs = new LensPrograms(looking.engine, names, { top, hasTarget, tuned, keeps })
    checkLenses(lenses, programs, tuned)
    return new LensReader(settings, programs, sizes)
  }

  /** Looks at an example: gives the guesses, and the states by their addresses. */
  async read(
    inputs: Looking['inputs'],
    target?: LensSettings['target'],
  ): Promise<{ readonly rows: LensRow[]; readonly states: ReadonlyMap<string, Float32Array> }> {
    const { lenses = ['own'], middle = false, top = 1, report } = this.#settings
    const programs = this.#programs
    const targets = targetsOf(target, this.#sizes)
    const wanted = programs.states.filter(
      ({ point }, i, { length }) => middle || point !== 'middle' || i === length - 1,
    )
    const { states, final } = await programs.begin(inputs, targets)
    // What comes from a damaged state is damaged too: the first is named.
    for (const { address } of programs.states) checkFinite(`lens: a number of ${address}`, states.get(address) ?? [])
    checkFinite('lens: what the logits say', final.whole)
    const rows: LensRow[] = []
    for (const [i, state] of wanted.entries())
      for (const [j, lens] of lenses.entries()) {
        const numbers = states.get(state.address) as Float32Array
        const isLast = state.address === programs.states.at(-1)?.address
        const measures = isLast ? final : await programs.read(state, lens, numbers)
        const said = sayingsOf(measures, {
          top,
          final: final.whole,
          target: targets,
          what: `lens: what ${state.address} says`,
        })
        const last = states.get(programs.states.at(-1)?.address as string) as Float32Array
        rows.push(...rowsOf(state, lens, said, { numbers, last, isOfAll: this.#sizes.positions === undefined }))
        report?.(i * lenses.length + j + 1, wanted.length * lenses.length)
      }
    return { rows, states }
  }

  /** Gives back its programs. */
  close(): Promise<void> {
    return this.#programs.close()
  }
}

function rowsOf(
  { address, point, layer }: StreamState,
  lens: LensKind,
  said: readonly Saying[],
  {
    numbers,
    last,
    isOfAll,
  }: { readonly numbers: Float32Array; readonly last: Float32Array; readonly isOfAll: boolean },
): LensRow[] {
  const width = numbers.length / said.length
  return said.map((saying, position) => {
    const row = (vector: Float32Array): Float32Array => vector.subarray(position * width, (position + 1) * width)
    const { norm, cosine } = angle(row(numbers), row(last))
    const at = isOfAll ? {} : { position }
    return { address, point, ...(layer !== undefined && { layer }), lens, ...at, norm, cosine, ...saying }
  })
}

/** The token that is asked about at each position. */
function targetsOf(
  target: LensSettings['target'],
  { positions = 1, answers, axis }: AnswerSizes,
): number[] | undefined {
  if (target === undefined) return undefined
  const ids = typeof target === 'number' ? Array.from({ length: positions }, () => target) : Array.from(target)
  if (ids.length !== positions)
    throw new Error(`lens: ${ids.length} targets for ${positions} positions. Give one for each, or one for all.`)
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < answers))
  if (wrong !== undefined)
    throw new Error(
      axis === 'class'
        ? `lens: there is no class ${wrong}; the classes are 0 to ${answers - 1}.`
        : `lens: there is no token with the id ${wrong}; the vocabulary has 0 to ${answers - 1}.`,
    )
  return ids
}

function checkLenses(lenses: readonly LensKind[], programs: LensPrograms, tuned: TunedLens | undefined): void {
  if (lenses.length === 0) throw new Error('lens: no lens is given. Give some of own, final and tuned.')
  const unknown = lenses.find((lens) => !['own', 'final', 'tuned'].includes(lens))
  if (unknown !== undefined) throw new Error(`lens: there is no lens "${unknown}". There are own, final and tuned.`)
  if (lenses.includes('final') && !programs.hasFactors)
    throw new Error('lens: no norm stands before the unembedding, so that there is no final scale. Use the own one.')
  if (lenses.includes('tuned') && !tuned)
    throw new Error('lens: the tuned lens needs translators. Train some with `tuneLens`.')
}
