// How a model's weights begin: zeros, ones or another number, normal numbers, or given ones, as each parameter says.
//
// A normal number is made of two uniform ones (Box, Muller 1958), and those are functions of the seed, the weight's path
// and the cell. So a weight begins with the same bits whatever else the model has, and wherever it will run.

import { cells } from '../tensor/axes.ts'
import * as elementary from '../tensor/elementary.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Start } from '../tensor/node.ts'
import { randomKey, uniform } from '../tensor/random.ts'

/**
 * The values that a model's weights begin with, by path, row-major in the order of each weight's axes.
 *
 * - `seed`: equal seeds give equal values
 */
export function initialValues(model: object, seed: number): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>()
  for (const [path, { operation, axes }] of parametersOf(model)) {
    if (operation.kind !== 'parameter') continue
    values.set(path, startValues(operation.start, cells(axes), randomKey(`start/${path}`, seed)))
  }
  return values
}

function startValues(start: Start, count: number, key: number): Float32Array {
  if (start === 'zeros') return new Float32Array(count)
  if (start === 'ones') return new Float32Array(count).fill(1)
  if ('all' in start) return new Float32Array(count).fill(start.all)
  if ('fixed' in start) return Float32Array.from(start.fixed)
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) {
    // 1 − u is never 0, whose logarithm there is not.
    const radius = start.normal * Math.sqrt(-2 * elementary.logOf(1 - uniform(key, 0, i)))
    const angle = 2 * Math.PI * uniform(key, 1, i)
    values[i] = radius * elementary.cosOf(angle)
    if (i + 1 < count) values[i + 1] = radius * elementary.sinOf(angle)
  }
  return values
}
