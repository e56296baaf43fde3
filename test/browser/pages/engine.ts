// What an engine says of itself in a page, or why there is none.

import { type CpuOptions, cpu } from '../../../src/index.ts'
import { bitsOfElementary } from '../../tensor/elementaryBits.ts'

export async function describeEngine(options: CpuOptions): Promise<string> {
  try {
    const engine = await cpu(options)
    engine.close()
    return engine.description
  } catch (error) {
    return String(error)
  }
}

/** The same where the browser says that there are so many processors. */
export function describeWithProcessors(count: number): Promise<string> {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: count, configurable: true })
  return describeEngine({})
}

export const bits = bitsOfElementary
