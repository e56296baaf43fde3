// Faithfulness of a circuit: how much of what a model says it says when it has these edges alone. Along all other edges flows what the
// corrupt text writes.
//
//   faithfulness = (m of the circuit − m of the corrupt text) / (m of the clean text − m of the corrupt text)
//
// Wang et al. 2022; Hanna et al. 2024. 0: the circuit says what the corrupt text says; 1: it says what the whole model says.

import type { Edited } from '../../edit/edit.ts'
import type { AnyModel } from '../../model/language.ts'
import { editedPass } from '../editedPass.ts'
import { chosenEdges, type Edge, endsOf } from './chosenEdges.ts'
import { EdgeRunner } from './edgeRunner.ts'
import { edgesOfPairs } from './edgesOfPairs.ts'
import { effectOf, type MeasuredPair, measuredPairs, type PatchEffect, type PatchedPairs } from './effects.ts'
import type { Paired } from './pairs.ts'
import { fittingRows } from './patchEdges.ts'
import type { EdgeEnd } from './streamEdges.ts'
import { WritesReader } from './writes.ts'

/** An edge by the addresses of its ends, as the rows of `patchEdges` and `attributeEdges` have them. */
export interface CircuitEdge {
  readonly from: Pick<EdgeEnd, 'address'>
  readonly to: Pick<EdgeEnd, 'address'>
}

/** A circuit, run by itself; `normalised` is its faithfulness. */
export interface CircuitRow extends PatchEffect {
  /** The number of its edges. */
  readonly edges: number
}

export interface FaithfulnessSettings extends Edited<AnyModel>, Omit<Paired, 'direction'> {
  /** The edges of each circuit. */
  readonly circuits: readonly (readonly CircuitEdge[])[]
  readonly report?: (done: number, of: number) => void
}

/** Circuits, each run by itself, and out of how many edges they are. */
export interface Faithfulness extends Omit<PatchedPairs, 'direction'> {
  readonly edges: number
  readonly rows: readonly CircuitRow[]
}

/** The faithfulness of circuits. Throws as `patchEdges` does, and for edges that the model does not have. */
export async function faithfulness(settings: FaithfulnessSettings): Promise<Faithfulness> {
  const { engine, circuits, report } = settings
  const whole = { ...settings, direction: 'denoising' as const }
  const { looking, names, metric, edges, texts } = await edgesOfPairs(whole, 'circuit')
  const all = chosenEdges(edges, {}, 'circuit')
  const outside = outsideOf(all, circuits, { from: endsOf(edges.writers), to: endsOf(edges.readers) })
  const rows = Math.min(circuits.length + 1, fittingRows(edges))
  const writes = await WritesReader.of(engine, names, edges)
  const runner = await EdgeRunner.of({
    ...{ engine, rows, asker: 'circuit', isLive: true },
    readers: new Set(edges.readers.keys()),
    names: await editedPass(looking, 'circuit', rows),
    metric: (carried) => metric.of(carried),
  })
  const found: MeasuredPair[] = []
  try {
    for (const [i, { base: corrupt, other: clean }] of texts.entries()) {
      const { writes: given } = await writes.read(corrupt)
      const [other, ...patched] = await runner.run(clean, given, [[], ...outside])
      const [base] = await runner.run(corrupt, given, [[]])
      found.push({ base, other, patched })
      report?.(i + 1, texts.length)
    }
  } finally {
    await writes.close()
    await runner.close()
  }
  const { direction: _, ...both } = measuredPairs(found)
  return {
    ...both,
    edges: all.length,
    rows: circuits.map((circuit, i) => ({ edges: circuit.length, ...effectOf(found, i) })),
  }
}

/** For each circuit the edges that are not in it. */
function outsideOf(
  all: readonly Edge[],
  circuits: readonly (readonly CircuitEdge[])[],
  { from, to }: { readonly from: readonly EdgeEnd[]; readonly to: readonly EdgeEnd[] },
): Edge[][] {
  const keys = all.map(({ writer, reader }) => keyOf({ from: from[writer], to: to[reader] }))
  const known = new Set(keys)
  return circuits.map((circuit) => {
    const own = new Set(circuit.map(keyOf))
    for (const key of own)
      if (!known.has(key)) throw new Error(`circuit: the model has no edge ${key}. Give those of \`attributeEdges\`.`)
    return all.filter((_, i) => !own.has(keys[i]))
  })
}

const keyOf = ({ from, to }: CircuitEdge): string => `from ${from.address} to ${to.address}`
