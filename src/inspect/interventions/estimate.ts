// Attribution patching: what each patch would do, as one gradient guesses it.
//
//   estimate     Σ (a_other − a) · ∂m/∂a     over the cells that are patched, at the run that is patched
//
// One run of the other text, one run of the text itself with its gradient, whatever the number of patches. It is the effect as far as
// the metric is a straight line between both values. Nanda 2023, "Attribution patching".

import type { Edited } from '../../edit/edit.ts'
import { type Engine, type Program, runWith, type Values } from '../../engine/engine.ts'
import { computeAsked } from '../../engine/lower/asked.ts'
import { givenOf, type InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { type Address, addressText, placesIn } from '../../tensor/address.ts'
import type { Axis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { multiply, subtract, sum } from '../../tensor/primitives.ts'
import { addressesIn } from '../asked.ts'
import { editedPass } from '../editedPass.ts'
import { meanOf, standardError } from '../means.ts'
import { Reader } from '../read.ts'
import { valueInEveryRow } from './inEveryRow.ts'
import { type AddressLabel, labelOfAddress } from './labels.ts'
import { measuredTexts } from './measuredTexts.ts'
import type { PairMetric } from './metric.ts'
import { type Paired, sizesOfPairs } from './pairs.ts'
import { slopesAt } from './slopesAt.ts'
import { givenName, isAt } from './sweep.ts'

export interface EstimateSettings extends Edited<AnyModel>, Paired {
  /** The values whose patches are estimated; a `*` means several. */
  readonly at: readonly (Address | string)[]
}

/** The guess of what a patch would do, and where it is. */
export interface EstimateRow extends AddressLabel {
  readonly address: string
  /** The change of the metric that the gradient foretells, its mean over the pairs. */
  readonly estimate: number
  /** The standard error of `estimate` over the pairs; NaN for one pair. */
  readonly error: number
}

/**
 * The effects of patches at addresses, each by itself, as the gradient at the patched text estimates them.
 *
 * Throws as `patch` does.
 */
export async function estimatePatches(settings: EstimateSettings): Promise<EstimateRow[]> {
  const { model, engine, edits, pairs } = settings
  const sizes = sizesOfPairs(settings, 'patch')
  const first = pairs[0].clean
  const names = await editedPass({ model, engine, edits, inputs: first }, 'patch')
  const addresses = addressesIn(names, settings.at, 'patch')
  const { metric, texts } = measuredTexts(names, settings, 'patch')
  const paths = [...new Set(addresses.map(({ path }) => path))]
  const reader = new Reader({
    ...{ model, engine, edits, sizes, optional: Object.keys(givenOf(first)) },
    addresses: paths,
  })
  const estimator = await Estimator.of(names, { engine, metric, addresses })
  const found: (readonly number[])[] = []
  try {
    for (const { base, other, asked } of texts) {
      const given = await reader.read(other)
      found.push(await estimator.estimates({ ...base, ...asked }, given))
    }
  } finally {
    await reader.close()
    await estimator.close()
  }
  return addresses.map((address, i) => {
    const each = found.map((estimates) => estimates[i])
    return {
      ...labelOfAddress(address, names.valueAt(address.path).axes),
      address: addressText(address),
      estimate: meanOf(each),
      error: standardError(each),
    }
  })
}

/** Estimates of all patches of an example by one gradient; compiles once. */
export class Estimator {
  readonly #program: Program
  readonly #addresses: readonly Address[]
  readonly #axes: ReadonlyMap<string, readonly Axis[]>

  private constructor(program: Program, addresses: readonly Address[], axes: ReadonlyMap<string, readonly Axis[]>) {
    this.#program = program
    this.#addresses = addresses
    this.#axes = axes
  }

  /** `names`: those of a pass over one example; `addresses`: without stars. */
  static async of(
    names: Names,
    {
      engine,
      metric,
      addresses,
    }: { readonly engine: Engine; readonly metric: PairMetric; readonly addresses: readonly Address[] },
  ): Promise<Estimator> {
    const paths = [...new Set(addresses.map(({ path }) => path))]
    const { slope, valueAt } = differentiated(names, sum(metric.of(names) as Tensor<'batch'>, 'batch'), paths)
    const outputs: Record<string, Node> = {}
    for (const path of paths) {
      const value = valueAt(path)
      const given = valueInEveryRow(givenName(path), value.axes)
      const change = subtract(given as Tensor, value as Tensor)
      const places = new Set(
        addresses.flatMap((address) => (address.path === path ? Object.keys(address.at ?? {}) : [])),
      )
      const summed = value.axes.map(({ name }) => name).filter((name) => !places.has(name))
      outputs[path] = sum(multiply(change, slope(path) as Tensor), ...summed)
    }
    const program = await engine.compile({ outputs, names })
    return new Estimator(program, addresses, new Map(paths.map((path) => [path, names.valueAt(path).axes])))
  }

  /** For each address (given − here) · ∂m/∂here, summed over its cells. */
  async estimates(inputs: InputValues, given: ReadonlyMap<string, Values>): Promise<number[]> {
    const values = Object.fromEntries([...given].map(([path, { data }]) => [givenName(path), data]))
    await runWith(this.#program, { ...givenOf(inputs), ...values })
    const found = new Map<string, Values>()
    for (const path of this.#axes.keys()) found.set(path, await this.#program.read(path))
    return this.#addresses.map((address) => {
      const { axes, data } = found.get(address.path) ?? { axes: [], data: new Float32Array() }
      const at = placesIn(this.#axes.get(address.path) ?? [], address, 'patch')
      return data.reduce((total, each, cell) => (isAt(axes, cell, at) ? total + each : total), 0)
    })
  }

  close(): Promise<void> {
    return this.#program.close()
  }
}

/**
 * The gradient of a metric, at values. A metric of one position is differentiated as what an engine computes of it: without logits of
 * the others, whose gradient is 0.
 */
function differentiated(names: Names, metric: Node, paths: readonly string[]) {
  const values = paths.map((path) => names.valueAt(path))
  const whole = new Set(graphOf([metric]))
  // What lies within a definition stands in the graph only when that is opened.
  const { metric: end = metric, ...asked } = values.every((value) => whole.has(value))
    ? computeAsked({ outputs: { ...Object.fromEntries(paths.map((path, i) => [path, values[i]])), metric } }).graph
        .outputs
    : {}
  const valueAt = (path: string): Node => asked[path] ?? names.valueAt(path)
  const slopes = slopesAt(end, paths.map(valueAt))
  return { valueAt, slope: (path: string): Node => slopes[paths.indexOf(path)] }
}
