// Activation patching: what one value of one text does to what the model says of another.
//
//   denoising    m(corrupt run with a ← a of the clean run)      normalised (m − m_corrupt) / (m_clean − m_corrupt)
//   noising      m(clean run with a ← a of the corrupt run)      normalised (m − m_clean) / (m_corrupt − m_clean)
//   estimate     (a_clean − a_corrupt) · ∂m/∂a at the corrupt run, of the effect of denoising, for all values by one gradient
//
// m: a logit at one position, or the difference of two. Meng et al. 2022; Nanda 2023 (attribution patching).

import type { Edited } from '../../edit/settleEdits.ts'
import { type Program, runWith, type Values } from '../../engine/engine.ts'
import type { AnyModel } from '../../model/language.ts'
import { givenOf, type InputValues, sizesOfValues } from '../../model/reads.ts'
import { type Address, addressText, placesIn } from '../../tensor/address.ts'
import { sizeOf } from '../../tensor/axes.ts'
import { gradient } from '../../tensor/gradient.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { subtract, sum } from '../../tensor/primitives.ts'
import { addressesIn } from '../asked.ts'
import { editedPass } from '../editedPass.ts'
import { read } from '../read.ts'
import { logitsOf } from '../stream/readout.ts'
import { meanOf, standardError } from './means.ts'
import { isAt, Patcher } from './patcher.ts'

/** Two texts of one length, in which the same things stand at the same positions. */
export interface PatchPair {
  readonly clean: InputValues
  readonly corrupt: InputValues
}

/** A logit, or the difference of two, at a position: the last one if not said. */
export interface LogitMetric {
  readonly token: number
  readonly against?: number | undefined
  readonly position?: number | undefined
}

export interface PatchRow {
  readonly address: string
  /** The metric with the patch, its mean over the pairs. */
  readonly raw: number
  /** The change of the metric by the patch. */
  readonly effect: number
  /** The effect as a share of the way from the patched text to the other: 1 is all of it. */
  readonly normalised: number
  /** The standard error of `normalised` over the pairs; NaN for one pair. */
  readonly error: number
  /** The estimate of `effect` by the gradient, where it was asked for. */
  readonly estimate?: number
}

export interface Patching {
  readonly direction: 'denoising' | 'noising'
  readonly pairs: number
  /** The metric of the two texts, their means over the pairs. */
  readonly clean: number
  readonly corrupt: number
  readonly rows: readonly PatchRow[]
}

export interface PatchSettings extends Edited<AnyModel> {
  readonly pairs: readonly PatchPair[]
  /** The values that are patched, one after the other; a `*` means several. */
  readonly at: readonly (Address | string)[]
  readonly metric: LogitMetric
  readonly direction?: Patching['direction']
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
  const { model, engine, edits, pairs, metric, direction = 'denoising', report } = settings
  const sizes = sizesOfPairs(settings)
  const first = pairs[0].clean
  const names = await editedPass({ model, engine, edits, inputs: first }, 'patch')
  const addresses = addressesIn(names, settings.at, 'patch')
  metricOf(names, metric)
  const paths = [...new Set(addresses.map(({ path }) => path))]
  const rows = Math.min(addresses.length + 1, settings.batch ?? 32)
  const optional = Object.keys(givenOf(first))
  const patcher = await Patcher.of({
    ...{ model, engine, edits, sizes, optional, rows },
    patches: addresses,
    metric: (carried) => metricOf(carried, metric),
  })
  const estimator = settings.hasEstimate ? await Estimator.of(names, { engine, metric, addresses }) : undefined
  const found: { base: number; other: number; patched: number[]; estimates?: number[] }[] = []
  const total = pairs.length * (addresses.length + 1)
  try {
    for (const [i, pair] of pairs.entries()) {
      const [base, other] = direction === 'denoising' ? [pair.corrupt, pair.clean] : [pair.clean, pair.corrupt]
      const given = await read({ model, engine, edits, inputs: other, addresses: paths })
      const [unpatched, ...patched] = await patcher.run(base, given, [undefined, ...addresses], (done) =>
        report?.(i * (addresses.length + 1) + done, total),
      )
      const [goal] = await patcher.run(other, given, [undefined])
      const estimates = await estimator?.estimates(base, given)
      found.push({ base: unpatched, other: goal, patched, ...(estimates && { estimates }) })
    }
  } finally {
    await patcher.close()
    await estimator?.close()
  }
  const [base, other] = [meanOf(found.map(({ base }) => base)), meanOf(found.map(({ other }) => other))]
  return {
    direction,
    pairs: pairs.length,
    ...(direction === 'denoising' ? { clean: other, corrupt: base } : { clean: base, corrupt: other }),
    rows: addresses.map((address, i) => {
      const shares = found.map(({ base, other, patched }) => (patched[i] - base) / (other - base))
      return {
        address: addressText(address),
        raw: meanOf(found.map(({ patched }) => patched[i])),
        effect: meanOf(found.map(({ patched, base }) => patched[i] - base)),
        normalised: meanOf(shares),
        error: standardError(shares),
        ...(settings.hasEstimate && { estimate: meanOf(found.map(({ estimates }) => estimates?.[i] ?? Number.NaN)) }),
      }
    }),
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
    }: Pick<PatchSettings, 'engine' | 'metric'> & { readonly addresses: readonly Address[] },
  ): Promise<Estimator> {
    const paths = [...new Set(addresses.map(({ path }) => path))]
    const slopes = gradient(
      sum(metricOf(names, metric) as Tensor<'batch'>, 'batch'),
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

/** The metric of each row of the batch. */
function metricOf(names: Names, { token, against, position = -1 }: LogitMetric): Node {
  const { address, node } = logitsOf(names, 'patch')
  const length = sizeOf(node.axes, 'position')
  const logit = (vocab: number): Node =>
    placed(
      node,
      placesIn(
        node.axes,
        { path: address, at: { position: position < 0 ? position + length : position, vocab } },
        'patch',
      ),
    )
  return against === undefined ? logit(token) : subtract(logit(token) as Tensor, logit(against) as Tensor)
}

/** The sizes of all texts. Throws where there are none, or of several lengths. */
function sizesOfPairs({ model, pairs }: PatchSettings): Readonly<Record<string, number>> {
  if (pairs.length === 0) throw new Error('patch: there are no pairs. Give at least one clean and one corrupt text.')
  const all = pairs.flatMap(({ clean, corrupt }) => [
    sizesOfValues('patch: clean', model.reads, clean),
    sizesOfValues('patch: corrupt', model.reads, corrupt),
  ])
  for (const [i, sizes] of all.entries())
    for (const [axis, size] of Object.entries(sizes))
      if (size !== all[0][axis])
        throw new Error(
          `patch: the ${i % 2 === 0 ? 'clean' : 'corrupt'} text of pair ${Math.floor(i / 2)} has ${size} tokens along "${axis}", the first text has ${all[0][axis]}: from token ${Math.min(size, all[0][axis])} on they do not line up. Give texts of one length.`,
        )
  return all[0]
}
