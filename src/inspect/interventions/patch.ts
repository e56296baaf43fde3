// Activation patching: what one value of one text does to what the model says of another.
//
//   denoising    m(corrupt run with a ← a of the clean run)      normalised (m − m_corrupt) / (m_clean − m_corrupt)
//   noising      m(clean run with a ← a of the corrupt run)      normalised (m − m_clean) / (m_corrupt − m_clean)
//   estimate     (a_clean − a_corrupt) · ∂m/∂a at the corrupt run, of the effect of denoising, for all values by one gradient
//
// m: a logit at one position, or the difference of two. Meng et al. 2022; Nanda 2023 (attribution patching).

import type { Edited } from '../../edit/edit.ts'
import { givenOf } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { type Address, addressText } from '../../tensor/address.ts'
import { addressesIn } from '../asked.ts'
import { editedPass } from '../editedPass.ts'
import { meanOf } from '../means.ts'
import { effectOf, type MeasuredPair, measuredPairs, type PatchEffect, type PatchedPairs } from './effects.ts'
import { Estimator } from './estimate.ts'
import { type AddressLabel, labelOfAddress } from './labels.ts'
import { measuredTexts } from './measuredTexts.ts'
import { type Paired, sizesOfPairs } from './pairs.ts'
import { Patcher } from './patcher.ts'

/** The effect of a patch, and where it is. */
export interface PatchRow extends AddressLabel, PatchEffect {
  readonly address: string
  /** The estimate of `effect` by the gradient, where it was asked for. */
  readonly estimate?: number
}

export interface Patching extends PatchedPairs {
  readonly rows: readonly PatchRow[]
}

export interface PatchSettings extends Edited<AnyModel>, Paired {
  /** The values that are patched, one after the other; a `*` means several. */
  readonly at: readonly (Address | string)[]
  /** True if effects are also estimated by the gradient. */
  readonly hasEstimate?: boolean
  /** The number of patches in one run. */
  readonly batch?: number
  readonly report?: (done: number, of: number) => void
}

/**
 * Patches of the values at addresses, each by itself: the mean over the pairs, with the standard error.
 *
 * Throws for pairs of other lengths, addresses that are not there, and a metric of no token or position of the model.
 */
export async function patch(settings: PatchSettings): Promise<Patching> {
  const { model, engine, edits, pairs, direction, report } = settings
  const sizes = sizesOfPairs(settings, 'patch')
  const first = pairs[0].clean
  const names = await editedPass({ model, engine, edits, inputs: first }, 'patch')
  const addresses = addressesIn(names, settings.at, 'patch')
  const { metric, texts } = measuredTexts(names, settings, 'patch')
  const rows = settings.batch ?? 32
  const optional = Object.keys(givenOf(first))
  const patcher = await Patcher.of({
    ...{ model, engine, edits, sizes, optional, rows },
    patches: addresses,
    metric: (carried) => metric.of(carried),
  })
  const estimator = settings.hasEstimate ? await Estimator.of(names, { engine, metric, addresses }) : undefined
  const found: (MeasuredPair & { readonly estimates?: readonly number[] })[] = []
  const total = pairs.length * (addresses.length + 1)
  try {
    for (const [i, { base, other, asked }] of texts.entries()) {
      const { metric: goal, values: given } = await patcher.look({ ...other, ...asked })
      const [unpatched, ...patched] = await patcher.run(
        { ...base, ...asked },
        given,
        [undefined, ...addresses],
        (done) => report?.(i * (addresses.length + 1) + done, total),
      )
      const estimates = await estimator?.estimates({ ...base, ...asked }, given)
      found.push({ base: unpatched, other: goal, patched, ...(estimates && { estimates }) })
    }
  } finally {
    await patcher.close()
    await estimator?.close()
  }
  return {
    ...measuredPairs(found, direction),
    rows: addresses.map((address, i) => ({
      ...labelOfAddress(address, names.valueAt(address.path).axes),
      address: addressText(address),
      ...effectOf(found, i),
      ...(estimator && { estimate: meanOf(found.map(({ estimates }) => estimates?.[i] ?? Number.NaN)) }),
    })),
  }
}
