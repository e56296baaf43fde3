// The tuned lens: for each state of the stream but the last a translator, which says what the blocks behind would have made of it.
//
//   logits = readout(h + h · W + b)
//
// Translators begin as zeros: then it is the logit lens, to the bit. They learn by KL(final‖lens), summed over all states, while the
// model stays what it is. Belrose et al. 2023, section 3.

import { Linear } from '../../model/linear.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { add, rename } from '../../tensor/primitives.ts'

/** Translators by the addresses of the states. */
export class TunedLens {
  readonly translators: readonly Linear<'model', 'translated'>[]
  readonly #addresses: readonly string[]

  /** `addresses`: those of the states, without the last; `model`: the width of the stream. */
  constructor({ addresses, model }: { readonly addresses: readonly string[]; readonly model: number }) {
    this.#addresses = addresses
    this.translators = addresses.map(
      () => new Linear({ from: { model }, to: { translated: model }, bias: true, start: 'zeros' }),
    )
  }

  get addresses(): readonly string[] {
    return this.#addresses
  }

  /** The state as its translator hands it on. Throws for a state that has none. */
  translated(address: string, state: Node): Node {
    const translator = this.translators[this.#addresses.indexOf(address)]
    if (!translator)
      throw new Error(
        `lens: the tuned lens has no translator for ${address}, but for ${this.#addresses.join(', ')}. Train one for this model.`,
      )
    const change = translator.apply<'batch' | 'position'>(state as Tensor<'batch' | 'position' | 'model'>)
    return add(state as Tensor, rename(change, 'translated', 'model') as Node as Tensor)
  }
}
