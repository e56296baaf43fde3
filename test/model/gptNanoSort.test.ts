// Real weights: gpt-nano-sort, trained by minGPT, sorts; and every value inside is what PyTorch computed. Skipped where the
// data is not there: CUTAWAY_DATA, or ../shared/data beside the repository.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setWeights } from '../../src/checkpoint/engineWeights.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import type { StoredTensor } from '../../src/checkpoint/safetensors.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { Generator } from '../../src/generate/generate.ts'
import { softmax } from '../../src/tensor/definitions.ts'
import { trace } from '../../src/tensor/pass.ts'
import { input } from '../../src/tensor/primitives.ts'
import { config, readTensors, readWeights } from '../../tools/convert_gpt_nano_sort.ts'
import { inTheirOrder, largestDifference } from './differences.ts'

const data = process.env['CUTAWAY_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const folder = join(data, 'gpt-nano-sort')
const skip = existsSync(folder) ? false : `there is no ${folder}`

const stream = ['batch', 'position', 'model']
const perHead = (last: string): string[] => ['batch', 'head', 'position', last]
/** What PyTorch's values are called there, and here; and in which order their axes are. */
const addresses: Record<string, [address: string, axes: readonly string[]]> = {
  x: ['embedded', stream],
  ln1: ['blocks.0.attentionNorm.output', stream],
  q: ['blocks.0.attention.query', perHead('key')],
  k: ['blocks.0.attention.key', ['batch', 'head', 'source', 'key']],
  v: ['blocks.0.attention.value', ['batch', 'head', 'source', 'value']],
  att: ['blocks.0.attention.scores', perHead('source')],
  attSm: ['blocks.0.attention.pattern', perHead('source')],
  y: ['blocks.0.attention.mixed', ['batch', 'position', 'head', 'value']],
  yProj: ['blocks.0.attention.output', stream],
  attnResid: ['blocks.0.middle', stream],
  ln2: ['blocks.0.mlpNorm.output', stream],
  fc: ['blocks.0.mlp.up', ['batch', 'position', 'hidden']],
  gelu: ['blocks.0.mlp.hidden', ['batch', 'position', 'hidden']],
  mlp: ['blocks.0.mlp.output', stream],
  mlpResid: ['blocks.0.output', stream],
  block0: ['blocks.0.output', stream],
  block1: ['blocks.1.output', stream],
  block2: ['blocks.2.output', stream],
  ln_f: ['norm.output', stream],
  lm_head: ['logits', ['batch', 'position', 'vocab']],
}

describe('gpt-nano-sort', { skip }, () => {
  let engine: Engine
  const model = gpt2.blueprint(config).build()
  before(async () => {
    engine = await cpu()
    setWeights(engine, model, await readWeights(join(folder, 'gpt-nano-sort-model.json')))
  })
  after(() => engine?.close())

  test('sorts 1,000 of 1,000', async () => {
    // All 729 rows of six digits, and some of them again.
    const rows = Array.from({ length: 1000 }, (_, i) =>
      Array.from({ length: 6 }, (_, place) => Math.floor(i / 3 ** place) % 3),
    )
    const sorted = rows.map((): number[] => [])
    const generator = new Generator({ engine, model })
    const openings = rows.map((prompt) => ({ prompt }))
    for await (const { row, id } of generator.generateAll(openings, { tokens: 6, temperature: 0 })) sorted[row].push(id)
    assert.deepEqual(
      sorted,
      rows.map((row) => row.toSorted()),
    )
  })

  test('has the same values inside as PyTorch', async () => {
    const theirs = await readTensors(join(folder, 'gpt-nano-sort-t0-partials.json'))
    const { shape, data } = theirs.get('idx') as StoredTensor
    const ids = input('ids', { batch: shape[0], position: shape[1] }, { below: config.vocab })
    const { outputs: logits, names } = trace(model, () => model.logits({ ids }))
    const outputs = Object.fromEntries(
      Object.entries(addresses).map(([name, [address]]) => [name, names.valueAt(address)]),
    )
    const program = await engine.compile({ outputs: { ...outputs, probs: softmax(logits, 'vocab') } })
    await program.run({ ids: data })
    const all = [...Object.entries(addresses), ['probs', ['', ['batch', 'position', 'vocab']]] as const]
    for (const [name, [, axes]] of all) {
      const expected = (theirs.get(name) as StoredTensor).data
      const ours = inTheirOrder(await program.read(name), axes)
      // What is hidden by the mask is minus infinity in both.
      const isSeen = (i: number): boolean => Number.isFinite(expected[i]) || ours[i] !== expected[i]
      assert.ok(largestDifference(ours, expected, isSeen) <= 1e-4, name)
    }
  })
})
