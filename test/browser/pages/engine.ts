// What an engine says of itself in a page, or why there is none.

import { type CpuEngine, type CpuOptions, cpu } from '../../../src/index.ts'
import { add, input, parameter } from '../../../src/tensor.ts'
import { parameterCases } from '../../engine/parameterCases.ts'
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

/** What came of every case of parameters in this page, where it is not what is right. */
export async function parameterFaults(options: CpuOptions): Promise<string[]> {
  const engine = await cpu(options)
  const faults: string[] = []
  for (const { name, run } of parameterCases) {
    const [actual, expected] = Object.values(await run(engine)).map((value) => JSON.stringify(value))
    if (actual !== expected) faults.push(`${name}: ${actual} in place of ${expected}`)
  }
  engine.close()
  return faults
}

/** Opens so many engines at once, and then again as many that are closed at once; what each says, how many numbers each keeps. */
export async function openMany(count: number): Promise<string> {
  const open: CpuEngine[] = []
  const sums: number[] = []
  const use = async (engine: CpuEngine, i: number): Promise<void> => {
    const p = parameter({ cell: 5 }, 'zeros')
    const program = await engine.compile({
      outputs: {},
      updates: new Map([[p, add(p, input('x', { cell: 5 }))]]),
    })
    await program.run({ x: new Float32Array(5).fill(i) })
    sums.push((await engine.get(p)).reduce((sum, value) => sum + value, 0))
  }
  try {
    for (let i = 0; i < count; i++) {
      open.push(await cpu({ threads: 2 }))
      await use(open[i], i)
    }
    for (const engine of open) engine.close()
    for (let i = count; i < 2 * count; i++) {
      const engine = await cpu({ threads: 2 })
      await use(engine, i)
      engine.close()
    }
  } catch (error) {
    return `engine ${sums.length}: ${error}`
  } finally {
    for (const engine of open) engine.close()
  }
  return sums.every((sum, i) => sum === 5 * i) ? `${sums.length} engines` : sums.join(' ')
}
