// Queries and keys as they meet at a distance: RoPE turns those of place p by p, so that only the difference of places counts.
//
//   (x W_Q turned by Δ) · (y W_K turned by 0) = x · W_Q R(Δ) W_Kᵀ · y      Su et al. 2021, section 3.2.2

import type { Engine } from '../../engine/engine.ts'
import type { AttentionPositions } from '../../model/attention.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { parameter, table } from '../../tensor/primitives.ts'
import { below, type Matrix } from './matrix.ts'
import { slices } from './slices.ts'

/** The weights of queries, turned by an offset, and those of keys, turned by nothing; for a source behind the position the other way round. */
export async function turnedBy(
  engine: Engine,
  positions: AttentionPositions,
  { query, key }: { readonly query: readonly Matrix[]; readonly key: readonly Matrix[] },
  offset: number,
): Promise<{ readonly query: readonly Matrix[]; readonly key: readonly Matrix[] }> {
  // Both places in one table: frequencies may depend on how long the text is.
  const places = table({ place: 2 }, [Math.max(offset, 0), Math.max(-offset, 0)]) as Node as Tensor
  const turned = async (matrices: readonly Matrix[], place: number): Promise<readonly Matrix[]> => {
    const all = below(matrices)
    const weights = parameter({ model: all.rows, key: all.columns })
    const output = positions.turned?.(weights, places)
    if (!output) return matrices
    const program = await engine.compile({ outputs: { output } })
    try {
      engine.set(weights, all.data)
      await program.run({})
      const values = await program.read('output')
      const axes = values.axes.map((axis) => (axis.name === 'place' ? { ...axis, name: 'head' } : axis))
      const { data } = slices({ axes, data: values.data }, 'model', 'key')[place]
      let at = 0
      return matrices.map(({ rows, columns }) => {
        const cells = data.slice(at, at + rows * columns)
        at += rows * columns
        return { rows, columns, data: cells }
      })
    } finally {
      await program.close()
      engine.forget(weights)
    }
  }
  return { query: await turned(query, 0), key: await turned(key, 1) }
}
