// Instruments in the worker: their numbers are the facts of inspect/, of the step that they say; they can be broken off.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { circuits } from '../../src/inspect/circuits/circuits.ts'
import { composition } from '../../src/inspect/circuits/composition.ts'
import { tokenTables } from '../../src/inspect/circuits/tokenTables.ts'
import { nearestTokens } from '../../src/inspect/embeddings/cosines.ts'
import { readEmbedding } from '../../src/inspect/embeddings/embeddingTables.ts'
import { principalComponents } from '../../src/inspect/embeddings/principalComponents.ts'
import { attentionGraph } from '../../src/inspect/graph/attentionGraph.ts'
import { headFacts } from '../../src/inspect/heads/heads.ts'
import { weightedAttention } from '../../src/inspect/heads/weighted.ts'
import { ablate } from '../../src/inspect/interventions/ablate.ts'
import { patch } from '../../src/inspect/interventions/patch.ts'
import { patchParts } from '../../src/inspect/interventions/patchParts.ts'
import { attributeLogit } from '../../src/inspect/stream/attribution.ts'
import { logitLens } from '../../src/inspect/stream/lens.ts'
import type { DecoderModel } from '../../src/model/language.ts'
import type { Material, PlainChoices, Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { splitCorpus } from '../../src/text/corpus.ts'
import { openWorkshop, smallRecipe, type TestWorkshop } from './workshop.ts'

const scene: Scene = { text: 'rose is a rose', source: '', edits: [], step: undefined, moment: 0 }
const head = { address: 'blocks.1.attention', head: 1 }
const position = 13

describe('instruments', () => {
  let opened: TestWorkshop
  let model: DecoderModel
  let ids: Int32Array
  before(async () => {
    opened = await openWorkshop()
    await answers.begin(opened.workshop, smallRecipe)
    opened.workshop.training.move('on')
    await opened.until('finished')
    const run = opened.workshop.run
    assert.ok(run.model.kind === 'decoder')
    model = run.model
    ids = run.tokenizer.encode(scene.text)
  })
  after(() => opened[Symbol.asyncDispose]())
  const looking = () => ({ model, engine: opened.workshop.engine, inputs: { ids } })

  test('the lens, and its tuned one, which learns once for the weights of a step', async () => {
    const { workshop } = opened
    const asked = { scene, scale: 'own', middle: true, token: 'r' } as const
    const found = await answers.lens(workshop, asked)
    const [target] = workshop.run.tokenizer.encode('r')
    assert.deepEqual(found.rows, await logitLens({ ...looking(), lenses: ['own'], middle: true, top: 5, target }))
    assert.equal(found.step, 60)
    for (const { guesses } of found.rows)
      for (const { id } of guesses) assert.equal(found.words[id], workshop.run.tokenizer.decode([id]))
    let reports = 0
    const report = (): void => {
      reports++
    }
    const tuned = await answers.lens(workshop, { ...asked, scale: 'tuned' }, { report })
    const learnt = reports
    assert.ok(learnt >= 250, `${learnt} reports`)
    // The last state says what the logits say, through every lens.
    const last = (rows: typeof tuned.rows) =>
      rows.filter(({ address }) => address === 'blocks.1.output').map(({ guesses }) => guesses)
    assert.deepEqual(last(tuned.rows), last(found.rows))
    reports = 0
    assert.deepEqual(await answers.lens(workshop, { ...asked, scale: 'tuned' }, { report }), tuned)
    assert.ok(reports < 10, `${reports} reports of what was learnt already`)
  })

  test('attribution, of the guess where no token is said', async () => {
    const { workshop } = opened
    const { attribution } = await answers.attribution(workshop, {
      scene,
      position,
      token: '',
      against: 'r',
      detail: 'heads',
    })
    const [against] = workshop.run.tokenizer.encode('r')
    const { token } = attribution
    const [next] = (
      await answers.next(workshop, { scene, conditions: { temperature: 0, topK: 0, topP: 1, minP: 0 }, top: 1 })
    ).rows
    assert.equal(token, next.id)
    assert.deepEqual(attribution, await attributeLogit({ ...looking(), token, against, position }))
  })

  test('roles of heads: all of them, or one', async () => {
    const all = await answers.roles(opened.workshop, { scene })
    assert.deepEqual(all.heads.rows, (await headFacts(looking())).rows)
    const one = await answers.roles(opened.workshop, { scene, ...head })
    assert.deepEqual(
      one.heads.rows,
      all.heads.rows.filter(({ layer, head }) => layer === 1 && head === 1),
    )
  })

  test('circuits, of one head between tokens too, and composition with it', async () => {
    const { engine } = opened.workshop
    const weights = { model, engine, basis: 'folded' } as const
    const all = await answers.circuits(opened.workshop, { scene, basis: 'folded' })
    assert.deepEqual(all.circuits, await circuits(weights))
    assert.equal(all.tokens, undefined)
    const one = await answers.circuits(opened.workshop, { scene, basis: 'folded', ...head })
    assert.deepEqual(
      one.circuits.heads,
      all.circuits.heads.filter(({ layer, head }) => layer === 1 && head === 1),
    )
    const tables = await tokenTables({ ...weights, heads: [{ layer: 1, head: 1 }], isWhole: true })
    assert.deepEqual(one.tokens, tables)
    const composed = await composition(weights)
    const found = await answers.composition(opened.workshop, { scene, basis: 'folded', ...head })
    assert.deepEqual(
      found.composition.rows,
      composed.rows.filter(({ to }) => to.head === 1),
    )
    assert.equal(found.composition.rows.length, 6)
  })

  test('graphs of tokens', async () => {
    const most = 2
    const one = await answers.tokenGraph(opened.workshop, { scene, what: 'weighted', most, ...head })
    assert.deepEqual(one.graph, await attentionGraph({ ...looking(), what: 'weighted', most, layers: [1], heads: [1] }))
    const through = await answers.tokenGraph(opened.workshop, { scene, what: 'rollout', most, ...head })
    assert.deepEqual(through.graph, await attentionGraph({ ...looking(), what: 'rollout', most }))
  })

  test('patches of all parts, of a head, and of a value at each position', async () => {
    const { workshop } = opened
    const asked = { scene, other: 'nose is a rose', position, token: 's', against: 'r' }
    await assert.rejects(
      answers.patching(workshop, { ...asked, other: 'rose is', at: '' }),
      /^Error: patch: the sentence has 14 tokens, the other one 7\. Write another one of as many, so that the same places can be compared\.$/,
    )
    const other = 'rise is a rose'
    const [token, against] = workshop.run.tokenizer.encode('sr')
    const pairs = [{ clean: { ids }, corrupt: { ids: workshop.run.tokenizer.encode(other) } }]
    const settings = { model, engine: workshop.engine, pairs, metric: { token, against, position }, hasEstimate: true }
    const all = await answers.patching(workshop, { ...asked, other, at: '' })
    assert.deepEqual(all.found.patching, await patchParts(settings))
    const address = 'blocks.1.attention {head: 1}'
    const one = await answers.patching(workshop, { ...asked, other, at: address })
    const values = ['query', 'key', 'value', 'pattern', 'mixed'].map((name) => `blocks.1.attention.${name} {head: 1}`)
    const places = ids.map((_, i) => i)
    const at = [...values, ...Array.from(places, (place) => `blocks.1.attention.mixed {head: 1, position: ${place}}`)]
    assert.deepEqual(one.found.patching, await patch({ ...settings, at }))
    const value = await answers.patching(workshop, { ...asked, other, at: 'blocks.0.output' })
    assert.ok(value.found.of === 'place')
    assert.equal(value.found.patching.rows.length, 1 + ids.length)
    // All of the stream behind a block, taken from the other text, is all of the way.
    assert.ok(Math.abs(value.found.patching.rows[0].normalised - 1) < 1e-5)
    const own = await answers.patching(workshop, { ...asked, other: '', at: 'blocks.1' })
    assert.deepEqual(own.other.toSorted(), own.tokens.toSorted())
    assert.notDeepEqual(own.other, own.tokens)
  })

  test('ablations over what the run is evaluated on', async () => {
    const { workshop } = opened
    const { ablations, over } = await answers.ablation(workshop, { scene, kind: 'zero' })
    assert.ok(smallRecipe.material.kind === 'text')
    const { validation } = splitCorpus(smallRecipe.material.text, workshop.run.tokenizer, { context: 16 })
    assert.deepEqual(ablations, await ablate({ model, engine: workshop.engine, ids: validation, kind: 'zero' }))
    assert.equal(over, 'evaluation')
  })

  test('vectors of tokens: neighbours, a sum, a map', async () => {
    const { workshop } = opened
    const { vectors } = await readEmbedding({ model, engine: workshop.engine })
    const [r] = workshop.run.tokenizer.encode('r')
    const near = await answers.vectors(workshop, { scene, wish: { what: 'near', word: 'r', id: 0 } })
    assert.deepEqual(near.found, { what: 'near', of: r, nearest: nearestTokens({ vectors, of: r }) })
    const sum = await answers.vectors(workshop, { scene, wish: { what: 'analogy', sum: 'r - o + s', by: 'sum' } })
    assert.ok(sum.found.what === 'analogy' && sum.found.analogy.plane)
    assert.equal(sum.found.analogy.asked, 'r − o + s')
    const map = await answers.vectors(workshop, { scene, wish: { what: 'map' } })
    assert.ok(map.found.what === 'map')
    assert.deepEqual(map.found.map, await principalComponents({ vectors }))
    await assert.rejects(
      answers.vectors(workshop, { scene, wish: { what: 'analogy', sum: 'r s', by: 'sum' } }),
      /^Error: analogy: "r s" is no sum of words\. /,
    )
  })

  test('attention as what moves: shares times the lengths of what is brought', async () => {
    const { workshop } = opened
    assert.ok((await answers.attention(workshop, { scene })).quantities.includes('weighted'))
    const which = { scene, kind: 'self', layer: 1, head: 1 } as const
    const moved = await answers.attentionHead(workshop, { ...which, quantity: 'weighted' })
    const shares = await answers.attentionHead(workshop, { ...which, quantity: 'pattern' })
    const [{ heads }] = await weightedAttention({ ...looking(), layers: [1], heads: [1] })
    for (const [cell, number] of moved.entries())
      assert.equal(number, Number.isNaN(shares[cell]) ? Number.NaN : Math.fround(heads[0].data[cell]), `${cell}`)
  })

  test('are broken off between two runs, or before their turn, and leave nothing behind', async () => {
    const { workshop } = opened
    const before = workshop.engine.usage.bytes
    const controller = new AbortController()
    let reports = 0
    const report = (): void => {
      if (++reports === 3) controller.abort()
    }
    const tuning = answers.lens(
      workshop,
      { scene: { ...scene, step: 0 }, scale: 'tuned', middle: false, token: '' },
      { report, signal: controller.signal },
    )
    await assert.rejects(tuning, { name: 'AbortError' })
    assert.ok(reports <= 4, `${reports} reports`)
    await assert.rejects(answers.roles(workshop, { scene }, { signal: controller.signal }), { name: 'AbortError' })
    const { step } = await answers.roles(workshop, { scene })
    assert.equal(step, 60)
    assert.ok(workshop.engine.usage.bytes < before + 1e6)
  })

  test('say the step whose weights they have seen, while a training goes on', async () => {
    await using other = await openWorkshop()
    const { workshop } = other
    await answers.begin(workshop, { ...smallRecipe, choices: { ...smallRecipe.choices, steps: 100_000 } })
    workshop.training.move('on')
    while (workshop.training.step < 5) await new Promise((resolve) => setTimeout(resolve))
    const { step, circuits: found } = await answers.circuits(workshop, { scene, basis: 'raw' })
    assert.ok(step >= 5 && found.heads.length === 4)
    while (workshop.training.step <= step) await new Promise((resolve) => setTimeout(resolve))
    const again = await answers.circuits(workshop, { scene, basis: 'raw' })
    assert.ok(again.step > step, `${again.step} after ${step}`)
    assert.notDeepEqual(again.circuits, found)
  })
})

describe('instruments of other models', () => {
  const small = { layer: 2, head: 2, model: 16, batch: 8, steps: 2, evaluateEvery: 2 } satisfies PlainChoices
  const words = ['red', 'blue', 'green', 'white', 'black', 'pink']
  const pairs = words.flatMap((a) => words.map((b) => `${a} ${b}\t${b} ${a}`))
  const labels = words.flatMap((a) => words.map((b) => `${a === 'red' || b === 'red' ? 'warm' : 'other'}\t${a} ${b}`))
  const table = (lines: readonly string[]): Material => ({
    kind: 'table',
    name: 'table.tsv',
    text: `${lines.join('\n')}\n`,
  })
  const models: Readonly<Record<string, { readonly material: Material; readonly choices: PlainChoices }>> = {
    'an encoder': { material: smallRecipe.material, choices: { as: 'encoder', ...small, context: 16 } },
    'an encoder-decoder': { material: table(pairs), choices: { as: 'encoder-decoder', ...small } },
    'a classifier': { material: table(labels), choices: { as: 'classifier', ...small } },
  }
  for (const [name, recipe] of Object.entries(models))
    test(name, async () => {
      await using opened = await openWorkshop()
      const { workshop, until } = opened
      const { example } = await answers.begin(workshop, recipe)
      workshop.training.move('on')
      await until('finished')
      assert.ok(example)
      const { as } = recipe.choices
      // Of a translator with a target of some length: what its heads do is told of positions.
      const text = as === 'encoder-decoder' ? 'blue red' : example.text
      const own: Scene = { ...example, text, edits: [], step: undefined, moment: 0 }
      const { tokens } = await answers.scene(workshop, { scene: own })
      const { ablations } = await answers.ablation(workshop, { scene: own, kind: 'mean' })
      assert.ok('examples' in ablations && ablations.rows.length >= 6)
      assert.ok((await answers.roles(workshop, { scene: own })).heads.rows.length >= 4)
      assert.ok((await answers.tokenGraph(workshop, { scene: own, what: 'pattern', most: 1 })).graph.edges.length > 0)
      assert.ok((await answers.composition(workshop, { scene: own, basis: 'raw' })).composition.rows.length > 0)
      const asked = { scene: own, scale: 'own', middle: false, token: '' } as const
      const place = { scene: own, other: '', position: tokens.length - 1, token: '', against: '', at: '' }
      // A classifier is read at every position, by what it does at its class token.
      assert.ok((await answers.lens(workshop, asked)).rows.length >= tokens.length * 3)
      const { found, target } = await answers.patching(workshop, place)
      assert.ok(found.of === 'model' && found.patching.parts.length >= 6)
      assert.deepEqual(target, as === 'encoder-decoder' ? tokens : undefined)
      if (as !== 'classifier') return
      // Its answers are classes, where tokens are not.
      const { metric, words } = await answers.patching(workshop, { ...place, position: 0, token: 'warm' })
      assert.equal(words[metric.token], 'warm')
      assert.deepEqual(
        Object.values(words).filter((word) => !['warm', 'other'].includes(word)),
        [],
      )
      await assert.rejects(
        answers.patching(workshop, { ...place, token: 'a' }),
        /patch: "a" is no class of the model\./,
      )
    })
})
