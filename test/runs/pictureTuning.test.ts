// Models of pictures that have learnt something are trained further: an encoder or a classifier of each family begins anew under a head for
// the classes of the pictures, or goes on under its own where it knows them all.

import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { blobFiles, blobsOf } from '../../src/checkpoint/blobFiles.ts'
import type { Blueprint } from '../../src/checkpoint/blueprint.ts'
import { classifyingDinov2, dinov2 } from '../../src/checkpoint/dinov2.ts'
import { weightSizes, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { type FolderFiles, readJSON } from '../../src/checkpoint/folderFiles.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { imagegpt } from '../../src/checkpoint/imagegpt.ts'
import { preparationToJSON } from '../../src/checkpoint/preprocessorConfig.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { jsonFile } from '../../src/checkpoint/saveWeights.ts'
import { classifyingViT, deit, teacherClassifyingDeiT, vit } from '../../src/checkpoint/vit.ts'
import { splitPictures } from '../../src/data/pictures.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Preparation } from '../../src/image/prepare.ts'
import { pictureOf } from '../../src/model/pictureEncoder.ts'
import { initialValues } from '../../src/model/start.ts'
import { loadLearnt, loadStopped } from '../../src/runs/beginning.ts'
import { type PreparedRun, prepareRun } from '../../src/runs/prepareRun.ts'
import type { Source } from '../../src/runs/source.ts'
import { savedRun, trainRun } from '../../src/runs/trainRun.ts'

const engine = await cpu({ threads: 1 })
after(() => engine.close())

/** Bars of 8 × 8 pixels that lie or stand. */
const pictures: Source & { readonly kind: 'pictures' } = {
  kind: 'pictures',
  ...splitPictures(
    Array.from({ length: 48 }, (_, i) => ({
      name: `${i}.png`,
      picture: {
        width: 8,
        height: 8,
        channels: 1,
        pixels: Uint8Array.from({ length: 64 }, (_, k) =>
          (i % 2 ? k % 8 : Math.floor(k / 8)) === Math.floor(i / 2) % 8 ? 250 - i : i,
        ),
      },
      label: i % 2,
    })),
    ['lying', 'standing'],
    'bars',
  ),
}

const sizes = {
  picture: { channel: 1, down: 8, across: 8 },
  patch: { down: 2, across: 2 },
  ...{ layer: 1, head: 2, model: 16, hidden: 32, dropout: 0 },
}

const preparation: Preparation = {
  channels: 1,
  resize: { size: { width: 8, height: 8 }, filter: 'bicubic' },
  scale: 1 / 255,
  mean: [0.25],
  deviation: [0.5],
}

/** The folder of a model as chance makes it. */
async function folderOf(blueprint: unknown, prepared: Preparation | undefined = preparation): Promise<FolderFiles> {
  const given = blueprint as Blueprint
  const model = given.build()
  const weights = withSizes(model, initialValues(model, 7))
  const files = await savedFiles({ blueprint: given, weights, ...(prepared && { preparation: prepared }) })
  return blobFiles(await blobsOf(files), 'learnt')
}

const begun = async (blueprint: unknown, choices = {}): Promise<PreparedRun> =>
  prepareRun({ as: 'picture-classifier', batch: 8, ...choices }, pictures, await loadLearnt(await folderOf(blueprint)))

/** Trains a run; the files of its last checkpoint, and how often it is right about what is held back. */
async function trained(run: PreparedRun): Promise<{ files: FolderFiles; accuracy: number | undefined }> {
  let kept = new Map<string, Blob>()
  let accuracy: number | undefined
  const save = async (state: Parameters<typeof savedRun>[1]) => {
    kept = await blobsOf(await savedFiles(savedRun(run, state)))
  }
  for await (const event of trainRun(run, { engine, save })) if (event.kind === 'evaluation') accuracy = event.accuracy
  return { files: blobFiles(kept, 'tuned'), accuracy }
}

describe('a model of pictures that has learnt something', () => {
  const families: readonly [is: string, becomes: string, encoder: string, blueprint: unknown][] = [
    ['ViT', 'classifyingViT', 'vit', vit.blueprint(sizes)],
    ['DeiT', 'classifyingDeiT', 'deit', deit.blueprint(sizes)],
    ['DINOv2', 'classifyingDinov2', 'dinov2', dinov2.blueprint(sizes)],
  ]
  for (const [is, becomes, encoder, blueprint] of families)
    test(`${is}: its encoder goes on under a new head, and learns`, async () => {
      const run = await begun(blueprint, { steps: 120, rate: 5e-3, seed: 3 })
      const { name } = run.blueprint.architecture
      assert.deepEqual([name, run.blueprint.config.labels], [becomes, ['lying', 'standing']])
      assert.deepEqual(run.preparation, preparation)
      const model = (blueprint as Blueprint).build()
      const before = withSizes(model, initialValues(model, 7))
      const kept = [...weightSizes(model).keys()].filter((path) => run.weights?.has(`${encoder}.${path}`))
      assert.ok(kept.length > 10)
      for (const path of kept)
        assert.deepEqual(run.weights?.get(`${encoder}.${path}`)?.data, before.get(path)?.data, path)
      const { files, accuracy } = await trained(run)
      assert.equal(accuracy, 1)
      const { blueprint: tuned, preparation: said } = await loadLearnt(files)
      assert.deepEqual([tuned.architecture.name, said], [becomes, preparation])
    })

  test('goes on to the same bits where it was stopped, moved and dropped as if it had not been', async () => {
    const choices = { steps: 2, schedule: 'constant', warmup: 0, dropout: 0.1, shift: 2 } as const
    const half = await loadStopped((await trained(await begun(dinov2.blueprint(sizes), choices))).files)
    const resumed = await loadStopped((await trained(await prepareRun({ steps: 5 }, pictures, half))).files)
    const whole = await begun(dinov2.blueprint(sizes), { ...choices, steps: 5 })
    const once = await loadStopped((await trained(whole)).files)
    assert.deepEqual(resumed.training.weights, once.training.weights)
  })

  test('keeps its head where it knows the classes, in whatever order, and begins another for others', async () => {
    const headOf = (run: PreparedRun) => run.weights?.get('classifier.weight')?.data
    const classes = (labels: readonly string[]) => classifyingViT.blueprint({ ...sizes, class: labels.length, labels })
    const labels = ['standing', 'neither', 'lying']
    const knowing = await begun(classes(labels))
    assert.deepEqual(knowing.blueprint.config.labels, labels)
    const model = classes(labels).build()
    assert.deepEqual(headOf(knowing), withSizes(model, initialValues(model, 7)).get('classifier.weight')?.data)
    const asked = new Set<number>()
    if (!('corpus' in knowing.learning))
      for (const { inputs } of knowing.learning.training.evaluation())
        for (const label of inputs['labels']) asked.add(label)
    assert.deepEqual([...asked].filter((label) => label >= 0).sort(), [0, 2])
    const others = await begun(classes(['cat', 'dog']))
    const twoClasses = classes(['cat', 'dog']).build()
    const former = withSizes(twoClasses, initialValues(twoClasses, 7)).get('classifier.weight')?.data
    assert.deepEqual(others.blueprint.config.labels, ['lying', 'standing'])
    assert.notDeepEqual(headOf(others), former)
  })

  test('leaves the head behind that learnt from a teacher', async () => {
    const { blueprint, weights } = await begun(
      teacherClassifyingDeiT.blueprint({ ...sizes, class: 2, labels: ['a', 'b'] }),
    )
    assert.equal(blueprint.architecture.name, 'classifyingDeiT')
    assert.ok(weights?.has('deit.distillationToken.token') && !weights.has('distillationClassifier.weight'))
  })

  test('sees pictures as its folder prepares them, larger than those that it learnt from', async () => {
    const larger: Preparation = { ...preparation, resize: { size: { width: 12, height: 12 }, filter: 'bilinear' } }
    const learnt = await loadLearnt(await folderOf(dinov2.blueprint(sizes), larger))
    const run = await prepareRun({ as: 'picture-classifier', batch: 8, steps: 2 }, pictures, learnt)
    assert.deepEqual(pictureOf(run.model), { channel: 1, down: 12, across: 12 })
    const { files } = await trained(run)
    const config = (await readJSON(files, 'config.json')) as Record<string, unknown>
    assert.equal(config['image_size'], 8)
    assert.deepEqual((await loadStopped(files)).preparation, larger)
  })

  test('is trained to tell pictures apart where nobody says what becomes of it, and to nothing else', async () => {
    const learnt = await loadLearnt(await folderOf(vit.blueprint(sizes)))
    assert.equal((await prepareRun({ batch: 8 }, pictures, learnt)).as, 'picture-classifier')
    await assert.rejects(prepareRun({ as: 'classifier' }, pictures, learnt), {
      message: 'from learnt: it is a vit, which cannot be trained as classifier. Train it as picture-classifier.',
    })
    for (const name of ['layer', 'patch'] as const)
      await assert.rejects(prepareRun({ as: 'picture-classifier', [name]: 2 }, pictures, learnt), {
        message: new RegExp(`^from learnt keeps its (sizes|patches and codes)\\. Leave out ${name}\\.$`),
      })
    const colours = { vocab: 5, context: 4, layer: 1, head: 1, model: 4 }
    const drawer = imagegpt.blueprint(colours) as unknown as Blueprint
    await assert.rejects(prepareRun({}, pictures, { ...learnt, blueprint: drawer }), {
      message: 'from learnt: its architecture, imagegpt, is not trained here. Take another model.',
    })
    const text = gpt2.blueprint({ vocab: 5, context: 4, layer: 1, head: 1, model: 4 }) as unknown as Blueprint
    await assert.rejects(prepareRun({ as: 'picture-classifier' }, pictures, { ...learnt, blueprint: text }), {
      message: 'from learnt: it is a gpt2, which cannot be trained as picture-classifier. Train it as decoder.',
    })
  })

  test('brings what its folder says of pictures, byte for byte', async () => {
    const said = {
      ...preparationToJSON(preparation),
      image_processor_type: 'BitImageProcessor',
      processor_class: 'mine',
    }
    const blueprint = classifyingDinov2.blueprint({ ...sizes, class: 2, labels: ['a', 'b'] }) as unknown as Blueprint
    const model = blueprint.build()
    const weights = withSizes(model, initialValues(model, 1))
    const blobs = await blobsOf([
      ...(await savedFiles({ blueprint, weights })),
      jsonFile('preprocessor_config.json', said),
    ])
    const learnt = await loadLearnt(blobFiles(blobs, 'theirs'))
    const { files } = await trained(await prepareRun({ batch: 8, steps: 1 }, pictures, learnt))
    const brought = (await readJSON(files, 'preprocessor_config.json')) as Record<string, unknown>
    assert.deepEqual(brought, said)
  })
})
