// Causal tracing: where a model keeps what it knows of a subject. The subject's embeddings are drowned in noise, and values of the run
// without noise are put back, one place after the other:
//
//   corrupt run      embedded[subject] + noise,  noise ~ N(0, (3 · std of the embeddings)²), several times
//   total effect     TE = p(answer) − p(answer | corrupt)
//   indirect effect  IE = p(answer | corrupt, value put back) − p(answer | corrupt)
//
// The stream is put back at one layer and position; what attention or the MLP adds there in a window of layers, since one layer alone
// does little. Meng et al. 2022, "Locating and Editing Factual Associations in GPT".

import { areFinite, checkFinite } from '../../engine/finite.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import { cells, hasAxis, sizeOf } from '../../tensor/axes.ts'
import { softmax } from '../../tensor/definitions.ts'
import { type Names, parametersOf } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { add, input } from '../../tensor/primitives.ts'
import { randomKey, uniform } from '../../tensor/random.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { meanOf, standardError } from '../means.ts'
import { guessAt } from '../stream/guessAt.ts'
import { logitsOf } from '../stream/readout.ts'
import { streamStates } from '../stream/states.ts'
import { sizesOf, withoutRows } from './inEveryRow.ts'
import { Patcher } from './patcher.ts'

/** The values that are put back: those of the stream, or what all attention or MLPs of a window add to it. */
export type TracedPart = 'stream' | 'attention' | 'mlp'

export interface TraceSettings extends Looking {
  /** The positions of the subject, from 0. */
  readonly subject: readonly number[]
  /** The answer whose probability is looked at; the model's own guess if not given. */
  readonly token?: number | undefined
  /** The position that says what comes next; the last one if not given. */
  readonly position?: number | undefined
  /** The standard deviation of the noise, in those of the token embeddings; 3 if not given. */
  readonly noise?: number | undefined
  /** The number of times that noise is drawn; 10 if not given. */
  readonly draws?: number | undefined
  readonly seed?: number | undefined
  /** The number of layers in which attention or the MLP is put back together; a fifth of all if not given, and at least one. */
  readonly window?: number | undefined
  /** The most rows in one run. */
  readonly batch?: number | undefined
  readonly report?: ((done: number, of: number) => void) | undefined
}

/** The effect of putting values of one place back. */
export interface TraceRow {
  readonly part: TracedPart
  /** The number of the block; of a window the middle one. None for what goes into the first block. */
  readonly layer?: number
  readonly position: number
  readonly addresses: readonly string[]
  /** The probability of the answer with the values put back, its mean over the draws. */
  readonly probability: number
  /** IE: how much that is above the corrupt run. */
  readonly effect: number
  /** The standard error of `effect` over the draws; NaN for one. */
  readonly error: number
}

export interface CausalTrace {
  readonly token: number
  readonly position: number
  readonly subject: readonly number[]
  /** The standard deviation of the noise. */
  readonly noise: number
  readonly draws: number
  readonly window: number
  /** The probability of the answer as the model is. */
  readonly clean: number
  /** The same with noise, its mean over the draws, and the standard error. */
  readonly corrupt: number
  readonly corruptError: number
  /** TE: clean − corrupt. */
  readonly total: number
  /** From the embeddings upwards, position by position: the stream, then MLPs and attention. */
  readonly rows: readonly TraceRow[]
}

/**
 * The effects of putting back what a model has at each layer and position, while noise hides the subject.
 *
 * Throws for positions and tokens that are not there, and for models that do not say which token stands somewhere.
 */
export async function causalTrace(settings: TraceSettings): Promise<CausalTrace> {
  const { model, engine, edits = [], inputs, subject, draws = 10, seed = 0, report } = settings
  checkTraceable(model)
  const sizes = sizesOfValues('trace', model.reads, inputs)
  const names = await editedPass({ model, engine, edits, inputs }, 'trace')
  const { node: logits } = logitsOf(names, 'trace')
  const length = sizeOf(logits.axes, 'position')
  const position = placeOf(settings.position ?? -1, length, 'position')
  const places = subjectOf(subject, length)
  const token = settings.token ?? (await guessAt({ model, engine, edits, inputs }, position, 'trace'))
  const probability = (carried: Names): Node => {
    const here = placed(logitsOf(carried, 'trace').node, { position }) as Tensor<'vocab'>
    return placed(softmax(here, 'vocab'), { vocab: token })
  }
  probability(names)
  const embedded = embeddedOf(names)
  const noise = (settings.noise ?? 3) * (await embeddingSpread(settings))
  const layers = streamStates(names, 'trace').filter(({ point }) => point === 'output').length
  const window = settings.window ?? Math.max(1, Math.round(layers / 5))
  if (!(Number.isInteger(window) && window >= 1 && window <= layers))
    throw new Error(
      `trace: the window is ${window} layers, but the model has ${layers}. Give a whole number from 1 to ${layers}.`,
    )
  const wanted = tracedPlaces(names, length, window)
  const patcher = await Patcher.of({
    ...{ model, engine, sizes, optional: Object.keys(givenOf(inputs)), rows: settings.batch ?? 64 },
    edits: [
      ...edits,
      { at: embedded.path, to: (old: Tensor) => add(old, input(noiseName, sizesOf(old.axes)) as Tensor) },
    ],
    patches: wanted.map(({ addresses }) => addresses),
    metric: probability,
  })
  try {
    const drowned = (draw: number | undefined): InputValues => ({
      ...inputs,
      [noiseName]: noiseOf(embedded.node, places, draw === undefined ? 0 : noise, randomKey(`noise ${draw}`, seed)),
    })
    const { metric: clean, values } = await patcher.look(drowned(undefined))
    checkFinite('trace: the probability of the answer', [clean])
    const found: { corrupt: number; restored: number[] }[] = []
    for (let draw = 0; draw < draws; draw++) {
      const [corrupt, ...restored] = await patcher.run(
        drowned(draw),
        values,
        [undefined, ...wanted.map(({ addresses }) => addresses)],
        (done) => report?.(draw * (wanted.length + 1) + done, draws * (wanted.length + 1)),
      )
      if (!areFinite([corrupt, ...restored]))
        throw new Error(
          `trace: with noise of ${noise} the probability of the answer is no number. Give less noise than ${settings.noise ?? 3} times the spread of the embeddings.`,
        )
      found.push({ corrupt, restored })
    }
    const corrupt = meanOf(found.map((each) => each.corrupt))
    return {
      ...{ token, position, subject: places, noise, draws, window, clean, corrupt },
      corruptError: standardError(found.map((each) => each.corrupt)),
      total: clean - corrupt,
      rows: wanted.map(({ addresses, ...label }, i) => {
        const effects = found.map((each) => each.restored[i] - each.corrupt)
        return {
          ...label,
          addresses: addresses.map(addressText),
          probability: meanOf(found.map((each) => each.restored[i])),
          effect: meanOf(effects),
          error: standardError(effects),
        }
      }),
    }
  } finally {
    await patcher.close()
  }
}

const noiseName = 'noise'

const describedKind = {
  encoder: 'one that turns texts into vectors',
  classifier: 'a classifier',
  'encoder-decoder': 'a translator, which has two',
  'dual-encoder': 'one of texts and pictures, which has two',
} as const

/** Throws for a model that does not say, of one stream, which token stands somewhere. */
export function checkTraceable({ kind }: AnyModel): void {
  if (kind === 'decoder' || kind === 'masked') return
  throw new Error(
    `trace: it follows one stream from a subject to the probability of a token, but this is ${describedKind[kind]}. Give a model that writes on, or one that fills in masked tokens.`,
  )
}

function placeOf(place: number, length: number, what: string): number {
  if (Number.isInteger(place) && place >= -length && place < length) return place < 0 ? place + length : place
  throw new Error(
    `trace: ${what} ${place}: the text has the positions 0 to ${length - 1}. Give one of these, or count from the end: -1 is the last.`,
  )
}

function subjectOf(subject: readonly number[], length: number): number[] {
  if (subject.length === 0)
    throw new Error('trace: the subject has no positions. Say which tokens are to be drowned in noise.')
  return [...new Set(subject.map((place) => placeOf(place, length, 'the subject is at position')))].sort(
    (a, b) => a - b,
  )
}

/** The value that the noise is added to: what goes into the first block, or into the norm before it. */
function embeddedOf(names: Names): { readonly path: string; readonly node: Node } {
  const [path, node] = [...names.values].find(([path]) => /(^|\.)embedded$/.test(path)) ?? []
  if (path === undefined || !node)
    throw new Error('trace: the model has no value "embedded", so that there is nothing to add noise to.')
  return { path, node }
}

/** The standard deviation of all cells of the token embedding. */
async function embeddingSpread({ model, engine }: TraceSettings): Promise<number> {
  const table = [...parametersOf(model).values()].find(
    ({ axes }) => axes.length === 2 && hasAxis(axes, 'vocab') && hasAxis(axes, 'model'),
  )
  if (!table)
    throw new Error('trace: the model has no table of token embeddings, whose spread would be the measure of noise.')
  const numbers = await engine.get(table)
  let [sum, squares] = [0, 0]
  for (const each of numbers) {
    sum += each
    squares += each * each
  }
  return Math.sqrt(squares / numbers.length - (sum / numbers.length) ** 2)
}

/** Normal numbers at some positions, 0 at the others. Box and Muller 1958. */
function noiseOf({ axes }: Node, places: readonly number[], size: number, key: number): Float32Array {
  const own = withoutRows(axes)
  const [positions, width] = [sizeOf(own, 'position'), cells(own) / sizeOf(own, 'position')]
  const noise = new Float32Array(positions * width)
  if (size === 0) return noise
  for (const place of places)
    for (let i = 0; i < width; i++) {
      const cell = place * width + i
      const [radius, angle] = [Math.sqrt(-2 * Math.log(1 - uniform(key, 0, cell))), 2 * Math.PI * uniform(key, 1, cell)]
      noise[cell] = size * radius * Math.cos(angle)
    }
  return noise
}

interface TracedPlace {
  readonly part: TracedPart
  readonly layer?: number
  readonly position: number
  readonly addresses: readonly Address[]
}

/** All that is put back, by itself. */
function tracedPlaces(names: Names, length: number, window: number): TracedPlace[] {
  const at = (position: number, paths: readonly string[]): readonly Address[] =>
    paths.map((path) => ({ path, at: { position } }))
  const positions = Array.from({ length }, (_, position) => position)
  const states = streamStates(names, 'trace').filter(({ point }) => point !== 'middle')
  const streams = states.flatMap(({ address, layer }) =>
    positions.map((position) => ({
      part: 'stream' as const,
      ...(layer !== undefined && { layer }),
      ...{ position, addresses: at(position, [address]) },
    })),
  )
  const parts = (['mlp', 'attention'] as const).flatMap((part) => {
    const paths = [...names.values.keys()].filter((path) => new RegExp(`(^|\\.)\\d+\\.${part}\\.output$`).test(path))
    return paths.flatMap((path, i) => {
      const layer = Number(path.split('.').at(-3))
      const own = paths.slice(Math.max(0, i - Math.floor(window / 2)), i + Math.ceil(window / 2))
      return positions.map((position) => ({ part, layer, position, addresses: at(position, own) }))
    })
  })
  return [...streams, ...parts]
}
