// The memory plan: where every value lies, known before anything runs.
//
// Weights and inputs have memory of their own. What a run makes lives from the kernel that writes it to the last one that
// reads it; values whose lives do not meet are laid over one another. Largest first, each at the lowest place that is free
// during its life: simple, and within a few per cent of the best in practice (Pisarchyk, Lee 2020, "greedy by size").
//
// A machine may have memory in slabs only: then each value goes into the first slab that has room.

import { type Axis, describeAxes } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { isLeaf } from './roots.ts'
import type { Schedule } from './schedule.ts'
import type { Simplified } from './simplify.ts'
import type { Target } from './target.ts'

/** In memory of its own, which is a parameter's, an input's or a table's; or in a slab, so many bytes from its beginning. */
export type Place = { readonly lasting: Node } | InSlab

interface InSlab {
  readonly slab: number
  readonly offset: number
}

export interface MemoryPlan {
  placeOf(node: Node): Place
  /** The bytes of each slab. */
  readonly slabs: readonly number[]
  /** The nodes that need memory which lasts: parameters, inputs and tables. */
  readonly lasting: readonly Node[]
}

interface Life {
  readonly node: Node
  readonly size: number
  first: number
  last: number
}

/**
 * The plan for calls that run in this order.
 *
 * Throws where a value is larger than the machine's largest slab. `isHalf`: whether a parameter is kept as bfloat16.
 */
export function planMemory(
  scheduled: Schedule,
  simple: Simplified,
  { layout, memory }: Target,
  isHalf: (parameter: Node) => boolean,
): MemoryPlan {
  const { calls, inPlace } = scheduled
  // A parameter that is only written stands in no expression, but in a call.
  const written = [...inPlace.values(), ...calls.flatMap(({ operands }) => operands)]
  const lasting = [...new Set([...simple.nodes, ...written])].filter(isLeaf)
  for (const node of lasting) checkSize(node.axes, layout.bytes(node.axes, isHalf(node) ? 2 : 4), memory.largestSlab)
  const lives = livesOf(scheduled, (axes) => layout.bytes(axes))
  for (const { node, size } of lives) checkSize(node.axes, size, memory.largestSlab)
  const kept = new Set(simple.outputs.values())
  for (const life of lives) {
    if (kept.has(life.node)) life.last = calls.length
    if (aligned(life.size, memory.alignment) <= memory.mostUnshared)
      Object.assign(life, { first: 0, last: calls.length })
  }
  const { places, slabs } = layOver(lives, memory)
  return {
    placeOf(node) {
      const place = places.get(node)
      return place ?? { lasting: inPlace.get(node) ?? node }
    },
    slabs,
    lasting,
  }
}

/** From which call to which each value is needed that a run makes. */
function livesOf({ calls, inPlace }: Schedule, bytes: (axes: readonly Axis[]) => number): Life[] {
  const lives = new Map<Node, Life>()
  calls.forEach(({ operands, writes }, at) => {
    for (const node of operands) {
      const life = lives.get(node)
      if (life) life.last = at
      else if (writes.has(node) && !inPlace.has(node) && !isLeaf(node))
        lives.set(node, { node, size: bytes(node.axes), first: at, last: at })
    }
  })
  return [...lives.values()]
}

function layOver(
  lives: readonly Life[],
  { alignment, largestSlab }: Target['memory'],
): { places: Map<Node, InSlab>; slabs: number[] } {
  const placed: { life: Life; offset: number; end: number }[][] = []
  const places = new Map<Node, InSlab>()
  const slabs: number[] = []
  const sized = lives.map((life) => ({ life, size: aligned(life.size, alignment) }))
  for (const { life, size } of sized.sort((a, b) => b.size - a.size || a.life.first - b.life.first)) {
    for (let slab = 0; ; slab++) {
      placed[slab] ??= []
      let offset = 0
      const meeting = placed[slab]
        .filter(({ life: other }) => other.first <= life.last && life.first <= other.last)
        .sort((a, b) => a.offset - b.offset)
      for (const other of meeting) {
        if (offset + size <= other.offset) break
        offset = Math.max(offset, other.end)
      }
      // The last value of a slab may end where the slab does.
      if (offset + life.size > largestSlab) continue
      placed[slab].push({ life, offset, end: offset + size })
      places.set(life.node, { slab, offset })
      slabs[slab] = Math.max(slabs[slab] ?? 0, Math.min(offset + size, largestSlab))
      break
    }
  }
  return { places, slabs }
}

const aligned = (size: number, alignment: number): number => Math.ceil(size / alignment) * alignment

function checkSize(axes: readonly Axis[], size: number, largest: number): void {
  if (size > largest)
    throw new Error(
      `plan: a value ${describeAxes(axes)} has ${size} bytes, but this engine's memory comes in pieces of at most ${largest}. Lower the batch or the context, or take a smaller model.`,
    )
}
