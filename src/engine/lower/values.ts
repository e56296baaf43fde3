// The values of a kernel as a graph: which others each is made of.

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

/** For how many reductions, one after another, a value waits: all values that the roots are made of, inputs first. */
export function depthsOf(roots: readonly Value[]): Map<Value, number> {
  const depths = new Map<Value, number>()
  for (const value of allValues(roots)) {
    const ofInputs = inputsOf(value).map((input) => depths.get(input) ?? 0)
    depths.set(value, Math.max(0, ...ofInputs) + (value.kind === 'reduce' ? 1 : 0))
  }
  return depths
}

/** A function that makes values anew, from the leaves on: `change` is given each with inputs that are new already, and shared ones once. */
export function rewriting(change: (value: Value) => Value): (value: Value) => Value {
  const done = new Map<Value, Value>()
  const rewrite = (value: Value): Value => {
    const known = done.get(value)
    if (known) return known
    const made = change(withInputs(value, rewrite))
    done.set(value, made)
    return made
  }
  return rewrite
}

function withInputs(value: Value, made: (input: Value) => Value): Value {
  if (value.kind === 'apply') return { ...value, inputs: value.inputs.map(made) }
  if (value.kind === 'reduce') return { ...value, input: made(value.input) }
  return value.kind === 'random' ? { ...value, step: made(value.step) } : value
}
