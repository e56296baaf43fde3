// Lowering for machines that differ in all that a target can say: every case, run by plain loops, gives what the reference engine
// gives.

import { describe, test } from 'node:test'
import { type CaseSizes, cases } from '../cases.ts'
import { holdToReference } from '../holdToReference.ts'
import { plain } from '../plain/engine.ts'
import { targets } from '../plain/targets.ts'

const allSizes: readonly CaseSizes[] = [
  { a: 1, b: 1, c: 1 },
  { a: 2, b: 3, c: 5 },
  { a: 3, b: 7, c: 16 },
  { a: 2, b: 9, c: 33 },
]

for (const [name, target] of Object.entries(targets))
  describe(`plain loops, lowered for the target ${name}`, () => {
    for (const { name: what, build } of cases)
      test(what, async () => {
        const engine = plain(target, 'f64')
        // Both compute in double precision and read out floats.
        for (const sizes of allSizes)
          await holdToReference(engine, build(sizes), `${what} ${JSON.stringify(sizes)}`, 1e-6)
      })
  })
