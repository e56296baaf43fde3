// Loads what few programs need before they are written.

import type { Kernel, Value } from '../../lower/kernel.ts'
import { spansVary } from '../attention/span.ts'
import { planProduct } from '../product/plan.ts'
import { canBeRow, isStream } from '../product/row.ts'
import { keepRare, type RareParts } from '../rare.ts'

interface Rare<Name extends keyof RareParts> {
  readonly load: () => Promise<RareParts[Name]>
  readonly isFor: (kernel: Kernel) => boolean
}

const parts: { readonly [Name in keyof RareParts]: Rare<Name> } = {
  hiding: {
    load: () => import('../attention/hiding.ts'),
    isFor: (kernel) =>
      (kernel.kind === 'attention' || kernel.kind === 'attentionGradient') &&
      (kernel.keep !== undefined || spansVary(kernel)),
  },
  window: { load: () => import('../loops/window.ts'), isFor: ({ kind }) => kind === 'window' },
  stream: {
    load: () => import('../product/stream.ts'),
    isFor: (kernel) => {
      if (kernel.kind !== 'product') return false
      const plan = planProduct(kernel)
      return canBeRow(plan) && isStream(plan)
    },
  },
  bfloat16: {
    load: () => import('../values/bfloat16.ts'),
    isFor: (kernel) => 'operands' in kernel && kernel.operands.some(({ type }) => type === 'bf16'),
  },
  functions: {
    load: () => import('../values/rareFunctions.ts'),
    isFor: (kernel) => 'stores' in kernel && hasRareFunction(kernel.stores.map(({ value }) => value)),
  },
}

/** Loads what these kernels need; without any, everything. */
export async function loadRare(kernels?: Iterable<Kernel>): Promise<void> {
  const all = kernels && [...new Set(kernels)]
  const load = async <Name extends keyof RareParts>(name: Name): Promise<void> => {
    if (!all || all.some(parts[name].isFor)) keepRare(name, await parts[name].load())
  }
  await Promise.all((Object.keys(parts) as (keyof RareParts)[]).map(load))
}

function hasRareFunction(values: readonly Value[]): boolean {
  const seen = new Set<Value>()
  const has = (value: Value): boolean => {
    if (seen.has(value)) return false
    seen.add(value)
    switch (value.kind) {
      case 'apply':
        return ['erf', 'sin', 'cos'].includes(value.operation) || value.inputs.some(has)
      case 'reduce':
        return has(value.input)
      case 'random':
        return has(value.step)
      default:
        return false
    }
  }
  return values.some(has)
}
