// Looking into models of two media, a recording that becomes words and words that become the codes of a picture: instruments look at them
// as at translators; every number is that of the reference engine, and an edit of the encoder reaches what is written.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Engine } from '../../src/engine/engine.ts'
import { attentionGraph } from '../../src/inspect/graph/attentionGraph.ts'
import { patchParts } from '../../src/inspect/interventions/patchParts.ts'
import { journey } from '../../src/inspect/journey/journeys.ts'
import { sourceEffects } from '../../src/inspect/journey/sourceEffects.ts'
import { checkModel } from '../../src/inspect/proofs/check.ts'
import { read } from '../../src/inspect/read.ts'
import { attributeLogit } from '../../src/inspect/stream/attribution.ts'
import { logitLens } from '../../src/inspect/stream/lens.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { Whisper } from '../../src/model/whisper.ts'
import { bothEngines, near } from './bothEngines.ts'

const half = { layer: 2, head: 2 }
const listener = new Whisper({
  ...{ vocab: 11, context: 8, model: 8, encoder: half, decoder: half },
  sourceContext: 6,
  mel: 3,
})
const drawer = new EncoderDecoder({
  ...{ vocab: 9, sourceVocab: 12, context: 10, model: 8, hidden: 16 },
  encoder: half,
  decoder: half,
})
const sound = (turn: number): Float32Array => Float32Array.from({ length: 36 }, (_, i) => Math.sin(i * 0.9 + turn))

const both = [
  { name: 'a listener', model: listener, inputs: { source: sound(0), ids: [10, 3, 1, 4] }, other: sound(2) },
  { name: 'a drawer', model: drawer, inputs: { source: [3, 1, 4, 1, 5], ids: [8, 2, 7, 1] }, other: [9, 1, 2, 6, 5] },
] as const

for (const { name, model, inputs, other } of both)
  describe(`looking into ${name}`, () => {
    let engine: Engine
    let plain: Engine
    bothEngines(model, (both) => {
      ;({ engine, plain } = both)
    })
    const logits = async (edits: Parameters<typeof read>[0]['edits'] = [], given = inputs): Promise<Float32Array> => {
      const [found] = (await read({ model, engine, inputs: given, edits, addresses: ['decoder.logits'] })).values()
      return found.data
    }
    const last = (all: Float32Array): Float32Array => all.slice(-all.length / inputs.ids.length)

    test('lens, attribution and journey are those of the reference engine, and end at what it says', async () => {
      const said = last(await logits())
      const [rows, rowsThere] = await Promise.all(
        [engine, plain].map((each) => logitLens({ model, engine: each, inputs, top: said.length })),
      )
      const numbers = (some: typeof rows): number[] =>
        some.flatMap(({ guesses }) => guesses.toSorted((a, b) => a.id - b.id).map(({ logit }) => logit))
      near(numbers(rows), numbers(rowsThere))
      near(numbers(rows.slice(-1)), said)
      const [sum, there] = await Promise.all(
        [engine, plain].map((each) => attributeLogit({ model, engine: each, inputs, token: 2, detail: 'neurons' })),
      )
      near([sum.sum, sum.logit], [said[2], said[2]])
      near(
        sum.rows.map((row) => row.logit),
        there.rows.map((row) => row.logit),
      )
      const [way, wayThere] = await Promise.all(
        [engine, plain].map((each) => journey({ model, engine: each, inputs, token: 2 })),
      )
      const across = way.full.steps.filter((step) => step.kind === 'answer' && step.isAcross)
      assert.equal(across.length, 2)
      near(
        way.full.steps.map((step) => step.after?.norm ?? 0),
        wayThere.full.steps.map((step) => step.after?.norm ?? 0),
      )
    })

    test('what attention across brings from each source adds up to its heads', async () => {
      const asked = { count: inputs.source.length / (model === listener ? 6 : 1), isAcross: true, token: 2, against: 1 }
      // Behind a norm in the stream there is the last layer alone.
      const [found, there] = await Promise.all(
        [engine, plain].map((each) => sourceEffects({ model, engine: each, inputs, ...asked })),
      )
      const { rows } = await attributeLogit({ model, engine, inputs, token: 2, against: 1 })
      const heads = rows.filter(({ head, address = '' }) => head !== undefined && address.includes('.cross.'))
      for (const { layer, logits } of found) {
        const own = heads.filter((row) => row.layer === layer)
        assert.equal(own.length, 2)
        near([logits.reduce((sum, each) => sum + each, 0)], [own.reduce((sum, row) => sum + row.logit, 0)])
      }
      assert.equal(found.length, new Set(heads.map(({ layer }) => layer)).size)
      if (model === listener) assert.equal(found.length, 2)
      near(
        found.flatMap(({ logits }) => logits),
        there.flatMap(({ logits }) => logits),
      )
    })

    test('an edit of the encoder reaches what is written, in every instrument', async () => {
      const edits = [{ at: 'encoder.blocks.1.attention.mixed {head: 1}', to: 0 }] as const
      const said = last(await logits(edits))
      const apart = last(await logits()).reduce((most, value, i) => Math.max(most, Math.abs(value - said[i])), 0)
      assert.ok(apart > 1e-4, `${apart}`)
      const rows = await logitLens({ model, engine, inputs, edits, top: said.length })
      for (const { id, logit } of rows.at(-1)?.guesses ?? []) near([logit], [said[id]])
      const found = await attributeLogit({ model, engine, inputs, edits, token: 2 })
      near([found.logit, found.sum], [said[2], said[2]])
    })

    test('the whole stream of one source puts the other in its place, and its edges have names', async () => {
      const corrupt = { ...inputs, source: other }
      const {
        clean,
        corrupt: from,
        streams,
        parts,
      } = await patchParts({
        ...{ model, engine, metric: { token: 2, position: 3 } },
        pairs: [{ clean: inputs, corrupt }],
      })
      near([clean, from], [last(await logits())[2], last(await logits([], corrupt as typeof inputs))[2]])
      const end = await read({ model, engine, inputs, addresses: ['encoder.blocks.1.output'] })
      const [to] = end.values()
      const whole = last(await logits([{ at: 'encoder.blocks.1.output', to }], corrupt as typeof inputs))
      near([whole[2]], [clean])
      assert.ok(streams.some(({ half, effect }) => half === 'encoder' && Math.abs(effect) > 1e-6))
      assert.ok(parts.some(({ address }) => address.startsWith('decoder.blocks.0.cross')))
      const { nodes, edges } = await attentionGraph({ model, engine, inputs, most: 2 })
      assert.ok(edges.length > 0)
      assert.ok(nodes.some(({ of }) => of === 'source'))
    })

    test('it passes its checks', async () => {
      const { checks } = await checkModel({ model, engine, inputs })
      const verdicts = new Map(checks.map((check) => [check.name, check.verdict]))
      assert.deepEqual(
        checks.filter(({ verdict }) => verdict === 'fail'),
        [],
      )
      for (const check of ['causality', 'cached writing', 'reference engine', 'places', 'order'] as const)
        assert.equal(verdicts.get(check), 'pass', check)
      // Frames of a sound are no tokens that could be changed.
      assert.equal(verdicts.get('source'), model === listener ? undefined : 'pass')
    })
  })
