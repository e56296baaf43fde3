// Activation patching: what one value of one text does to what the model says of another.
//
//   denoising    m(corrupt run with a ← a of the clean run)      normalised (m − m_corrupt) / (m_clean − m_corrupt)
//   noising      m(clean run with a ← a of the corrupt run)      normalised (m − m_clean) / (m_corrupt − m_clean)
//   estimate     (a_clean − a_corrupt) · ∂m/∂a at the corrupt run, of the effect of denoising, for all values by one gradient
//
// m: a logit at one position, or the difference of two. Meng et al. 2022; Nanda 2023 (attribution patching).

import type { Edited } from '../../edit/edit.ts'
import { type Engine, type Program, runWith, type Values } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { givenOf, type InputValues } from '../../model/reads.ts'
import { type Address, addressText, placesIn } from '../../tensor/address.ts'
import { gradient } from '../../tensor/gradient.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { sum } from '../../tensor/primitives.ts'
import { addressesIn } from '../asked.ts'
import { editedPass } from '../editedPass.ts'
import { meanOf } from '../means.ts'
import { read } from '../read.ts'
import { effectOf, type MeasuredPair, measuredPairs, type PatchEffect, type PatchedPairs } from './effects.ts'
import { type AddressLabel, labelOfAddress } from './labels.ts'
import { metricOfPairs, type PairMetric } from './metric.ts'
import { type Paired, sizesOfPairs, wayOf } from './pairs.ts'
import { isAt, Patcher } from './patcher.ts'

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
  const metric = metricOfPairs(settings, 'patch')
  const asked = pairs.map((pair) => metric.inputs(names, pair.metric))
  const paths = [...new Set(addresses.map(({ path }) => path))]
  const rows = Math.min(addresses.length + 1, settings.batch ?? 32)
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
    for (const [i, pair] of pairs.entries()) {
      const { base, other } = wayOf(pair, direction)
      const given = await read({ model, engine, edits, inputs: other, addresses: paths })
      const [unpatched, ...patched] = await patcher.run(
        { ...base, ...asked[i] },
        given,
        [undefined, ...addresses],
        (done) => report?.(i * (addresses.length + 1) + done, total),
      )
      const [goal] = await patcher.run({ ...other, ...asked[i] }, given, [undefined])
      const estimates = await estimator?.estimates({ ...base, ...asked[i] }, given)
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

/** Estimates of all patches of an example by one gradient; compiles once. */
class Estimator {
  readonly #program: Program
  readonly #addresses: readonly Address[]

  private constructor(program: Program, addresses: readonly Address[]) {
    this.#program = program
    this.#addresses = addresses
  }

  /** `names`: those of a pass over one example; `addresses`: without stars. */
  static async of(
    names: Names,
    {
      engine,
      metric,
      addresses,
    }: {
      readonly engine: Engine
      readonly metric: PairMetric
      readonly addresses: readonly Address[]
    },
  ): Promise<Estimator> {
    const paths = [...new Set(addresses.map(({ path }) => path))]
    const slopes = gradient(
      sum(metric.of(names) as Tensor<'batch'>, 'batch'),
      paths.map((path) => names.valueAt(path)),
    )
    const outputs: Record<string, Node> = {}
    for (const [i, path] of paths.entries()) {
      outputs[path] = placed(names.valueAt(path), { batch: 0 })
      outputs[`∂ ${path}`] = placed(slopes[i], { batch: 0 })
    }
    return new Estimator(await engine.compile({ outputs, names }), addresses)
  }

  /** For each address (given − here) · ∂m/∂here, summed over its cells. */
  async estimates(inputs: InputValues, given: ReadonlyMap<string, Values>): Promise<number[]> {
    await runWith(this.#program, givenOf(inputs))
    const products = new Map<string, Values>()
    for (const [path, there] of given) {
      const [here, slope] = [await this.#program.read(path), await this.#program.read(`∂ ${path}`)]
      products.set(path, { ...here, data: slope.data.map((each, i) => each * (there.data[i] - here.data[i])) })
    }
    return this.#addresses.map((address) => {
      const { axes, data } = products.get(address.path) ?? { axes: [], data: new Float32Array() }
      const at = placesIn(axes, address, 'patch')
      return data.reduce((total, each, cell) => (isAt(axes, cell, at) ? total + each : total), 0)
    })
  }

  close(): Promise<void> {
    return this.#program.close()
  }
}
