// Edges patched one by one: what one writer adds to the stream that one reader reads, and nobody else.
//
//   reader's stream ← stream + (write of the other text − write of this one)
//
// The reader's norm is computed anew, or divides by the number that it had. So the path from a head to a later head's queries, keys or
// values, to an MLP or to the logits is measured by itself, without what goes through others on the way. TransformerLens' direct path
// patching; Goldowsky-Dill et al. 2023, "Localizing Model Behavior with Path Patching".

import type { Edited } from '../../edit/edit.ts'
import type { AnyModel } from '../../model/language.ts'
import { cells } from '../../tensor/axes.ts'
import { editedPass } from '../editedPass.ts'
import { chosenEdges, type EdgeChoice, endsOf } from './chosenEdges.ts'
import { EdgeRunner } from './edgeRunner.ts'
import { effectOf, type MeasuredPair, measuredPairs, type PatchEffect, type PatchedPairs } from './effects.ts'
import { metricOfPairs } from './metric.ts'
import { type Paired, sizesOfPairs, wayOf } from './pairs.ts'
import { type EdgeEnd, type StreamEdges, streamEdges } from './streamEdges.ts'
import { difference, streamAxes, WritesReader } from './writes.ts'

/** One edge, patched by itself. */
export interface EdgeRow extends PatchEffect {
  readonly from: EdgeEnd
  readonly to: EdgeEnd
}

export interface EdgePatching extends PatchedPairs {
  /** Reader by reader, in the order of the stream. */
  readonly rows: readonly EdgeRow[]
}

export interface EdgeSettings extends Edited<AnyModel>, Paired, EdgeChoice {
  /** True if each reader's norm divides by the number by which it divided before the patch. */
  readonly isScaleHeld?: boolean | undefined
  /** The number of edges in one run. */
  readonly batch?: number | undefined
  readonly report?: (done: number, of: number) => void
}

/**
 * Patches of edges, each by itself: the mean over the pairs, with the standard error.
 *
 * - `from`, `to`: the writers and readers between which they go; all if not given
 *
 * Throws as `patch` does, for addresses that are no writers or readers, and for models whose stream is no sum (post-norm).
 */
export async function patchEdges(settings: EdgeSettings): Promise<EdgePatching> {
  const { model, engine, edits, pairs, direction, report, isScaleHeld } = settings
  const looking = { model, engine, edits, inputs: pairs[0]?.clean ?? {} }
  sizesOfPairs(settings, 'edges')
  checkOneStream(model)
  const names = await editedPass(looking, 'edges')
  const edges = streamEdges(names, 'edges')
  const chosen = chosenEdges(edges, settings, 'edges')
  const metric = metricOfPairs(settings, 'edges')
  const asked = pairs.map((pair) => metric.inputs(names, pair.metric))
  const rows = Math.min(chosen.length, settings.batch ?? fittingRows(edges))
  const readers = new Set(chosen.map(({ reader }) => groupOf(edges, reader)))
  const writes = await WritesReader.of(engine, names, edges)
  const runner = await EdgeRunner.of({
    ...{ engine, rows, readers, isScaleHeld, asker: 'edges' },
    names: await editedPass(looking, 'edges', rows),
    metric: (carried) => metric.of(carried),
  })
  const found: MeasuredPair[] = []
  const total = pairs.length * (chosen.length + 1)
  const sets = [[], ...chosen.map((edge) => [edge])]
  try {
    for (const [i, pair] of pairs.entries()) {
      const { base, other } = wayOf(pair, direction)
      const { writes: there } = await writes.read(other)
      const change = difference(there, (await writes.read(base)).writes)
      const [unpatched, ...patched] = await runner.run({ ...base, ...asked[i] }, change, sets, (done) =>
        report?.(i * (chosen.length + 1) + done, total),
      )
      const [goal] = await runner.run({ ...other, ...asked[i] }, change, [[]])
      found.push({ base: unpatched, other: goal, patched })
    }
  } finally {
    await writes.close()
    await runner.close()
  }
  const [from, to] = [endsOf(edges.writers), endsOf(edges.readers)]
  return {
    ...measuredPairs(found, direction),
    rows: chosen.map(({ writer, reader }, i) => ({ from: from[writer], to: to[reader], ...effectOf(found, i) })),
  }
}

/** Throws for models in which one stream looks at another. */
export function checkOneStream({ kind }: AnyModel): void {
  if (kind === 'encoder-decoder')
    throw new Error(
      'edges: the decoder looks at the stream of an encoder, so that there is no one stream whose edges these would be. Patch values instead.',
    )
}

/** The number of the group of a reader. */
export function groupOf({ readers }: StreamEdges, reader: number): number {
  let end = 0
  return readers.findIndex(({ ends }) => {
    end += ends.length
    return reader < end
  })
}

/** The most numbers that the streams of one group of readers have in all rows of a run. */
const mostNumbers = 2 ** 25

export function fittingRows(edges: StreamEdges): number {
  const [, ...stream] = streamAxes(edges)
  const widest = Math.max(...edges.readers.map(({ ends }) => ends.length)) * cells(stream)
  return Math.max(1, Math.min(32, Math.floor(mostNumbers / widest)))
}
