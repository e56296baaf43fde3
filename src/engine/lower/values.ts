// The values of a kernel as a graph: those that others are made of.

import type { Value } from './kernel.ts'

/** Every value that the given ones are made of, each once, inputs first. A reduction's input may be left out. */
export function allValues(roots: readonly Value[], { intoReductions = true } = {}): Value[] {
  const found = new Set<Value>()
  const visit = (value: Value): void => {
    if (found.has(value)) return
    if (intoReductions || value.kind !== 'reduce') inputsOf(value).forEach(visit)
    found.add(value)
  }
  roots.forEach(visit)
  return [...found]
}

export function inputsOf(value: Value): readonly Value[] {
  if (value.kind === 'apply') return value.inputs
  if (value.kind === 'reduce') return [value.input]
  return value.kind === 'random' ? [value.step] : []
}
