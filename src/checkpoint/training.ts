// The state of a training run, in one safetensors file: everything that the next step depends on.
//
//   weights/<path>   the parameters                    first/<path>, second/<path>   AdamW's running means of the
//   __metadata__     step, seed, settings, history                                   gradient and of its square
//
// It is one file so that renaming it commits all of it or nothing: no kill can leave the weights of one step with the
// moments of another. The numbers are stored to the bit, in our own names and order.

import { parseJSON } from '../text/json.ts'
import type { WeightAxes } from './rearrange.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts'
import { fromCheckpoint, type Weight, type Weights } from './weights.ts'

export interface TrainingState {
  /** The number of steps that were taken. */
  readonly step: number
  readonly seed: number
  /** The number of examples that the steps were given, empty rows of batches included, where it does not follow from the settings. */
  readonly examples?: number
  /** The trainer's settings, as JSON; it checks them itself when it resumes. */
  readonly settings: unknown
  /** The losses so far, as JSON; the trainer's too. */
  readonly history: unknown
  readonly weights: Weights
  /** AdamW's first moments: the running means of the gradients. */
  readonly first: Weights
  /** AdamW's second moments: the running means of their squares. */
  readonly second: Weights
}

const kinds = ['weights', 'first', 'second'] as const
const format = 'cutaway training 1'

/** The bytes of training.safetensors, in chunks to be written one after the other; the numbers are not copied. */
export function writeTraining(state: TrainingState): Uint8Array[] {
  const tensors = new Map<string, StoredTensor>()
  for (const kind of kinds) {
    for (const [path, { sizes, data }] of state[kind])
      tensors.set(`${kind}/${path}`, { shape: Object.values(sizes), data })
  }
  return writeSafetensors(tensors, {
    format,
    step: String(state.step),
    seed: String(state.seed),
    ...(state.examples !== undefined && { examples: String(state.examples) }),
    // Steps that have no running means: else their absence is damage.
    ...(state.first.size === 0 && { moments: 'none' }),
    settings: JSON.stringify(state.settings ?? null),
    history: JSON.stringify(state.history ?? null),
  })
}

/**
 * Reads training.safetensors.
 *
 * - `sizes`: the axes and sizes of each of the model's parameters, by path
 * - `place`: the file's name, for errors
 *
 * Throws for a damaged file and for one of another model, and then lists what does not fit.
 */
export function readTraining(
  bytes: Uint8Array,
  sizes: ReadonlyMap<string, WeightAxes>,
  place = 'training.safetensors',
): TrainingState {
  const file = readSafetensors(bytes, place)
  checkFormat(file.metadata, place)
  const own = file.metadata['moments'] === 'none' ? (['weights'] as const) : kinds
  const all = new Map(own.flatMap((kind) => [...sizes].map(([path, own]) => [`${kind}/${path}`, own])))
  const rows = [...all].map(([name, own]) => ({ name, of: { [name]: Object.keys(own).join(' ') } }))
  const found = fromCheckpoint(file, { prefix: '', rows, ignored: [], copies: {} }, all, place)
  const of = (kind: string): Weights =>
    new Map(
      own.some((each) => each === kind)
        ? [...sizes.keys()].map((path) => [path, found.get(`${kind}/${path}`) as Weight])
        : [],
    )
  return {
    ...readProgress(file.metadata, place),
    seed: wholeNumber(file.metadata, 'seed', place),
    ...(file.metadata['examples'] !== undefined && { examples: wholeNumber(file.metadata, 'examples', place) }),
    weights: of('weights'),
    first: of('first'),
    second: of('second'),
  }
}

/** The progress of a training, of a file whose header alone was read. Throws for a file that is no training state. */
export function readProgress(
  metadata: Readonly<Record<string, string>>,
  place: string,
): Pick<TrainingState, 'step' | 'settings' | 'history'> {
  checkFormat(metadata, place)
  return {
    step: wholeNumber(metadata, 'step', place),
    settings: settingsIn(metadata, place),
    history: parseJSON(metadata['history'] ?? '', `${place}: history`),
  }
}

/** The trainer's settings, as JSON, of a file whose header alone was read. Throws for a file that is no training state. */
export function readSettings(metadata: Readonly<Record<string, string>>, place: string): unknown {
  checkFormat(metadata, place)
  return settingsIn(metadata, place)
}

const settingsIn = (metadata: Readonly<Record<string, string>>, place: string): unknown =>
  parseJSON(metadata['settings'] ?? '', `${place}: settings`)

function checkFormat(metadata: Readonly<Record<string, string>>, place: string): void {
  if (metadata['format'] === format) return
  throw new Error(
    `${place}: its format is ${JSON.stringify(metadata['format'] ?? 'missing')}, not "${format}". ` +
      'It is no training state, or that of another version; start the training anew.',
  )
}

function wholeNumber(metadata: Readonly<Record<string, string>>, name: string, place: string): number {
  const text = metadata[name] ?? 'missing'
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new Error(
      `${place}: ${name} is ${JSON.stringify(text)}, not a whole number. The file is damaged; start the training anew.`,
    )
  }
  return Number(text)
}
