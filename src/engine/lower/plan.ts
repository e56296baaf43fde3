// The memory plan: where every value lies, known before anything runs.
//
// Weights and inputs have memory of their own. What a run makes lives from the kernel that writes it to the last one that
// reads it; values whose lives do not meet are laid over one another. Largest first, each at the lowest place that is free
// during its life: simple, and within a few per cent of the best in practice (Pisarchyk, Lee 2020, "greedy by size").

import type { Node } from '../../tensor/node.ts'
import { bytes } from './layout.ts'
import { isLeaf } from './roots.ts'
import type { Schedule } from './schedule.ts'

export interface MemoryPlan {
  /** The offset of every passing value in their common memory. */
  readonly offsets: ReadonlyMap<Node, number>
  /** Bytes of that memory. */
  readonly size: number
  /** What needs memory that lasts: parameters, inputs, and the results that are read from outside. */
  readonly lasting: readonly Node[]
}

/** Bytes up to which a value shares its memory with no other: kernels that reuse memory have to wait for one another. */
const smallest = 16384

interface Life {
  readonly node: Node
  readonly size: number
  first: number
  last: number
}

export function planMemory({ calls, outputs, inPlace, nodes }: Schedule): MemoryPlan {
  const kept = new Set([...outputs.values()])
  // A parameter that is only written stands in no expression, but in a call.
  const written = [...inPlace.values(), ...calls.flatMap(({ operands }) => operands)]
  const lasting = [...new Set([...nodes, ...written])].filter(isLeaf)
  const lives = new Map<Node, Life>()
  calls.forEach(({ operands, writes }, at) => {
    for (const node of operands) {
      const life = lives.get(node)
      if (life) life.last = at
      else if (writes.has(node) && !inPlace.has(node) && !lasting.includes(node))
        lives.set(node, { node, size: aligned(bytes(node.axes)), first: at, last: at })
    }
  })
  for (const life of lives.values()) {
    if (kept.has(life.node)) life.last = calls.length
    if (life.size <= smallest) Object.assign(life, { first: 0, last: calls.length })
  }
  const placed: { life: Life; offset: number }[] = []
  const offsets = new Map<Node, number>()
  let size = 0
  for (const life of [...lives.values()].sort((a, b) => b.size - a.size || a.first - b.first)) {
    const meeting = placed
      .filter(({ life: other }) => other.first <= life.last && life.first <= other.last)
      .sort((a, b) => a.offset - b.offset)
    let offset = 0
    for (const other of meeting) {
      if (offset + life.size <= other.offset) break
      offset = Math.max(offset, other.offset + other.life.size)
    }
    placed.push({ life, offset })
    offsets.set(life.node, offset)
    size = Math.max(size, offset + life.size)
  }
  return { offsets, size, lasting }
}

const aligned = (size: number): number => Math.ceil(size / 64) * 64
