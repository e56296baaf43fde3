// Rewriting: a graph with other nodes in some places. What is made of them is made anew; everything else stays what it is. Looking
// into definitions, simplifying for an engine and replacing values are all this, each with a rule of its own.
//
//   const graph = new Rewriting((node, inputs) => …)      what stands for a node whose inputs have been rewritten
//   graph.of(logits)                                      the node that stands for one of the old graph
//   names.carried((node) => graph.of(node))               the names, with it

import { graphOf } from './graph.ts'
import { Node, type Tensor } from './node.ts'
import { isOpened, keepOpening, openedDefinition } from './opening.ts'

/** Says what stands for a node, given what stands for its inputs; undefined for the same operation on those. */
export type Rule = (node: Node, inputs: readonly Tensor[]) => Node | undefined

export class Rewriting {
  readonly #rule: Rule
  readonly #made = new Map<Node, Tensor>()
  readonly #origins = new Map<Node, Node>()

  constructor(rule: Rule) {
    this.#rule = rule
  }

  /** The node that stands for a node: itself where nothing that leads to it was replaced. */
  of(node: Node): Tensor {
    const known = this.#made.get(node)
    if (known) return known
    // A rule may have come to some of them by itself.
    for (const each of graphOf([node], this.#made))
      if (!this.#made.has(each)) this.#made.set(each, this.#rewritten(each))
    return this.#made.get(node) ?? (node as Tensor)
  }

  /** The nodes that were rewritten, inputs first, and what stands for each. */
  get pairs(): ReadonlyMap<Node, Tensor> {
    return this.#made
  }

  /** The node of the old graph for which a new one was made; a node of the old graph is its own. */
  originOf(made: Node): Node {
    return this.#origins.get(made) ?? made
  }

  /** Remembers of a node that a rule makes for which one it is made. */
  madeFor(origin: Node, made: Node): Node {
    if (made !== origin && !this.#origins.has(made) && !this.#made.has(made)) this.#origins.set(made, origin)
    return made
  }

  #rewritten(node: Node): Tensor {
    const inputs = node.inputs.map((input) => this.of(input))
    return this.madeFor(node, this.#rule(node, inputs) ?? this.withInputs(node, inputs)) as Tensor
  }

  /** The same operation on other inputs. If it is a definition that has been opened, its inside is that of the old one, rewritten. */
  withInputs(node: Node, inputs: readonly Node[]): Node {
    if (inputs.every((input, i) => input === node.inputs[i])) return node
    const made = new Node(node.operation, inputs, node.axes)
    if (isOpened(node))
      keepOpening(made, () => {
        const { results, inside, forwardOf = new Map() } = openedDefinition(node)
        return {
          results: results.map((each) => this.of(each)),
          inside: Object.fromEntries(Object.entries(inside).map(([name, each]) => [name, this.of(each)])),
          forwardOf: new Map([...forwardOf].map(([one, other]) => [this.of(one), this.of(other)])),
        }
      })
    return made
  }
}
