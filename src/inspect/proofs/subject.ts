// The subject of checks: a model on one text, with what it gives there, and ways to run it on the same text in other ways.

import { alongText, type Edit } from '../../edit/edit.ts'
import { editedModel } from '../../edit/editedModel.ts'
import { settleEdits } from '../../edit/settleEdits.ts'
import { type Inputs, runWith, type Values } from '../../engine/engine.ts'
import { givenOf, sizesOfValues } from '../../model/inputValues.ts'
import { type AnyModel, type Given, memoryOf } from '../../model/language.ts'
import { type AxisSizes, type InputNodes, inputNodes } from '../../model/reads.ts'
import { addressOf } from '../../tensor/address.ts'
import { cells, hasAxis } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { trace } from '../../tensor/pass.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { Reader } from '../read.ts'
import { isWeight } from '../stream/forms.ts'
import { checkAllFit } from './allValues.ts'

/** A model on one text. */
export interface Subject extends Looking {
  /** None, of a model that reads no tokens. */
  readonly ids: readonly number[]
  /** The source, of a translator; none where it is no tokens, but the frames of a sound. */
  readonly source: readonly number[] | undefined
  readonly sizes: AxisSizes
  /** The values of the pass over the text, with all edits done. */
  readonly names: Names
  /** The addresses of all values that the text gives, in the order of the forward pass. */
  readonly addresses: readonly string[]
  /** The values at them. */
  readonly seen: ReadonlyMap<string, Values>
  /** Reads the same addresses again. */
  readonly reader: Reader
  /** The model with its edits, ready to be run in any way. */
  readonly edited: AnyModel
  /** The address of the last value that has positions: logits, or the stream of an encoder. */
  readonly end: string
  /** True where an edit is of this text alone, so that runs of another shape say nothing. */
  readonly isBound: boolean
}

/** Reads a text as a subject of checks. Close its reader in the end. Throws for a text of fewer than three tokens. */
export async function subjectOf(looking: Looking): Promise<Subject> {
  const { model, engine, edits = [], inputs } = looking
  const ids = Array.from(inputs['ids'] ?? [])
  if (model.reads['ids'] && ids.length < 3)
    throw new Error(`check: the text has ${ids.length} tokens. Give at least three: each is changed in turn.`)
  const sizes = sizesOfValues('check', model.reads, inputs)
  const names = await editedPass(looking, 'check')
  checkAllFit('check', names.values.values())
  const addresses = [...names.values].flatMap(([address, value]) => (isWeight(value) ? [] : [address]))
  const reader = new Reader({ model, engine, edits, addresses, sizes, optional: Object.keys(givenOf(inputs)) })
  const seen = await reader.read(inputs)
  const source = model.reads['source']?.below === undefined ? undefined : Array.from(inputs['source'] ?? [])
  return {
    ...looking,
    ids,
    source,
    sizes,
    names,
    addresses,
    seen,
    reader,
    edited: editedModel(model, await settleEdits({ model, engine, edits })),
    end: addresses.findLast((each) => hasAxis(names.valueAt(each).axes, 'position')) ?? addresses[addresses.length - 1],
    isBound: edits.some(isOfText),
  }
}

/** True for an edit that may say something else in a run of another shape: one of certain places, or of what depends on the text. */
function isOfText({ at, to }: Edit): boolean {
  const isPlain = typeof to !== 'object' || 'scale' in to || ('add' in to && typeof to.add === 'number')
  return (
    typeof to === 'function' || !isPlain || Object.keys(addressOf(at).at ?? {}).some((axis) => alongText.includes(axis))
  )
}

/** The value that a check asks of a model: logits, the stream of an encoder, or classes. */
function lastOf(
  model: AnyModel,
  inputs: InputNodes,
  given: Given = {},
  ofSource: Pick<Given, 'keep' | 'places'> = {},
): Node {
  switch (model.kind) {
    case 'encoder-decoder': {
      const encoded = model.encode(inputs, ofSource)
      return model.logits(inputs, { ...given, memory: memoryOf(encoded, ofSource.keep) })
    }
    case 'classifier':
      return model.classes(inputs, given)
    case 'encoder':
      return model.states(inputs, given)
    case 'dual-encoder':
      return model.similarities(inputs, given)
    default:
      return model.logits(inputs, given)
  }
}

/** The end of the model in a run of another shape. `values`: its inputs, and those of masks and places. */
export async function endIn(
  subject: Subject,
  sizes: AxisSizes,
  values: Inputs,
  way: (inputs: InputNodes) => {
    readonly given?: Given
    readonly ofSource?: Pick<Given, 'keep' | 'places'>
  } = () => ({}),
): Promise<Values> {
  const { model, engine, edited, inputs } = subject
  const { outputs: end, names } = trace(model, () => {
    const nodes = inputNodes(model.reads, sizes, Object.keys(givenOf(inputs)))
    const { given, ofSource } = way(nodes)
    return lastOf(edited, nodes, given, ofSource)
  })
  const program = await engine.compile({ outputs: { end }, names })
  try {
    await runWith(program, values)
    return await program.read('end')
  } finally {
    await program.close()
  }
}

/** Places `from` to `from + size` of a value along an axis. */
export function placesAlong({ axes, data }: Values, name: string, from: number, size: number): Float32Array {
  const along = axes.findIndex((axis) => axis.name === name)
  const inner = cells(axes.slice(along + 1))
  const all = axes[along].size
  return data.filter((_, cell) => {
    const place = Math.floor(cell / inner) % all
    return place >= from && place < from + size
  })
}

/** The largest |a − b|, and the largest |a|, which says what is much. */
export function farthest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { readonly largest: number; readonly scale: number } {
  let [largest, scale] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    if (Number.isFinite(a[i])) scale = Math.max(scale, Math.abs(a[i]))
    if (Object.is(a[i], b[i])) continue
    const apart = Math.abs(a[i] - b[i])
    largest = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : Math.max(largest, apart)
  }
  return { largest, scale }
}

/** The share of a value's largest number by which it may differ where the order of sums does: some roundings of 32 bits. */
export const roundings = 1e-5
