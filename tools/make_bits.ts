// Writes test/fixtures/bits.json: what every architecture computes on every arithmetic, to the bit (test/engine/keptBits.ts).
//
//   node tools/make_bits.ts          on a machine that has fused multiply-add and 256-bit pairing
//
// Only where other bits are meant: say in the commit which, and why. Rows that stay the same show that nothing else moved.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { arithmetics, casesOf, measured, type Row } from '../test/engine/keptBits.ts'

const rows: Record<string, Record<string, Row>> = {}
for (const arithmetic of await arithmetics()) {
  const { name, engines } = arithmetic
  if (engines.length === 0) throw new Error(`bits: this machine has no arithmetic "${name}". Take another machine.`)
  for (const open of engines) {
    const engine = await open()
    for (const each of casesOf(arithmetic)) {
      const row = await measured(each, arithmetic, engine)
      const known = (rows[each] ??= {})[name]
      if (known) assert.deepEqual(row, known, `${each}, ${name}: other bits on ${engine.description}`)
      rows[each][name] = row
    }
    engine.close()
  }
}

const text = Object.entries(rows).map(([each, own]) => {
  const lines = Object.entries(own).map(([name, row]) => {
    const columns = Object.entries(row).map(
      ([column, value]) => `      ${JSON.stringify(column)}: ${JSON.stringify(value)}`,
    )
    return `    ${JSON.stringify(name)}: {\n${columns.join(',\n')}\n    }`
  })
  return `  ${JSON.stringify(each)}: {\n${lines.join(',\n')}\n  }`
})
writeFileSync(new URL('../test/fixtures/bits.json', import.meta.url), `{\n${text.join(',\n')}\n}\n`)
console.log(`test/fixtures/bits.json: ${text.length} cases`)
