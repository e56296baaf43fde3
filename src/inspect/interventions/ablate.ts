// Ablation: what a model loses when one of its heads or MLPs says nothing of its own any more.
//
//   zero        a ← 0
//   mean        a ← the mean of a over all positions of all windows of the text
//   resample    a ← a of the next window of the text, at the same positions; after the last comes the first
//
//   change = loss with a replaced − loss        nats per token, of each window; its mean over windows ± standard error
//
// With the patterns held, every position looks where it did, and a part is missed only for what it carries itself.
// Mean and resample leave what the part says on any text, and take away what it says of this one. Wang et al. 2022 (mean);
// Chan et al. 2022, "Causal scrubbing" (resample).

import type { Edited } from '../../edit/edit.ts'
import type { Values } from '../../engine/engine.ts'
import { checkFinite } from '../../engine/finite.ts'
import type { InputValues } from '../../model/inputValues.ts'
import type { DecoderModel } from '../../model/language.ts'
import { textLimits } from '../../model/reads.ts'
import type { Ids } from '../../model/stream.ts'
import { addressText } from '../../tensor/address.ts'
import { sizeOf } from '../../tensor/axes.ts'
import { crossEntropy } from '../../tensor/definitions.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { input, sum } from '../../tensor/primitives.ts'
import { checkIds } from '../../text/ids.ts'
import { editedPass } from '../editedPass.ts'
import { meanOf, standardError } from '../means.ts'
import { logitsOf } from '../stream/readout.ts'
import { type AblationChoice, type AblationKind, ablatedParts } from './ablatedParts.ts'
import { Patcher } from './patcher.ts'
import { positionsOfCells } from './positionsOfCells.ts'
import type { StreamWriter } from './writers.ts'

/** A head or an MLP without which the model was run. */
export interface AblationRow {
  /** attention, cross or mlp */
  readonly part: string
  /** The number of the block. */
  readonly layer: number
  /** The number of the head; heads that share keys and values come one after the other. */
  readonly head?: number
  readonly address: string
  /** The loss without it, in nats per token or other target. */
  readonly loss: number
  /** The loss without it minus the loss with it: above 0 where the part helps. */
  readonly change: number
  /** The standard error of `change` over the windows or examples; NaN for one. */
  readonly error: number
}

/** The parts of a model, the one that is missed most first. */
export interface Ablations {
  readonly kind: AblationKind
  /** True if all patterns of attention were held. */
  readonly isPatternHeld: boolean
  /** The number of windows, and of the tokens that each predicts. */
  readonly windows: number
  readonly length: number
  /** The number of tokens of the text that stand in no window. */
  readonly unread: number
  /** The loss of the model as it is, in nats per token. */
  readonly loss: number
  readonly rows: readonly AblationRow[]
}

export interface AblateSettings extends Edited<DecoderModel>, AblationChoice {
  /** A text of at least two tokens. */
  readonly ids: ArrayLike<number>
  /** The most windows that are read, evenly over the text; 16 if not given. */
  readonly windows?: number | undefined
}

/**
 * Every head and every MLP, each ablated by itself: by how much the loss over the windows of a text grows, the greatest first.
 *
 * The windows are as long as the model looks, the text where that is shorter. Throws for texts of fewer than two tokens, of one window
 * where others are to be resampled from, and for a model without heads and MLPs.
 */
export async function ablate(settings: AblateSettings): Promise<Ablations> {
  const { model, engine, edits, kind, isPatternHeld = false, report } = settings
  const { windows, length, unread } = windowsOf(settings)
  const names = await editedPass({ model, engine, edits, inputs: windows[0].reads }, 'ablate')
  const { vocab } = textLimits('ablate', model)
  const { writers, patches, held, rows } = ablatedParts(names, settings, length * vocab)
  const patcher = await Patcher.of({
    ...{ model, engine, edits, patches, held, rows, sizes: { position: length } },
    metric: (carried) => windowLoss(carried, vocab),
  })
  try {
    const mean = kind === 'mean' ? await meansOf(patcher, windows) : undefined
    const found: number[][] = []
    const total = windows.length * (patches.length + 1)
    for (const [i, window] of windows.entries()) {
      const other = windows[(i + 1) % windows.length]
      const given = kind === 'zero' ? new Map<string, Values>() : (mean ?? (await patcher.look(inputsOf(other))).values)
      const losses = await patcher.run(inputsOf(window), given, [undefined, ...patches], (done) =>
        report?.(i * (patches.length + 1) + done, total),
      )
      checkFinite('ablate: the loss', [losses[0]])
      found.push(losses.map((loss) => loss / length))
    }
    return {
      ...{ kind, isPatternHeld, windows: windows.length, length, unread },
      loss: meanOf(found.map(([loss]) => loss)),
      rows: writers
        .map((writer, i) =>
          ablationRow(writer, {
            own: found.map(([loss]) => loss),
            without: found.map((losses) => losses[i + 1]),
          }),
        )
        .toSorted((a, b) => b.change - a.change),
    }
  } finally {
    await patcher.close()
  }
}

/** The row of a part: from the losses of the model as it is, and those without the part. */
export function ablationRow(
  { address, ...writer }: StreamWriter,
  { own, without }: { readonly own: readonly number[]; readonly without: readonly number[] },
): AblationRow {
  const changes = without.map((loss, i) => loss - own[i])
  return {
    ...writer,
    address: addressText(address),
    loss: meanOf(without),
    change: meanOf(changes),
    error: standardError(changes),
  }
}

interface Window {
  readonly reads: { readonly ids: readonly number[] }
  readonly targets: readonly number[]
}

const inputsOf = ({ reads, targets }: Window): InputValues => ({ ...reads, targets })

/** The windows of a text, which do not overlap, with the token that comes next at each of their positions. */
function windowsOf({ model, ids: text, kind, windows: most = 16 }: AblateSettings): {
  readonly windows: readonly Window[]
  readonly length: number
  readonly unread: number
} {
  const { vocab, context } = textLimits('ablate', model)
  checkIds('ablate: the text', text, vocab)
  const ids = Array.from(text)
  if (ids.length < 2)
    throw new Error(
      `ablate: the text has ${ids.length === 1 ? 'one token' : 'no tokens'}. Give at least two: the loss is that of each after the first.`,
    )
  const length = Math.min(context, ids.length - 1)
  const all = Math.floor((ids.length - 1) / length)
  const count = Math.min(all, most)
  if (kind === 'resample' && count < 2)
    throw new Error(
      `ablate: resampling takes values from another window, but ${all < 2 ? `the text of ${ids.length} tokens has only one of ${length}. Give a longer text, or take zero or mean.` : 'there is to be only one. Ask for at least two.'}`,
    )
  const windows = Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * all) / count) * length
    return { reads: { ids: ids.slice(start, start + length) }, targets: ids.slice(start + 1, start + 1 + length) }
  })
  return { windows, length, unread: ids.length - 1 - count * length }
}

/** Σ −ln p(next token) over the positions of each row of the batch. */
function windowLoss(names: Names, vocab: number): Node {
  const logits = logitsOf(names, 'ablate').node as Tensor<'batch' | 'position' | 'vocab'>
  const [batch, position] = [sizeOf(logits.axes, 'batch'), sizeOf(logits.axes, 'position')]
  const targets = input('targets', { batch, position }, { below: vocab }) as Ids
  return sum(crossEntropy(logits, targets, 'vocab'), 'position')
}

/** Values of which each cell, at all positions alike, is the mean over all positions of all windows. */
async function meansOf(patcher: Patcher, windows: readonly Window[]): Promise<Map<string, Values>> {
  const sums = new Map<string, { readonly values: Values; readonly sum: Float64Array }>()
  for (const window of windows)
    for (const [path, values] of (await patcher.look(inputsOf(window))).values) {
      const { sum } = sums.get(path) ?? { sum: new Float64Array(values.data.length) }
      values.data.forEach((each, cell) => {
        sum[cell] += each / windows.length
      })
      sums.set(path, { values, sum })
    }
  return new Map([...sums].map(([path, { values, sum }]) => [path, { ...values, data: overPositions(values, sum) }]))
}

/** The means of cells over the axis "position", at all its places. */
function overPositions(values: Values, data: Float64Array): Float32Array {
  const { positions, outside } = positionsOfCells(values)
  const means = new Float64Array(data.length / positions)
  data.forEach((each, cell) => {
    means[outside(cell)] += each / positions
  })
  return Float32Array.from(data, (_, cell) => means[outside(cell)])
}
