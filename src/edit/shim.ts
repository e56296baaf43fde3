// Stands in until passes have their names in a table.
import { graphOf, namedValues } from '../tensor/names.ts'
import { Node } from '../tensor/node.ts'

const openings = new WeakMap<Node, { results: readonly Node[]; inside: Readonly<Record<string, Node>> }>()
function openingOf(whole: Node) {
  if (whole.operation.kind !== 'defined') throw new Error('no definition')
  const made = openings.get(whole) ?? whole.operation.definition.open(whole.inputs)
  openings.set(whole, made)
  return made
}

export interface Pass<O> {
  outputs: O
  names: { values: Map<string, Node> }
}
export function trace<O>(_model: object, build: () => O): Pass<O> {
  const outputs = build()
  const ends = outputs instanceof Node ? [outputs] : (Object.values(outputs as object) as Node[])
  const values = new Map<string, Node>()
  for (const node of graphOf(ends)) {
    if (node.path !== undefined) values.set(node.path, node)
    if (node.operation.kind !== 'part' || node.operation.index !== 0 || node.path === undefined) continue
    const { inside } = openingOf(node.inputs[0])
    for (const [name, value] of Object.entries(inside))
      values.set(`${node.path.slice(0, node.path.lastIndexOf('.') + 1)}${name}`, value)
  }
  void namedValues
  return { outputs, names: { values } }
}
export function replaceIn(replacements: ReadonlyMap<Node, (value: Node) => Node>): { of(node: Node): Node } {
  const made = new Map<Node, Node>()
  const of = (node: Node): Node => {
    const known = made.get(node)
    if (known) return known
    for (const each of graphOf([node])) if (!made.has(each)) made.set(each, rewritten(each))
    return made.get(node) as Node
  }
  const rewritten = (node: Node): Node => {
    const { operation } = node
    let own: Node | undefined
    if (operation.kind === 'part') {
      const { results, inside } = openingOf(node.inputs[0])
      if (Object.values(inside).some((each) => replacements.has(each)) && results[operation.index])
        own = of(results[operation.index])
    }
    if (!own) {
      const inputs = node.inputs.map(of)
      own = inputs.every((input, i) => input === node.inputs[i]) ? node : new Node(operation, inputs, node.axes)
    }
    const replace = replacements.get(node)
    const result = replace ? replace(own) : own
    result.path ??= node.path
    return result
  }
  return { of }
}
