// Edges patched one by one: what one writer adds to the stream that one reader reads, and nobody else.
//
//   reader's stream ← stream + (write of the other text − write of this one)
//
// The reader's norm is computed anew, or divides by the number that it had. So the path from a head to a later head's queries, keys or
// values, to an MLP or to the logits is measured by itself, without what goes through others on the way. TransformerLens' direct path
// patching; Goldowsky-Dill et al. 2023, "Localizing Model Behavior with Path Patching".

import type { Edited } from '../../edit/edit.ts'
import type { InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import { cells } from '../../tensor/axes.ts'
import { editedPass } from '../editedPass.ts'
import { chosenEdges, type Edge, type EdgeChoice, endsOf, placesInGroups } from './chosenEdges.ts'
import { EdgeRunner } from './edgeRunner.ts'
import { type EdgesOfPairs, edgesOfPairs } from './edgesOfPairs.ts'
import { effectOf, type MeasuredPair, measuredPairs, type PatchEffect, type PatchedPairs } from './effects.ts'
import type { Paired } from './pairs.ts'
import type { EdgeEnd, StreamEdges } from './streamEdges.ts'
import { difference, streamAxes, type Writes, WritesReader } from './writes.ts'

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
  const { pairs, direction, report } = settings
  const given = await edgesOfPairs(settings, 'edges')
  const { edges, texts } = given
  const chosen = chosenEdges(edges, settings, 'edges')
  const [from, to] = [endsOf(edges.writers), endsOf(edges.readers)]
  const found = texts.map(() => ({ base: Number.NaN, other: Number.NaN, patched: chosen.map(() => Number.NaN) }))
  const total = pairs.length * chosen.length
  let done = 0
  for (const own of Map.groupBy(chosen.keys(), (i) => to[chosen[i].reader].layer).values()) {
    const patching = { ...given, chosen: own.map((i) => chosen[i]) }
    const measured = await patchedAtBlock(settings, patching, (runs) => report?.(done + runs, total))
    done += pairs.length * own.length
    for (const [pair, { base, other, patched }] of measured.entries()) {
      Object.assign(found[pair], { base, other })
      for (const [place, i] of own.entries()) found[pair].patched[i] = patched[place]
    }
  }
  return {
    ...measuredPairs(found, direction),
    rows: chosen.map(({ writer, reader }, i) => ({ from: from[writer], to: to[reader], ...effectOf(found, i) })),
  }
}

interface BlockPatching extends EdgesOfPairs {
  /** The edges to readers of one block. */
  readonly chosen: readonly Edge[]
}

/**
 * Edges to readers of one block. What stands before the first of them is the same whatever edge is patched: every row begins with the
 * stream that it reads.
 */
async function patchedAtBlock(
  { engine, batch, isScaleHeld }: EdgeSettings,
  { looking, names, edges, chosen, texts, metric }: BlockPatching,
  report: (done: number) => void,
): Promise<MeasuredPair[]> {
  const ofReaders = placesInGroups(edges.readers)
  const groups = chosen.map(({ reader }) => ofReaders[reader].group)
  const start = Math.min(...groups)
  const rows = Math.min(chosen.length + 1, batch ?? fittingRows(edges))
  const writes = await WritesReader.of(engine, names, edges, new Map([['start', edges.readers[start].stream]]))
  const runner = await EdgeRunner.of({
    ...{ engine, rows, isScaleHeld, start, asker: 'edges', readers: new Set(groups) },
    names: await editedPass(looking, 'edges', rows),
    metric: (carried) => metric.of(carried),
  })
  const begun = (text: InputValues, { values }: Writes): InputValues => ({ ...text, start: values.get('start') })
  const found: MeasuredPair[] = []
  try {
    for (const { base, other } of texts) {
      const [here, there] = [await writes.read(base), await writes.read(other)]
      const change = difference(there.writes, here.writes)
      const sets = [[], ...chosen.map((edge) => [edge])]
      const [unpatched, ...patched] = await runner.run(begun(base, here), change, sets, (runs) =>
        report(found.length * chosen.length + Math.max(0, runs - 1)),
      )
      const [goal] = await runner.run(begun(other, there), change, [[]])
      found.push({ base: unpatched, other: goal, patched })
    }
    return found
  } finally {
    await writes.close()
    await runner.close()
  }
}

/** The most numbers that the streams of one group of readers have in all rows of a run. */
const mostNumbers = 2 ** 25

export function fittingRows(edges: StreamEdges): number {
  const [, ...stream] = streamAxes(edges)
  const widest = Math.max(...edges.readers.map(({ ends }) => ends.length)) * cells(stream)
  return Math.max(1, Math.min(32, Math.floor(mostNumbers / widest)))
}
