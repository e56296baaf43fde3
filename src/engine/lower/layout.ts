// How values lie in memory: dense, in the order of their axes, with the last axis padded to whole vectors of four cells.

import type { Axis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'

/** A row's length in cells, with its padding. */
export const padded = (size: number): number => Math.ceil(size / 4) * 4

/** The stride of every axis, in cells. */
export function strides(axes: readonly Axis[]): number[] {
  const all: number[] = []
  let stride = 1
  for (let i = axes.length - 1; i >= 0; i--) {
    all[i] = stride
    stride *= i === axes.length - 1 ? padded(axes[i].size) : axes[i].size
  }
  return all
}

/** Bytes of a value in memory, padding included. */
export function bytes(axes: readonly Axis[], cellBytes = 4): number {
  return cellBytes * axes.reduce((product, { size }, i) => product * (i === axes.length - 1 ? padded(size) : size), 1)
}

/** A value as it is found in memory: whose memory, and how far apart neighbours along each named axis lie. */
export interface View {
  readonly base: Node
  readonly strides: ReadonlyMap<string, number>
}

/** Looks through renamed, stopped and repeated values at the memory behind them. */
export function viewOf(node: Node): View {
  const { operation } = node
  if (operation.kind === 'stop' || operation.kind === 'expand') return viewOf(node.inputs[0])
  if (operation.kind === 'rename') {
    const { base, strides: inner } = viewOf(node.inputs[0])
    return {
      base,
      strides: new Map([...inner].map(([name, stride]) => [name === operation.from ? operation.to : name, stride])),
    }
  }
  return ownView(node)
}

/** A value in memory of its own. */
export function ownView(node: Node): View {
  const all = strides(node.axes)
  return { base: node, strides: new Map(node.axes.map(({ name }, i) => [name, all[i]])) }
}
