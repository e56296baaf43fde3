// How values lie in memory: dense, in the order of their axes, with the last axis padded to whole vectors of a machine.

import type { Axis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { readsInput } from './standings.ts'

/** A value as it is found in memory: whose memory, and how far apart neighbours along each named axis lie. */
export interface View {
  readonly base: Node
  readonly strides: ReadonlyMap<string, number>
}

export interface Layout {
  /** A row's length in cells, with its padding. */
  padded(size: number): number
  /** The stride of every axis, in cells. */
  strides(axes: readonly Axis[]): number[]
  /** Bytes of a value in memory, padding included. */
  bytes(axes: readonly Axis[], cellBytes?: number): number
  /** A value in memory of its own. */
  ownView(node: Node): View
  /** The memory behind a value, through renamed, stopped and repeated ones. */
  viewOf(node: Node): View
}

/** The layout in which a row is a multiple of so many cells long. */
export function layoutOf(rowCells: number): Layout {
  const padded = (size: number): number => Math.ceil(size / rowCells) * rowCells
  const strides = (axes: readonly Axis[]): number[] => {
    const all: number[] = []
    let stride = 1
    for (let i = axes.length - 1; i >= 0; i--) {
      all[i] = stride
      stride *= i === axes.length - 1 ? padded(axes[i].size) : axes[i].size
    }
    return all
  }
  const bytes = (axes: readonly Axis[], cellBytes = 4): number =>
    cellBytes * axes.reduce((product, { size }, i) => product * (i === axes.length - 1 ? padded(size) : size), 1)
  const ownView = (node: Node): View => {
    const all = strides(node.axes)
    return { base: node, strides: new Map(node.axes.map(({ name }, i) => [name, all[i]])) }
  }
  const viewOf = (node: Node): View => {
    const { operation } = node
    if (!readsInput(node)) return ownView(node)
    const inner = viewOf(node.inputs[0])
    if (operation.kind !== 'rename') return inner
    return {
      base: inner.base,
      strides: new Map(
        [...inner.strides].map(([name, stride]) => [name === operation.from ? operation.to : name, stride]),
      ),
    }
  }
  return { padded, strides, bytes, ownView, viewOf }
}

/** The node whose memory is read where a renamed, stopped or repeated one is. */
export function baseOf(node: Node): Node {
  return readsInput(node) ? baseOf(node.inputs[0]) : node
}
