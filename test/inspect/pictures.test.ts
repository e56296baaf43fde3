// Looking into models that read pictures: what a classifier says of its class token it can be asked at every position, so that the lens,
// attribution, patches and journeys are those of any model; and every number is that of the reference engine.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bucketedBatches } from '../../src/data/bucketed.ts'
import { pictureExamples } from '../../src/data/pictures.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { classification } from '../../src/evaluate/objective.ts'
import { CellReader } from '../../src/inspect/cells/cellReader.ts'
import { whereFrom } from '../../src/inspect/cells/whereFrom.ts'
import { ablateExamples } from '../../src/inspect/interventions/ablateExamples.ts'
import { attributeEdges } from '../../src/inspect/interventions/attributeEdges.ts'
import { patch } from '../../src/inspect/interventions/patch.ts'
import { patchEdges } from '../../src/inspect/interventions/patchEdges.ts'
import { patchParts } from '../../src/inspect/interventions/patchParts.ts'
import { journey } from '../../src/inspect/journey/journeys.ts'
import { sourceEffects } from '../../src/inspect/journey/sourceEffects.ts'
import { checkModel } from '../../src/inspect/proofs/check.ts'
import { read } from '../../src/inspect/read.ts'
import { attributeLogit } from '../../src/inspect/stream/attribution.ts'
import { guessAt } from '../../src/inspect/stream/guessAt.ts'
import { lattice } from '../../src/inspect/stream/lattice.ts'
import { logitLens } from '../../src/inspect/stream/lens.ts'
import { TeacherClassifyingDeiT } from '../../src/model/deit.ts'
import { ClassifyingDinov2 } from '../../src/model/dinov2.ts'
import { ClassifyingViT } from '../../src/model/vit.ts'
import { parseAddress } from '../../src/tensor/address.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import { bothEngines, near } from './bothEngines.ts'

const config = {
  picture: { channel: 1, down: 8, across: 12 },
  patch: { down: 4, across: 4 },
  ...{ layer: 2, head: 2, model: 8, hidden: 16, class: 3 },
}

const picture = (turn: number): Float32Array => Float32Array.from({ length: 96 }, (_, i) => Math.sin(i * 0.7 + turn))

describe('looking into a classifier of pictures', () => {
  const model = new ClassifyingViT(config)
  const inputs = { pixels: picture(0) }
  let engine: Engine
  let plain: Engine
  bothEngines(model, (both) => {
    ;({ engine, plain } = both)
  })
  const classes = async (): Promise<Float32Array> =>
    (await read({ model, engine, inputs, addresses: ['classes'] })).get('classes')?.data ?? new Float32Array()

  test('the lens ends at what the model says, and is that of the reference engine at every patch', async () => {
    const rows = await logitLens({ model, engine, inputs, top: 3, lenses: ['own', 'final'] })
    assert.equal(rows.length, 3 * 2 * 7)
    const said = await classes()
    const last = rows.findLast(({ position }) => position === 0)
    assert.deepEqual(
      last?.guesses.map(({ id, logit }) => [id, logit]),
      [0, 1, 2].toSorted((a, b) => said[b] - said[a]).map((id) => [id, said[id]]),
    )
    const others = await logitLens({ model, engine: plain, inputs, top: 3, lenses: ['own', 'final'] })
    const logits = (some: typeof rows): number[] => some.flatMap(({ guesses }) => guesses.map(({ logit }) => logit))
    near(logits(rows), logits(others))
    assert.deepEqual(
      rows.map(({ guesses }) => guesses[0].id),
      others.map(({ guesses }) => guesses[0].id),
    )
  })

  test('what is attributed to the parts adds up to the logit of a class', async () => {
    const said = await classes()
    assert.equal(await guessAt({ model, engine, inputs }, 0, 'test'), said.indexOf(Math.max(...said)))
    const found = await attributeLogit({ model, engine, inputs, token: 1, against: 2 })
    assert.equal(found.position, 0)
    near([found.sum, found.logit], [said[1] - said[2], said[1] - said[2]])
    const names = found.rows.map(({ part, address }) => `${part} ${address}`)
    assert.deepEqual(names.slice(0, 3), [
      'patches vit.patches.output',
      'class token vit.classToken.token',
      'position vit.positions.place',
    ])
    // The class token has nothing of the patches but what attention brings.
    assert.equal(found.rows[0].logit, 0)
    const atPatch = await attributeLogit({ model, engine, inputs, token: 1, position: 4, detail: 'neurons' })
    near([atPatch.sum], [atPatch.logit])
    assert.equal(atPatch.rows[1].logit, 0)
    await assert.rejects(attributeLogit({ model, engine, inputs, token: 3 }), {
      message: 'attribute: there is no class 3; the classes are 0 to 2.',
    })
  })

  test('what attention brings from each patch adds up to its heads', async () => {
    const asked = { count: 7, isAcross: false, token: 1 }
    const found = await sourceEffects({ model, engine, inputs, ...asked })
    const { rows } = await attributeLogit({ model, engine, inputs, token: 1 })
    assert.deepEqual(
      found.map(({ layer, logits }) => [layer, logits.length]),
      [
        [0, 7],
        [1, 7],
      ],
    )
    for (const { layer, logits } of found) {
      const heads = rows.filter((row) => row.layer === layer && row.head !== undefined)
      near([logits.reduce((sum, each) => sum + each, 0)], [heads.reduce((sum, row) => sum + row.logit, 0)])
    }
    const there = await sourceEffects({ model, engine: plain, inputs, ...asked })
    near(
      found.flatMap(({ logits }) => logits),
      there.flatMap(({ logits }) => logits),
    )
  })

  test('a patch of the last stream at the class token is the whole way to the other picture', async () => {
    const pairs = [{ clean: inputs, corrupt: { pixels: picture(2).map((pixel) => 3 * pixel * pixel) } }]
    const found = await patchParts({ model, engine, pairs, metric: { token: 1 } })
    near([found.clean], [(await classes())[1]])
    const effect = (path: string, position: number): number =>
      found.streams.find(({ address }) => address === `${path} {position: ${position}}`)?.effect ?? Number.NaN
    const whole = found.clean - found.corrupt
    assert.ok(Math.abs(whole) > 1e-3)
    const effects = [effect('vit.blocks.1.output', 0), effect('vit.blocks.1.output', 3), effect('vit.embedded', 0)]
    near(effects, [whole, 0, 0], 1e-6)
  })

  test('the edges of each writer add up to its estimate, from the picture to the class', async () => {
    const pairs = [{ clean: inputs, corrupt: { pixels: picture(2).map((pixel) => 3 * pixel * pixel) } }]
    const asked = { pairs, metric: { token: 1, against: 0 }, steps: 2 }
    const found = await attributeEdges({ model, engine, ...asked })
    const there = await attributeEdges({ model, engine: plain, ...asked })
    // What the last MLP adds is read by the classes alone.
    const last = found.rows.filter(({ from }) => from.part === 'mlp' && from.layer === 1)
    assert.deepEqual(
      last.map(({ to }) => to.part),
      ['classes'],
    )
    assert.ok(Math.abs(last[0].score) > 1e-4)
    const patched = await patchEdges({ model, engine, pairs, metric: asked.metric, from: [last[0].from.address] })
    assert.ok(Math.abs(patched.rows[0].effect) > 1e-4)
    const alone = await patch({ model, engine, pairs, metric: asked.metric, at: ['vit.blocks.1.mlp.output'] })
    near([patched.rows[0].effect], [alone.rows[0].effect], 1e-6)
    near(
      found.writers.map(({ edges }) => edges),
      found.writers.map(({ score }) => score),
    )
    near(
      found.writers.map(({ score }) => score),
      there.writers.map(({ score }) => score),
    )
  })

  test('what is lost without a head or an MLP is what the reference engine says, and an edit by itself', async () => {
    const pictures = [0, 1, 2, 3].map((label) => ({
      label: label % 3,
      picture: { width: 12, height: 8, channels: 1 as const, pixels: picture(label).map((x) => 100 * x + 100) },
    }))
    const shown = pictures.map(({ picture: { pixels, ...rest }, label }) => ({
      picture: { ...rest, pixels: Uint8Array.from(pixels) },
      label,
    }))
    const examples = pictureExamples(shown, { preparation: { channels: 1, scale: 1 / 100 } })
    const found = await Promise.all(
      [engine, plain].map((each) =>
        ablateExamples({ engine: each, objective: classification(model), examples, kind: 'zero' }),
      ),
    )
    const [ours, theirs] = found.map(({ rows }) => new Map(rows.map(({ address, change }) => [address, change])))
    assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort())
    assert.equal(ours.size, 2 * (2 + 1))
    for (const [address, change] of ours) near([change], [theirs.get(address) ?? Number.NaN])
    const at = 'vit.blocks.1.attention.mixed {head: 1}'
    const edited = classification(model, { edits: [{ at, to: 0 }] })
    const losses = await Promise.all(
      [classification(model), edited].map(async (objective) => {
        const batches = bucketedBatches(examples, { batch: 4, seed: 0 }).evaluation()
        return (await new Evaluator(plain, objective).evaluate(batches)).loss
      }),
    )
    near([ours.get(at) ?? Number.NaN], [losses[1] - losses[0]])
    assert.ok(Math.abs(losses[1] - losses[0]) > 1e-4)
  })

  test('the journey of the class token ends at a class, that of a patch begins with its pixels', async () => {
    const said = await classes()
    const own = await journey({ model, engine, inputs })
    assert.deepEqual([own.full.position, own.full.id, own.full.token], [0, undefined, said.indexOf(Math.max(...said))])
    near([own.short?.sum ?? Number.NaN], [Math.max(...said)])
    const last = own.full.steps.at(-2)
    assert.ok(last?.kind === 'logits' && last.of === 'class' && last.vocab === 3)
    assert.deepEqual(last.addresses, ['classes'])
    const patch = await journey({ model, engine, inputs, position: 3, token: 0 })
    const [first] = patch.full.steps
    assert.ok(first.kind === 'position' && first.of === 'patches' && first.added > 0)
    assert.equal(patch.full.steps.length, own.full.steps.length)
    near(
      patch.full.steps.map(({ after }) => after?.norm ?? 0),
      (await journey({ model, engine: plain, inputs, position: 3, token: 0 })).full.steps.map(
        ({ after }) => after?.norm ?? 0,
      ),
    )
  })

  test('every walk "where from" ends, also before the first patch, where there is nothing of the patches', async () => {
    const reader = new CellReader({ model, engine })
    const seen = await reader.look({ inputs })
    for (const address of [
      'classes {class: 2}',
      'vit.embedded {position: 0, model: 3}',
      'vit.embedded {position: 5, model: 3}',
      'vit.blocks.1.attention.pattern {head: 1, position: 0, source: 2}',
    ])
      for (const choose of [0, 1, 2]) {
        const walk = await whereFrom(seen, address, {
          most: 60,
          choose: (sources) => sources[Math.min(choose, sources.length - 1)],
        })
        assert.ok(['weight', 'input', 'known', 'place'].includes(walk.end.kind), `${address}: ${walk.end.kind}`)
      }
    const own = await seen.explain('vit.embedded {position: 0, model: 3}')
    assert.ok(own.how.kind === 'same' && own.how.from.kind === 'known' && own.how.from.value === 0)
    await reader.close()
  })

  test('an edit is seen by all of them', async () => {
    const edits = [{ at: 'vit.blocks.0.attention.output', to: 0 }] as const
    const [value] = (await read({ model, engine, inputs, edits, addresses: ['classes'] })).values()
    const rows = await logitLens({ model, engine, inputs, edits, top: 3 })
    const last = rows.findLast(({ position }) => position === 0)
    for (const { id, logit } of last?.guesses ?? []) assert.equal(logit, value.data[id])
    assert.notDeepEqual(value.data, await classes())
    const { sum, logit } = await attributeLogit({ model, engine, inputs, edits, token: 0 })
    near([sum, logit], [value.data[0], value.data[0]])
  })

  test('it is checked against its definitions and the reference engine; what changes tokens does not apply', async () => {
    const { checks } = await checkModel({ model, engine, inputs })
    const verdicts = new Map(checks.map(({ name, verdict }) => [name, verdict]))
    for (const name of [
      'finite values',
      'rows of patterns',
      'scale',
      'definitions',
      'reference engine',
      'leaks',
    ] as const)
      assert.equal(verdicts.get(name), 'pass', name)
    assert.equal(verdicts.get('causality'), 'not applicable')
    assert.ok(!checks.some(({ verdict }) => verdict === 'fail'))
  })
})

for (const [name, several] of [
  ['the class token and the mean of the patches', new ClassifyingDinov2(config)],
  ['two tokens', new TeacherClassifyingDeiT(config)],
] as const)
  describe(`looking into a classifier that reads ${name}`, () => {
    const inputs = { pixels: picture(0) }
    let engine: Engine
    let plain: Engine
    bothEngines(several, (both) => {
      ;({ engine, plain } = both)
    })
    const classes = async (edits: NonNullable<Parameters<typeof read>[0]['edits']> = []): Promise<Float32Array> =>
      (await read({ model: several, engine, inputs, edits, addresses: ['classes'] })).get('classes')?.data ??
      new Float32Array()

    test('the lens has one row for each state, which is the model with that state as its last', async () => {
      const rows = await logitLens({ model: several, engine, inputs, top: 3, lenses: ['own'], target: 1, middle: true })
      const [first] = rows
      const end = first.address.replace('embedded', 'blocks.1.output')
      assert.deepEqual(
        rows.map(({ address, position }) => [address.split('.').slice(1).join('.'), position]),
        ['embedded', 'blocks.0.middle', 'blocks.0.output', 'blocks.1.middle', 'blocks.1.output'].map((each) => [
          each,
          undefined,
        ]),
      )
      for (const { address, guesses, target } of rows) {
        const [to] = (await read({ model: several, engine, inputs, addresses: [address] })).values()
        const said = await classes([{ at: end, to }])
        near(
          guesses.map(({ logit }) => logit),
          guesses.map(({ id }) => said[id]),
        )
        near([target?.logit ?? Number.NaN], [said[1]])
      }
      const said = await classes()
      assert.deepEqual(
        rows.at(-1)?.guesses.map(({ id, logit }) => [id, logit]),
        [0, 1, 2].toSorted((a, b) => said[b] - said[a]).map((id) => [id, said[id]]),
      )
      near([rows.at(-1)?.cosine ?? 0], [1])
      const there = await logitLens({ model: several, engine: plain, inputs, top: 3, lenses: ['own', 'final'] })
      const here = await logitLens({ model: several, engine, inputs, top: 3, lenses: ['own', 'final'] })
      const logits = (some: typeof rows): number[] => some.flatMap(({ guesses }) => guesses.map(({ logit }) => logit))
      near(logits(here), logits(there))
    })

    test('a patch of all of its last stream is the whole way to the other picture, with its guess', async () => {
      const said = await classes()
      assert.equal(await guessAt({ model: several, engine, inputs }, 0, 'test'), said.indexOf(Math.max(...said)))
      const pairs = [{ clean: inputs, corrupt: { pixels: picture(2).map((pixel) => 3 * pixel * pixel) } }]
      const settings = { model: several, engine, pairs, metric: { token: 1, against: 0 } }
      const { path } = (await patchParts(settings)).streams
        .map(({ address }) => parseAddress(address))
        .findLast(({ path }) => path.endsWith('blocks.1.output')) ?? { path: '' }
      const found = await patch({ ...settings, at: [{ path }] })
      near([found.clean], [said[1] - said[0]])
      assert.ok(Math.abs(found.clean - found.corrupt) > 1e-3)
      near([found.rows[0].effect], [found.clean - found.corrupt])
    })

    test('what is attributed to heads and neurons at all positions adds up to the logit, the biases by themselves', async () => {
      const said = await classes()
      for (const detail of ['parts', 'heads', 'neurons'] as const) {
        const asked = { model: several, inputs, token: 1, against: 2, detail }
        const found = await attributeLogit({ ...asked, engine })
        assert.equal(found.position, undefined)
        near([found.sum, found.logit], [said[1] - said[2], said[1] - said[2]])
        near([(found.places ?? []).reduce((sum, each) => sum + each, found.const)], [found.logit])
        const there = await attributeLogit({ ...asked, engine: plain })
        near(
          found.rows.map(({ logit }) => logit),
          there.rows.map(({ logit }) => logit),
        )
        const heads = found.rows.filter(({ head }) => head !== undefined)
        assert.equal(heads.length, detail === 'parts' ? 0 : 4)
        const neurons = found.rows.filter(({ neuron }) => neuron !== undefined)
        assert.equal(neurons.length, detail === 'neurons' ? 2 * config.hidden : 0)
      }
      near([(await attributeLogit({ model: several, engine, inputs, token: 1, against: 2 })).const], [await biases()])
      await assert.rejects(attributeLogit({ model: several, engine, inputs, token: 1, position: 3 }), {
        message:
          'attribute: position 3 is asked about, but the model reads several at once, so that no single one says anything. Leave the position out.',
      })
    })

    /** The difference of the logits of two classes that the biases of the norm and of the classifiers make, from the weights alone. */
    async function biases(): Promise<number> {
      const weights = new Map<string, Float32Array>()
      for (const [path, weight] of parametersOf(several)) weights.set(path, await plain.get(weight))
      const named = (end: string) => [...weights].find(([path]) => path.endsWith(end))?.[1] ?? new Float32Array()
      const shift = named('.norm.shift')
      const heads = 'distillationClassifier' in several ? ['classifier', 'distillationClassifier'] : ['classifier']
      const width = (named('classifier.weight').length / 3) | 0
      const difference = (head: string): number => {
        const [weight, bias] = ['weight', 'bias'].map((name) => weights.get(`${head}.${name}`) ?? new Float32Array())
        const along = shift.length < width ? [...shift, ...shift] : [...shift]
        return along.reduce((sum, each, i) => sum + each * (weight[3 * i + 1] - weight[3 * i + 2]), bias[1] - bias[2])
      }
      return heads.reduce((sum, head) => sum + difference(head) / heads.length, 0)
    }

    test('what looks at single positions says that none names a class', async () => {
      await assert.rejects(lattice({ model: several, engine, inputs }), {
        message:
          'lens: classes is no matter of one position: the model reads several at once. Look at all of them, with lens, attribute or patch.',
      })
      await assert.rejects(
        logitLens({ model: several, engine, inputs, edits: [{ at: 'classes', to: 0 }] }),
        /classes is not made of the stream any more: an edit stands in its place/,
      )
    })
  })
