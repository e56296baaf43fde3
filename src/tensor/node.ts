// A node of the graph: one operation, its inputs, and the axes of what it gives. Building nodes computes nothing. What a node is
// called, and to which part of a model it belongs, stands in a table beside the graph: names.ts.
//
// The order of a node's axes says how it lies in memory (the last runs fastest) and how it is printed. It never
// changes what anything means: operations find axes by name.

import type { Axis } from './axes.ts'
import type { Elementwise } from './elementwise.ts'

/** The values with which a parameter begins. */
export type Start =
  | 'zeros'
  | 'ones'
  | { readonly all: number }
  | { readonly normal: number }
  | { readonly fixed: readonly number[] }

/** The work of a node. The functions of primitives.ts make these; the gradient table and the engines take them apart. */
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
  /** Inputs: values, ids and, where there is one, a table. The inverse of gather: rows are added up in a table with `axis`, from zeros or onto the one given. */
  | { readonly kind: 'scatter'; readonly axis: string }
  /** Inputs: target, values, start. The target with the values put in along `axis` from place `start` on. */
  | { readonly kind: 'place'; readonly axis: string }
  /** Place i on `axis` is the input's place `from` + i, or 0 where the input has none. */
  | { readonly kind: 'window'; readonly axis: string; readonly from: number; readonly size: number }
  | { readonly kind: 'stop' }
  /** Several results with one definition, for which an engine may have a kernel. `part` nodes are its results. */
  | { readonly kind: 'defined'; readonly definition: Definition }
  | { readonly kind: 'part'; readonly index: number }

/** A computation with a name, which an engine may run whole, or opened: its results as nodes made from its inputs. */
export interface Definition {
  /** Engines know by it which kernel runs the definition. */
  readonly name: string
  /** The numbers in it that are no inputs. Two definitions with one name and equal numbers are the same. */
  readonly numbers: Readonly<Record<string, number>>
  /** The axes of each result, in order. */
  readonly results: readonly (readonly Axis[])[]
  readonly placewise?: Placewise | undefined
  /** The place among the inputs where a mask of attention stands, if there is one. */
  readonly mask?: number | undefined
  /** The formula. Ask `openedDefinition` for it, which keeps it. */
  open(inputs: readonly Tensor[]): DefinitionOpening
  /** Gradients of the inputs (undefined where there is none), given those of the results. */
  gradient(
    results: readonly Tensor[],
    gradients: readonly (Tensor | undefined)[],
    inputs: readonly Tensor[],
  ): readonly (Node | undefined)[]
}

/** A definition as the nodes that say what it means. */
export interface DefinitionOpening {
  readonly results: readonly Tensor[]
  /** The values inside that have names. */
  readonly inside: Readonly<Record<string, Tensor>>
  /** In the opening of a gradient: the node to which each node belongs, among those of the formula. */
  readonly forwardOf?: ReadonlyMap<Node, Node> | undefined
}

/** The way to compute the first result of a definition at some places of its axes alone: from the same places of its inputs. */
export interface Placewise {
  /** Axes whose places depend on one another, or that only some of the inputs have. */
  readonly apart: readonly string[]
  /** The axis that must stay there, and be it with one place; of others one place is asked for, which takes the axis away. */
  readonly stays: string
  /** The first result, from such inputs. */
  build(inputs: readonly Tensor[]): Node
}

let count = 0

export class Node {
  /** Counts upward as nodes are made: an input's number is always lower. */
  readonly id = count++
  readonly operation: Operation
  /** Of whatever axes: what is made of them checks them when it is built. */
  readonly inputs: readonly Tensor[]
  readonly axes: readonly Axis[]

  constructor(operation: Operation, inputs: readonly Node[], axes: readonly Axis[]) {
    this.operation = operation
    this.inputs = inputs as readonly Tensor[]
    this.axes = axes
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
