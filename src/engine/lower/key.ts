// When two kernels are the same computation, so that they can share code.

import type { Kernel, Value } from './kernel.ts'

/** A text that two kernels share if and only if they are the same computation. */
function keyOf(kernel: Kernel): string {
  const numbers = new Map<Value, number>()
  const lines: string[] = []
  const number = (value: Value): number => {
    const known = numbers.get(value)
    if (known !== undefined) return known
    const line =
      value.kind === 'apply'
        ? `${value.operation} ${value.inputs.map(number).join(' ')}`
        : value.kind === 'reduce'
          ? `reduce ${value.operation} ${number(value.input)}`
          : value.kind === 'random'
            ? `random ${value.key} ${number(value.step)} ${value.strides.join(' ')}`
            : JSON.stringify(value)
    numbers.set(value, lines.length)
    return lines.push(line) - 1
  }
  const stores = 'stores' in kernel ? kernel.stores.map(({ operand, value }) => `${operand} ${number(value)}`) : []
  return JSON.stringify({ ...kernel, stores: [stores, lines] })
}

/** Makes something of kernels, once for all that are the same computation. */
export function oncePerKernel<Made>(make: (kernel: Kernel) => Made): (kernel: Kernel) => Made {
  const byKey = new Map<string, Made>()
  const known = new Map<Kernel, Made>()
  return (kernel) => {
    const found = known.get(kernel)
    if (found) return found
    const key = keyOf(kernel)
    const made = byKey.get(key) ?? make(kernel)
    byKey.set(key, made)
    known.set(kernel, made)
    return made
  }
}
