// How sharp attention is before anything is learnt: queries and keys of independent numbers with mean 0 and variance 1.
//
//   q · k is a sum of d_k products of variance 1, so its variance is d_k      Vaswani et al. 2017, section 3.2.1, note 4
//   entropy of a pattern / ln n                                               1 where all n sources share alike, 0 where one has all
//   1 − Σ p²                                                                  the trace of softmax's derivative: nothing gets through at 0

import { runWith } from '../engine/engine.ts'
import { meanOf } from '../inspect/means.ts'
import { attention } from '../tensor/attention.ts'
import { cosOf, logOf } from '../tensor/elementary.ts'
import { input } from '../tensor/primitives.ts'
import { randomKey, uniform } from '../tensor/random.ts'
import type { Bench, Variant } from './question.ts'

const [positions, sources] = [64, 64]

/** A variant that trains nothing: `variance` of the scores, and `entropy` and `slope` (1 − Σ p²) of the patterns, means over positions. */
export function concentration({
  key,
  isScaled,
}: {
  readonly key: number
  readonly isScaled: boolean
}): Pick<Variant, 'setting' | 'seconds' | 'run'> {
  return {
    setting: { kind: 'concentration', key, isScaled, positions, sources },
    seconds: 0.1,
    run: async ({ engine, seed }: Bench) => {
      const { scores, pattern } = attention(
        input('query', { position: positions, key }),
        input('key', { source: sources, key }),
        input('value', { source: sources, value: 1 }),
        isScaled ? {} : { scale: 1 },
      )
      const program = await engine.compile({ outputs: { scores, pattern } })
      await runWith(program, {
        query: normals(positions * key, 'query', seed),
        key: normals(sources * key, 'key', seed),
        value: new Float32Array(sources),
      })
      const { data } = await program.read('scores')
      const shares = await program.read('pattern')
      await program.close()
      return { numbers: { variance: varianceOf(data), ...sharpnessOf(shares.data, sources) } }
    },
  }
}

/** The mean over rows of their entropy, as a share of ln n, and of 1 − Σ p². */
export function sharpnessOf(pattern: ArrayLike<number>, n: number): { entropy: number; slope: number } {
  let [entropy, squares] = [0, 0]
  for (let i = 0; i < pattern.length; i++) {
    const share = pattern[i]
    if (share > 0) entropy -= share * Math.log(share)
    squares += share * share
  }
  const rows = pattern.length / n
  return { entropy: entropy / rows / Math.log(n), slope: 1 - squares / rows }
}

function varianceOf(values: ArrayLike<number>): number {
  const all = Array.from(values)
  const mean = meanOf(all)
  return all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length
}

/** Normal numbers of two uniform ones each: Box, Muller 1958. */
function normals(count: number, name: string, seed: number): Float32Array {
  const draws = randomKey(`concentration/${name}`, seed)
  return Float32Array.from(
    { length: count },
    (_, i) => Math.sqrt(-2 * logOf(1 - uniform(draws, 0, i))) * cosOf(2 * Math.PI * uniform(draws, 1, i)),
  )
}
