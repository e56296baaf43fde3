// The number that a patch changes: a logit at one position, or at all together, or the difference of two. Pairs may each ask for tokens of their own.

import { placesIn } from '../../tensor/address.ts'
import { sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import { equal, index, input, subtract, sum, where } from '../../tensor/primitives.ts'
import { answersOf, checkNoPosition } from '../stream/readout.ts'

/**
 * A logit of a token or a class, or the difference of two, at a position: the last one if not said, or the one that a classifier reads. One
 * that reads several at once has one for all together.
 */
export interface LogitMetric {
  readonly token: number
  readonly against?: number | undefined
  readonly position?: number | undefined
}

/** The tokens whose logits are looked at. */
export type MetricTokens = Pick<LogitMetric, 'token' | 'against'>

/** The metric of several pairs, as a node for each row of the batch and the inputs that tell it a pair's tokens. */
export class PairMetric {
  readonly #metric: LogitMetric
  readonly #asker: string
  /** True if pairs ask for different tokens: then they are inputs. */
  readonly #isGiven: boolean

  /** `own`: the tokens of the pairs that have some of their own. */
  constructor(metric: LogitMetric, own: readonly (MetricTokens | undefined)[], asker: string) {
    this.#metric = metric
    this.#asker = asker
    this.#isGiven = own.some((each) => each && (each.token !== metric.token || each.against !== metric.against))
  }

  /** The metric of each row of the batch. Throws for a token or a position that the logits do not have. */
  of(names: Names): Node {
    const { node, axis, at } = this.#places(names, this.#metric)
    const here = placed(node, at)
    const { token, against } = this.#metric
    if (!this.#isGiven) {
      const logit = (id: number): Node => placed(here, { [axis]: id })
      return against === undefined ? logit(token) : subtract(logit(token) as Tensor, logit(against) as Tensor)
    }
    const [batch, count] = [sizeOf(node.axes, 'batch'), sizeOf(node.axes, axis)]
    const logit = (name: string): Tensor => {
      const asked = input(name, { batch }, { below: count }) as Node as Tensor
      return sum(where(equal(asked, index(axis, count) as Tensor), here as Tensor, 0), axis)
    }
    return subtract(logit(inputNames.token), logit(inputNames.against))
  }

  /** The inputs that say a pair's tokens, besides those of its texts. Throws for a token that is not in the vocabulary. */
  inputs(names: Names, own: MetricTokens | undefined): Record<string, readonly number[]> {
    const { token, against } = own ?? this.#metric
    this.#places(names, { ...this.#metric, token, against })
    return this.#isGiven ? { [inputNames.token]: [token], [inputNames.against]: [against ?? -1] } : {}
  }

  #places(names: Names, { token, against, position }: LogitMetric) {
    const { address, node, axis, readAt = -1, isOfAll } = answersOf(names, this.#asker)
    if (isOfAll) checkNoPosition(this.#asker, position)
    const place = (at: Readonly<Record<string, number>>) => placesIn(node.axes, { path: address, at }, this.#asker)
    if (against !== undefined) place({ [axis]: against })
    place({ [axis]: token })
    return { node, axis, at: isOfAll ? {} : place({ position: position ?? readAt }) }
  }
}

/** The metric of pairs. `asker`: who asks, for messages. */
export const metricOfPairs = (
  {
    metric,
    pairs,
  }: { readonly metric: LogitMetric; readonly pairs: readonly { readonly metric?: MetricTokens | undefined }[] },
  asker: string,
): PairMetric =>
  new PairMetric(
    metric,
    pairs.map((pair) => pair.metric),
    asker,
  )

const inputNames = { token: 'metric token', against: 'metric against' }
