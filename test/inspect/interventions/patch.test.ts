// Activation patching against numbers of TransformerLens in double precision, and against what must be so in any model.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patch } from '../../../src/inspect/interventions/patch.ts'
import { patchParts } from '../../../src/inspect/interventions/patchParts.ts'
import { goldenIds } from '../golden.ts'
import { golden, near, pairs } from './goldenPairs.ts'

test('the stream before each block, patched at a position, is as in TransformerLens', async () => {
  const at = ['embedded', 'blocks.0.output'].flatMap((path) =>
    [8, 9, 10].map((position) => ({ path, at: { position } })),
  )
  const { clean, corrupt, rows } = await patch({ ...golden(), at })
  near([clean, corrupt], [1.19173, 1.432729])
  near(
    rows.map(({ normalised }) => normalised),
    [0, 1, 0, 0, 0.29017, 0.91862],
  )
})

test("heads' answers, patched and estimated by the gradient, are as in TransformerLens", async () => {
  const at = [0, 1].flatMap((layer) =>
    [0, 1].map((head) => ({ path: `blocks.${layer}.attention.mixed`, at: { head } })),
  )
  const { clean, corrupt, rows } = await patch({ ...golden(), at, hasEstimate: true, batch: 3 })
  near(
    rows.map(({ normalised }) => normalised),
    [-0.079874, -0.452896, 0.512521, 0.165072],
  )
  near(
    rows.map(({ estimate }) => (estimate ?? Number.NaN) / (clean - corrupt)),
    [-0.039317, -0.526984, 0.477091, 0.143117],
  )
})

test('the whole stream, patched either way, is the other text; one pair twice has no error', async () => {
  const one = golden()
  for (const direction of ['denoising', 'noising'] as const) {
    const { rows } = await patch({ ...one, pairs: [...pairs, ...pairs], at: ['blocks.*.output'], direction })
    near(
      rows.flatMap(({ normalised, error }) => [normalised, error]),
      [1, 0, 1, 0],
      1e-6,
    )
  }
})

test('all parts of the stream have labels, and the numbers of the same patches', async () => {
  const { streams, parts } = await patchParts(golden())
  assert.deepEqual(
    parts.map(({ layer, part, head = '' }) => `${layer} ${part} ${head}`.trim()),
    [0, 1].flatMap((layer) => [`${layer} attention 0`, `${layer} attention 1`, `${layer} mlp`]),
  )
  const heads = parts.filter(({ part }) => part === 'attention')
  near(
    heads.map(({ normalised }) => normalised),
    [-0.079874, -0.452896, 0.512521, 0.165072],
  )
  const at = (layer: number | undefined) => streams.filter((row) => row.layer === layer && (row.position ?? 0) >= 8)
  near(
    [...at(undefined), ...at(0)].map(({ normalised }) => normalised),
    [0, 1, 0, 0, 0.29017, 0.91862],
  )
})

test('texts of other lengths are refused, and the message says from where on', async () => {
  await assert.rejects(
    patch({
      ...golden(),
      pairs: [{ clean: { ids: goldenIds }, corrupt: { ids: goldenIds.slice(1) } }],
      at: ['embedded'],
    }),
    {
      message:
        'patch: the clean text of pair 0 has 11 tokens along "position", the corrupt one 10. The first that does not line up is token 0: id 3 in the clean one, id 1 in the corrupt one. Give texts of as many tokens.',
    },
  )
})
