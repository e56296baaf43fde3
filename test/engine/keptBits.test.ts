// Bits stay: every architecture, on every arithmetic that this machine has, computes what test/fixtures/bits.json says.
//
// Where other bits are meant, and for no other reason: node tools/make_bits.ts

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Engine } from '../../src/index.ts'
import { arithmetics, casesOf, measured, type Row } from './keptBits.ts'

type Table = Readonly<Record<string, Readonly<Record<string, Row>>>>
const kept = JSON.parse(readFileSync(new URL('../fixtures/bits.json', import.meta.url), 'utf8')) as Table

/** Measured on all engines of an arithmetic; of the others one after the other, in turns. */
const onAll = new Set(['GPT-2, middle', 'Llama, shared heads', 'Marian'])

for (const arithmetic of await arithmetics()) {
  const { name, engines } = arithmetic
  const skip = engines.length > 0 ? false : 'this machine has no fused multiply-add'
  describe(`bits, ${name}`, { skip }, () => {
    let open: Engine[] = []
    before(async () => {
      open = await Promise.all(engines.map((each) => each()))
    })
    after(() => {
      for (const engine of open) engine.close()
    })
    for (const [i, each] of casesOf(arithmetic).entries())
      it(each, async () => {
        for (const engine of onAll.has(each) ? open : [open[i % open.length]])
          assert.deepEqual(await measured(each, arithmetic, engine), kept[each]?.[name], engine.description)
      })
  })
}

it('the table has no more and no fewer cases', async () => {
  const expected: Record<string, string[]> = {}
  for (const arithmetic of await arithmetics())
    for (const each of casesOf(arithmetic)) (expected[each] ??= []).push(arithmetic.name)
  const found = Object.fromEntries(Object.entries(kept).map(([each, rows]) => [each, Object.keys(rows)]))
  assert.deepEqual(found, expected)
})
