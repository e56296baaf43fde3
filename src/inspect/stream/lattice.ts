// The lattice of a text: for the stream after every block, at each position, what the model would say there if it stopped, how sure it would
// be, how surprised by what really comes next, and how far the block has moved the stream.
//
//   surprise = −ln p(next token)         change = ‖state − state before‖

import { isWriting } from '../../model/language.ts'
import type { Looking } from '../editedPass.ts'
import { read } from '../read.ts'
import { type LensRow, logitLens } from './lens.ts'
import { vectorLength } from './vectors.ts'

/** The stream at one point and position. */
export interface LatticeCell {
  /** The likeliest token, and its probability. */
  readonly id: number
  readonly probability: number
  /** Of the probabilities, in nats. */
  readonly entropy: number
  /** −ln p of the token that comes next in the text, in nats; none at its end, and for models that do not write on. */
  readonly surprise?: number
  /** ‖state − state before‖; none in the first row. */
  readonly change?: number
}

export interface LatticeRow extends Pick<LensRow, 'address' | 'point' | 'layer'> {
  /** By position. */
  readonly cells: readonly LatticeCell[]
}

/** The rows of a text's lattice, from the embeddings to the last block. Throws for models that give no logits over a vocabulary. */
export async function lattice(looking: Looking): Promise<LatticeRow[]> {
  const ids = Array.from(looking.inputs['ids'] ?? [])
  const isNext = isWriting(looking.model)
  // What comes behind the last token is not known: the number that stands for it is not used.
  const target = isNext ? [...ids.slice(1), ids[0]] : undefined
  const found = await logitLens({ ...looking, target })
  const addresses = [...new Set(found.map(({ address }) => address))]
  const states = await read({ ...looking, addresses })
  return addresses.map((address, i) => {
    const rows = found.filter((row) => row.address === address)
    const changes =
      i === 0 ? undefined : lengthsOfChange(states.get(addresses[i - 1])?.data, states.get(address)?.data, rows.length)
    const { point, layer } = rows[0]
    return {
      address,
      point,
      ...(layer !== undefined && { layer }),
      cells: rows.map(({ guesses: [guess], entropy, target: next, position }) => ({
        id: guess.id,
        probability: guess.probability,
        entropy,
        ...(next && position < ids.length - 1 && { surprise: -Math.log(next.probability) }),
        ...(changes && { change: changes[position] }),
      })),
    }
  })
}

function lengthsOfChange(before: Float32Array = new Float32Array(), after = before, positions = 1): number[] {
  const width = after.length / positions
  return Array.from({ length: positions }, (_, position) =>
    vectorLength(
      after.subarray(position * width, (position + 1) * width).map((value, i) => value - before[position * width + i]),
    ),
  )
}
