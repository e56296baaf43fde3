// A node of the graph: one operation, its inputs, and the axes of what it gives. Building nodes computes nothing.
//
// The order of a node's axes says how it lies in memory (the last runs fastest) and how it is printed. It never
// changes what anything means: operations find axes by name.

import type { Axis } from './axes.ts'
import type { Elementwise } from './elementwise.ts'

/** How a parameter begins. */
export type Start = 'zeros' | 'ones' | { readonly normal: number }

/** What a node does. The functions of primitives.ts make these; the gradient table and the engines take them apart. */
export type Operation =
  /** Given at every run. Where `below` is set, its cells are whole numbers from 0 (or −1: none) up to below − 1. */
  | { readonly kind: 'input'; readonly name: string; readonly below?: number }
  /** A value that lasts from run to run: a weight, a moment of the optimizer, a cache. */
  | { readonly kind: 'parameter'; readonly start: Start }
  | { readonly kind: 'constant'; readonly value: number }
  /** Numbers that are known when the graph is built, row-major. */
  | { readonly kind: 'table'; readonly values: readonly number[] }
  /** The place on its only axis: 0, 1, 2, … */
  | { readonly kind: 'index' }
  /** Uniform in [0, 1): a function of `name`, of the seed, of the input (a step) and of the cell. */
  | { readonly kind: 'random'; readonly name: string }
  | { readonly kind: 'apply'; readonly function: Elementwise }
  /** The same values along axes that the input lacks. */
  | { readonly kind: 'expand' }
  | { readonly kind: 'reduce'; readonly function: 'sum' | 'maximum'; readonly over: readonly string[] }
  | { readonly kind: 'dot'; readonly over: readonly string[] }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  /** Inputs: table, ids. The ids' axes take the place of `axis`. */
  | { readonly kind: 'gather'; readonly axis: string }
  /** Inputs: values, ids. The inverse of gather: rows are added up in a table with `axis`. */
  | { readonly kind: 'scatter'; readonly axis: string }
  /** Inputs: target, values, start. The target with the values put in along `axis` from place `start` on. */
  | { readonly kind: 'place'; readonly axis: string }
  /** Place i on `axis` is the input's place `from` + i, or 0 where the input has none. */
  | { readonly kind: 'window'; readonly axis: string; readonly from: number; readonly size: number }
  | { readonly kind: 'stop' }
  /** Several results with one definition, for which an engine may have a kernel. `part` nodes are its results. */
  | { readonly kind: 'defined'; readonly definition: Definition }
  | { readonly kind: 'part'; readonly index: number }

/** A named computation that may be run whole by an engine, or opened: its results as nodes made from its inputs. */
export interface Definition {
  readonly name: 'attention' | 'attentionGradient' | 'openAttention'
  /** Of attention: what query · key is multiplied with. */
  readonly scale?: number
  /** The axes of each result, in order. */
  readonly results: readonly (readonly Axis[])[]
  /** The formula: builds the results from the inputs, and with them the values inside that have names. */
  open(inputs: readonly Node[]): { readonly results: readonly Node[]; readonly inside: Readonly<Record<string, Node>> }
  /** Gradients of the inputs (undefined where there is none), given those of the results. */
  gradient(
    results: readonly Node[],
    gradients: readonly (Node | undefined)[],
    inputs: readonly Node[],
  ): readonly (Node | undefined)[]
}

let count = 0

/** The number that the next node will get: all nodes from it on are made later than this call. */
export const nextId = (): number => count

export class Node {
  /** Counts upward as nodes are made: an input's number is always lower. */
  readonly id = count++
  readonly operation: Operation
  readonly inputs: readonly Node[]
  readonly axes: readonly Axis[]
  /** The address of the value, as `see` gave it: `blocks.3.attention.pattern`. */
  path: string | undefined
  /** The path of the part of the model in which the node was made, as far as is known. */
  place: string | undefined
  /** In a gradient: the node of the forward pass whose rule made this one. */
  backwardOf: Node | undefined

  constructor(operation: Operation, inputs: readonly Node[], axes: readonly Axis[]) {
    this.operation = operation
    this.inputs = inputs
    this.axes = axes
    // A part's own weight tells best where we are; failing that, the value that is worked on.
    const weight = inputs.find((input) => input.operation.kind === 'parameter' && input.place !== undefined)
    this.place = weight?.place ?? inputs.find((input) => input.place !== undefined)?.place
  }
}

declare const axesOfTensor: unique symbol

/**
 * A node with the names of its axes in its type. It is invariant in them, so that no axis can be lost or invented by
 * assignment: what `dot`, `softmax` or `rename` do to the axes is checked in the editor.
 */
export interface Tensor<A extends string = string> extends Node {
  readonly [axesOfTensor]: (axes: A) => A
}
