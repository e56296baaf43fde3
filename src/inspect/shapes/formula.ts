// The formula of a value, written out from the graph down to the values that have names.
//
//   blocks.0.attention.scores = query · key over key · 0.177 where source ≤ position, otherwise −∞
//
// What is used twice gets a letter and is written out once, below.

import type { Elementwise } from '../../tensor/elementwise.ts'
import type { Node } from '../../tensor/node.ts'
import type { OpenedPass } from './opened.ts'

export interface Formula {
  readonly text: string
  /** The meanings of the letters in it, in the order in which they are computed. */
  readonly where: readonly { readonly letter: string; readonly text: string }[]
}

/** The tightness with which an expression holds together; one that binds less than its place asks for is put into brackets. */
const binding = { choice: 0, comparison: 1, sum: 2, product: 3, power: 4, atom: 5 } as const
type Binding = (typeof binding)[keyof typeof binding]
interface Expression {
  readonly text: string
  readonly binding: Binding
}

type Written = (...inputs: Expression[]) => Expression

const infix =
  (sign: string, own: Binding, right: Binding = own): Written =>
  (a, b) => ({ text: `${held(a, own)} ${sign} ${held(b, right)}`, binding: own })
const call =
  (name: string): Written =>
  (...inputs) => ({ text: `${name}(${inputs.map(({ text }) => text).join(', ')})`, binding: binding.atom })

const written: { readonly [F in Elementwise]: Written } = {
  add: infix('+', binding.sum),
  subtract: infix('−', binding.sum, binding.product),
  multiply: infix('·', binding.product),
  divide: infix('/', binding.product, binding.power),
  negate: (x) => ({ text: `−${held(x, binding.power)}`, binding: binding.product }),
  reciprocal: (x) => ({ text: `1 / ${held(x, binding.power)}`, binding: binding.product }),
  exp: (x) => ({ text: `e^${held(x, binding.atom)}`, binding: binding.power }),
  sqrt: (x) => ({ text: `√${held(x, binding.atom)}`, binding: binding.power }),
  abs: (x) => ({ text: `|${x.text}|`, binding: binding.atom }),
  log: call('ln'),
  tanh: call('tanh'),
  erf: call('erf'),
  sin: call('sin'),
  cos: call('cos'),
  floor: call('floor'),
  maximum: call('max'),
  minimum: call('min'),
  lessEqual: infix('≤', binding.comparison, binding.sum),
  less: infix('<', binding.comparison, binding.sum),
  equal: infix('=', binding.comparison, binding.sum),
  where: (condition, then, otherwise) => ({
    text: `${held(then, binding.sum)} where ${held(condition, binding.comparison)}, otherwise ${held(otherwise, binding.sum)}`,
    binding: binding.choice,
  }),
}

/** The longest text that is written out every time it is used. */
const longestRepeated = 16

/** The formula of a node of an opened pass. */
export function formulaOf(top: Node, { addressOf }: Pick<OpenedPass, 'addressOf'>): Formula {
  const isNamed = (node: Node): boolean => node !== top && addressOf(node) !== undefined
  const inputsOf = (node: Node): readonly Node[] => (isNamed(node) ? [] : node.inputs)

  const uses = countUses(top, inputsOf)
  const letters = new Map<Node, string>()
  const where: { letter: string; text: string }[] = []
  const write = (node: Node): Expression => {
    const letter = letters.get(node)
    if (letter !== undefined) return { text: letter, binding: binding.atom }
    const expression = isNamed(node)
      ? { text: addressOf(node) ?? '', binding: binding.atom }
      : expressionOf(node, inputsOf(node).map(write))
    if ((uses.get(node) ?? 0) < 2 || isNamed(node) || expression.text.length <= longestRepeated) return expression
    const next = String.fromCodePoint(97 + where.length)
    letters.set(node, next)
    where.push({ letter: next, text: expression.text })
    return { text: next, binding: binding.atom }
  }
  return { text: write(top).text, where }
}

function countUses(top: Node, inputsOf: (node: Node) => readonly Node[]): Map<Node, number> {
  const uses = new Map<Node, number>([[top, 1]])
  const stack = [top]
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const input of inputsOf(node)) {
      const before = uses.get(input) ?? 0
      uses.set(input, before + 1)
      if (before === 0) stack.push(input)
    }
  }
  return uses
}

function expressionOf({ operation, axes }: Node, inputs: Expression[]): Expression {
  const atom = (text: string): Expression => ({ text, binding: binding.atom })
  switch (operation.kind) {
    case 'constant':
      return atom(number(operation.value))
    case 'apply':
      return written[operation.function](...inputs)
    case 'reduce': {
      const sign = operation.function === 'sum' ? 'Σ' : 'max'
      return {
        text: `${sign}[${operation.over.join(', ')}] ${held(inputs[0], binding.power)}`,
        binding: binding.product,
      }
    }
    case 'dot': {
      const over = operation.over.length === 0 ? '' : `Σ[${operation.over.join(', ')}] `
      return {
        text: `${over}${held(inputs[0], binding.power)} · ${held(inputs[1], binding.power)}`,
        binding: binding.product,
      }
    }
    case 'index':
      return atom(axes[0].name)
    case 'input':
    case 'random':
      return atom(operation.name)
    case 'rename':
    case 'expand':
    case 'stop':
      return inputs[0]
    case 'gather':
      return atom(`${held(inputs[0], binding.atom)}[${inputs[1].text}]`)
    case 'scatter':
      return atom(
        `rows of ${held(inputs[0], binding.atom)} added up at ${inputs[1].text}${inputs[2] ? ` onto ${held(inputs[2], binding.atom)}` : ''}`,
      )
    case 'place':
      return atom(`${held(inputs[0], binding.atom)} with ${held(inputs[1], binding.atom)} from ${inputs[2].text} on`)
    case 'window':
      return atom(`${operation.size} places of ${held(inputs[0], binding.atom)} from ${operation.from} on`)
    case 'parameter':
      return atom('learnt')
    case 'table':
      return atom('numbers known beforehand')
    case 'defined':
    case 'part':
      throw new Error(`formula: a ${operation.kind} should have been opened.`)
  }
}

function held({ text, binding: own }: Expression, wanted: Binding): string {
  return own >= wanted ? text : `(${text})`
}

function number(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const rounded = Number(value.toPrecision(4))
  const text = rounded === value ? String(value) : (fraction(value) ?? String(rounded))
  return text.replace('-', '−').replace('e+', 'e')
}

/** 1/128 and 1/√32, which say more than their decimals. */
function fraction(value: number): string | undefined {
  const isWhole = (x: number): boolean => x > 1 && x < 1e9 && Math.abs(x - Math.round(x)) < 1e-9 * x
  if (isWhole(1 / value)) return `1/${Math.round(1 / value)}`
  return value > 0 && isWhole(1 / value ** 2) ? `1/√${Math.round(1 / value ** 2)}` : undefined
}
