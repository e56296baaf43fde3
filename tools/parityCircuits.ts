// Comparison with TransformerLens: circuits of heads, also between tokens and as directions.

import { circuits } from '../src/inspect/circuits/circuits.ts'
import { composition } from '../src/inspect/circuits/composition.ts'
import { directions } from '../src/inspect/circuits/directions.ts'
import { tokenTables } from '../src/inspect/circuits/tokenTables.ts'
import type { Found, Looking, Theirs } from './parityFindings.ts'

/** Weights as they are, without a norm folded in. */
export async function compareCircuits({ model, engine }: Looking, theirs: Theirs, found: Found): Promise<void> {
  const { rows } = await composition({ model, engine })
  const letters = { query: 'Q', key: 'K', value: 'V' } as const
  for (const { kind, from, to, score } of rows)
    found.compare(
      'composition',
      score,
      theirs.circuits.composition[letters[kind]][from.layer][from.head][to.layer][to.head],
      ` ${kind} ${from.address} ${from.head} to ${to.address} ${to.head}`,
    )
  for (const { layer, head, qk, ov, tokens } of (await circuits({ model, engine })).heads) {
    const what = ` layer ${layer} head ${head}`
    found.compare('ov', ov.positive, theirs.circuits.ov[layer][head], what)
    found.compare('qk', qk.positive, theirs.circuits.qk[layer][head], what)
    found.compare('full ov', tokens.ov ?? Number.NaN, theirs.circuits.fullOv[layer][head], what)
    found.compare('full qk', tokens.qk ?? Number.NaN, theirs.circuits.fullQk[layer][head], what)
    const singular = theirs.circuits.singular[layer][head]
    found.compare('singular', ov.singular, singular.slice(0, ov.singular.length), what)
  }
}

/** Circuits between tokens, and the strongest directions of what heads write, through the unembedding. */
export async function compareTokens({ model, engine }: Looking, { circuits }: Theirs, found: Found): Promise<void> {
  const { tables } = await tokenTables({ model, engine, isWhole: true, kinds: ['ov', 'qk'] })
  for (const { kind, head, values } of tables) {
    if (!head || !values) continue
    const theirs = (kind === 'ov' ? circuits.tokenOv : circuits.tokenQk)[head.layer][head.head]
    found.compare(`token ${kind}`, Array.from(values.data), theirs.flat(), ` layer ${head.layer} head ${head.head}`)
  }
  const vocab = circuits.tokenOv[0][0].length
  for (const { layer, head = 0, number, singular, top } of await directions({
    model,
    engine,
    kinds: ['ov'],
    count: 2,
    top: vocab,
  })) {
    const sizes = circuits.singular[layer][head]
    // A direction is known as well as its singular value stands apart from the next.
    const isApart = sizes.every((size, i) => i === number || Math.abs(size - singular) > 0.01 * sizes[0])
    const row = circuits.directions[layer][head][number]
    if (!isApart || row === undefined) continue
    const largest = row.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0)
    const own = top.toSorted((a, b) => a.token - b.token).map(({ value }) => value)
    const turned = row.map((each) => each * Math.sign(largest))
    found.compare('directions', own, turned, ` layer ${layer} head ${head} number ${number}`)
  }
}
