// Models of pictures in the workshop: opened from files, trained on pictures of files and on data that is made on the spot, and looked at.
// Every number that the page shows of them is the reference engine's.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { classifyingDinov2 } from '../../src/checkpoint/dinov2.ts'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { digitStrokes } from '../../src/data/digitStrokes.ts'
import { writtenDigits } from '../../src/data/writtenDigits.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { seenPicture } from '../../src/encode/seen.ts'
import { reference } from '../../src/engine/reference.ts'
import { centredStrokes, inkOf } from '../../src/image/strokes.ts'
import { writePng } from '../../src/image/writePng.ts'
import { pictureAttention } from '../../src/inspect/heads/pictureAttention.ts'
import type { ClassifyingModel } from '../../src/model/language.ts'
import { initialValues } from '../../src/model/start.ts'
import { prepareRun } from '../../src/runs/prepareRun.ts'
import { pictureWord, readPictureWord } from '../../src/studio/place/pictureWord.ts'
import { zipOf } from '../../src/studio/store/zip.ts'
import type { PlainChoices, Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { openWorkshop } from './workshop.ts'

const small = { layer: 1, head: 2, model: 16, batch: 8, steps: 4, evaluateEvery: 4 } satisfies PlainChoices
const size = { width: 28, height: 28 }
const seven = {
  ...size,
  channels: 1 as const,
  pixels: Uint8Array.from(inkOf(centredStrokes(digitStrokes[7], size, 2.5), size, 2.5), (own) => Math.round(255 * own)),
}
const scene: Scene = { text: '', source: '', picture: pictureWord(seven), edits: [], step: undefined, moment: 0 }

/** A run that has learnt nothing yet, and its files. */
async function untrained() {
  const source = { kind: 'pictures' as const, ...writtenDigits({ training: 40, validation: 20 }) }
  const run = await prepareRun({ as: 'picture-classifier', ...small }, source)
  const weights = withSizes(run.model, initialValues(run.model, 1))
  return { run, weights, blobs: await blobsOf(await savedFiles({ ...run, weights })) }
}

const asFiles = (blobs: ReadonlyMap<string, Blob>): File[] => [...blobs].map(([name, blob]) => new File([blob], name))

describe('a picture classifier that is opened', () => {
  test('says classes, attention and cells as the reference engine does', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const { run, weights, blobs } = await untrained()
    const facts = await answers.openFiles(workshop, { files: asFiles(blobs) })
    assert.deepEqual(facts.sees, {
      ...{ ...size, channels: 1, isDark: true, before: 1 },
      ...{ grid: { down: 4, across: 4 }, patch: { down: 7, across: 7 } },
    })
    assert.deepEqual(facts.labels, [...'0123456789'])
    const example = readPictureWord(facts.example?.picture ?? '')
    assert.ok(example.pixels.some((pixel) => pixel > 200))

    const engine = reference()
    for (const [path, node] of (await import('../../src/tensor/names.ts')).parametersOf(run.model)) {
      const own = weights.get(path)
      if (own) engine.set(node, own.data)
    }
    const preparation = run.preparation
    assert.ok(preparation)
    const { pixels } = seenPicture(seven, { model: run.model, preparation }, 'seven')
    const model = run.model as ClassifyingModel
    const classifier = new Classifier({ engine, model })
    const [expected] = await classifier.classify([{ pixels }])
    const { rows } = await answers.classes(workshop, { scene })
    for (const { label, value } of rows) assert.ok(Math.abs(value - expected[Number(label)]) < 1e-5)

    const there = await answers.scene(workshop, { scene })
    assert.equal(there.tokens.length, 17)
    assert.deepEqual(there.tokens.slice(0, 3), ['class', '0·0', '0·1'])
    assert.deepEqual(there.values[0], {
      ...{ address: 'pixels', kind: 'input' },
      axes: ['channel', 'down', 'across'].map((name, i) => ({ name, size: [1, 28, 28][i] })),
    })

    const grid = { down: 4, across: 4 }
    const own = await pictureAttention({ engine, model, inputs: { pixels }, grid, position: 3 })
    const seen = await answers.pictureAttention(workshop, { scene, position: 3 })
    assert.equal(seen.heads.length, 2)
    for (const [i, { patches, before, path, head }] of seen.heads.entries()) {
      for (const [k, share] of patches.entries()) assert.ok(Math.abs(share - own.heads[i].patches[k]) < 1e-5)
      // What is laid over the picture is what its cell has.
      const address = `${path}.pattern {head: ${head}, position: 3, source: 5}`
      const { explanation } = await answers.cell(workshop, { scene, address, of: 'value' })
      assert.ok(Math.abs(explanation.value - patches[4]) < 1e-6)
      assert.ok(Math.abs([...patches, ...before].reduce((sum, share) => sum + share, 0) - 1) < 1e-5)
    }
    for (const [k, share] of seen.rollout.patches.entries()) assert.ok(Math.abs(share - own.rollout.patches[k]) < 1e-5)

    // The lens reads every patch as the model reads its class token; there it says what the model says.
    const { rows: lattice } = await answers.lattice(workshop, { scene })
    const last = lattice.at(-1)?.cells ?? []
    assert.equal(last.length, 17)
    assert.equal(last[0].token, rows[0].label)
    assert.ok(Math.abs(last[0].probability - rows[0].value) < 1e-6)
    const lens = await answers.lens(workshop, { scene, scale: 'own', middle: false, token: '4' })
    assert.ok(lens.rows.every(({ target }) => target && lens.words[target.id] === '4'))
    // Where no class is named it is the one that the model says.
    const usual = await answers.lens(workshop, { scene, scale: 'own', middle: false, token: '' })
    assert.ok(usual.rows.every(({ target }) => target && usual.words[target.id] === rows[0].label))
    const { attribution, words, places } = await answers.attribution(workshop, {
      ...{ scene, position: 0, token: '4', against: '', detail: 'heads' },
    })
    assert.equal(words[attribution.token], '4')
    // What attention brings from all positions is what its heads add.
    const brought = (places ?? []).flatMap(({ logits }) => logits)
    assert.equal(brought.length, 17)
    const added = attribution.rows.filter(({ head }) => head !== undefined).reduce((sum, { logit }) => sum + logit, 0)
    assert.ok(Math.abs(brought.reduce((sum, each) => sum + each, 0) - added) < 1e-5)
    const journey = await answers.journey(workshop, {
      ...{ scene, position: 0, token: undefined, against: undefined, temperature: 1 },
    })
    assert.deepEqual(journey.words, facts.labels)
    await assert.rejects(
      answers.lens(workshop, { scene, scale: 'own', middle: false, token: 'seven' }),
      /^Error: lens: "seven" is no class of the model\. Its classes are 0, 1,/,
    )

    // A muted head changes what it says; a painted picture too.
    const muted = { ...scene, edits: [{ at: `${seen.heads[0].path}.mixed {head: 0}`, to: 0 }] }
    const [first] = (await answers.classes(workshop, { scene: muted })).rows
    assert.notEqual(first.value, rows[0].value)
  })

  test('bad pictures are refused in a line, and files are read', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const { blobs } = await untrained()
    await answers.openFiles(workshop, { files: asFiles(blobs) })
    const classes = (picture: string) => answers.classes(workshop, { scene: { ...scene, picture } })
    await assert.rejects(classes(''), /^Error: look: there is no picture yet\. Draw one, or choose a file\.$/)
    await assert.rejects(
      classes('nothing'),
      /^Error: look: the picture cannot be read: it is no picture\. Draw another\.$/,
    )
    // Another size is made the model's.
    const large = { width: 56, height: 40, channels: 3 as const, pixels: new Uint8Array(56 * 40 * 3).fill(90) }
    const { picture } = await answers.readPicture(workshop, {
      file: new File([(await writePng(large)).slice()], 'a.png'),
    })
    const read = readPictureWord(picture)
    assert.deepEqual([read.width, read.height, read.channels], [28, 28, 1])
    await classes(picture)
    const text = new File(['a text'], 'a.png')
    await assert.rejects(answers.readPicture(workshop, { file: text }), /^Error: a\.png: this is no picture/)
    const cut = new File([(await writePng(large)).slice(0, 60)], 'cut.png')
    await assert.rejects(answers.readPicture(workshop, { file: cut }), /^Error: cut\.png: /)
    await assert.rejects(answers.heldBack(workshop, { number: 0 }), /what this model learnt from is not here/)
  })
})

test('one that reads several positions at once says what all of them say after each block, and what spoke for a class at them, wherever a person stands', async () => {
  await using opened = await openWorkshop()
  const picture = { channel: 1, down: 28, across: 28 }
  const blueprint = classifyingDinov2.blueprint({
    ...{ picture, patch: { down: 7, across: 7 }, layer: 1, head: 2, model: 8, hidden: 16 },
    ...{ class: 3, labels: ['ring', 'bar', 'dot'] },
  })
  const weights = withSizes(blueprint.build(), initialValues(blueprint.build(), 1))
  const { run } = await untrained()
  const saved = { blueprint, weights, tokenizer: run.tokenizer, preparation: run.preparation }
  const blobs = await blobsOf(await savedFiles(saved))
  await answers.openFiles(opened.workshop, { files: asFiles(blobs) })
  const asked = { scene, token: 'dot', against: 'ring', detail: 'heads' } as const
  const { attribution, places } = await answers.attribution(opened.workshop, { ...asked, position: 3 })
  assert.deepEqual([attribution.position, attribution.token, places], [undefined, 2, undefined])
  assert.equal(attribution.places?.length, 17)
  assert.ok(Math.abs(attribution.sum - attribution.logit) < 1e-5)
  const { rows, isOfAll } = await answers.lattice(opened.workshop, { scene })
  assert.deepEqual([isOfAll, rows.length], [true, 2])
  const [likeliest] = (await answers.classes(opened.workshop, { scene })).rows
  const [said, ...more] = rows[1].cells
  assert.equal(more.length, 0)
  assert.equal(said.token, likeliest.label)
  assert.ok(Math.abs(said.probability - likeliest.value) < 1e-6)
})

test('a CLIP is refused in a line that says what the command does with it', async () => {
  await using opened = await openWorkshop()
  const drawings = Array.from({ length: 12 }, (_, i) => ({
    ...{ name: `${i}`, words: i % 2 ? 'light' : 'dark' },
    picture: { width: 4, height: 4, channels: 1 as const, pixels: new Uint8Array(16).fill(i % 2 ? 250 - i : i) },
  }))
  const choices = { as: 'clip', layer: 1, head: 2, model: 16, patch: 2 } as const
  const run = await prepareRun(choices, { kind: 'drawings', drawings, skipped: 0 })
  const weights = withSizes(run.model, initialValues(run.model, 1))
  const blobs = await blobsOf(await savedFiles({ ...run, weights }))
  await assert.rejects(
    answers.openFiles(opened.workshop, { files: asFiles(blobs) }),
    /^Error: open: this is a CLIP, .* cutaway embed FOLDER words\.txt cat\.png; .* cutaway classify FOLDER cat\.png --labels "a cat,a dog"\.$/,
  )
  assert.throws(() => opened.workshop.shown(), /there is no run yet/)
})

describe('a picture classifier that is trained here', () => {
  test('on digits that are made on the spot', async () => {
    await using opened = await openWorkshop()
    const { workshop, of, until } = opened
    const material = { kind: 'data', name: 'written-digits' } as const
    const facts = await answers.material(workshop, { material })
    assert.equal(facts.as, 'picture-classifier')
    assert.equal(facts.pictures?.length, 30)
    await answers.begin(workshop, { material, choices: { as: 'picture-classifier', ...small } })
    workshop.training.move('on')
    await until('finished')
    assert.deepEqual(of('warning'), [])
    assert.equal(of('evaluation').length, 2)
    const { picture, label } = await answers.heldBack(workshop, { number: 13 })
    assert.equal(label, '3')
    const { rows } = await answers.classes(workshop, { scene: { ...scene, picture } })
    assert.equal(rows.length, 10)
    const ablated = await answers.ablation(workshop, { scene, kind: 'zero' })
    assert.equal(ablated.over, 'evaluation')
    // It comes back from where it is kept.
    await workshop.training.save()
    const { id } = workshop.open.keeping
    await workshop.close()
    const again = await answers.openRun(workshop, { id })
    assert.deepEqual(again.recipe?.material, material)
    assert.deepEqual((await answers.classes(workshop, { scene: { ...scene, picture } })).rows, rows)
    await assert.rejects(
      answers.material(workshop, { material: { kind: 'data', name: 'mnist' } }),
      /^Error: data: this page has no "mnist"\. It has written-digits\.$/,
    )
  })

  test('on pictures of a folder, and on a zip of it', async () => {
    await using opened = await openWorkshop()
    const { workshop, of, until } = opened
    const grey = (value: number) =>
      writePng({ width: 6, height: 6, channels: 1, pixels: new Uint8Array(36).fill(value) })
    const files: { name: string; bytes: Uint8Array }[] = []
    for (let i = 0; i < 24; i++)
      files.push({ name: `grounds/${i % 2 ? 'light' : 'dark'}/${i}.png`, bytes: await grey(i % 2 ? 250 - i : i) })
    const folder = files.map(({ name, bytes }) => new File([bytes.slice()], name.split('/').at(-1) ?? ''))
    const zip = new File(zipOf(files), 'grounds.zip')
    assert.equal(await answers.isOfRun(workshop, { files: [zip] }), false)
    const read = await answers.readFiles(workshop, { files: folder, paths: files.map(({ name }) => name) })
    const { material } = read
    assert.equal(material.kind, 'pictures')
    assert.equal(material.name, 'grounds')
    assert.deepEqual(await answers.readFiles(workshop, { files: [zip] }), read)
    const facts = await answers.material(workshop, { material })
    assert.equal(facts.examples, 24)
    await answers.begin(workshop, {
      material,
      choices: { as: 'picture-classifier', ...small, steps: 30, evaluateEvery: 30 },
    })
    workshop.training.move('on')
    await until('finished')
    assert.deepEqual(of('warning'), [])
    assert.equal(of('evaluation').at(-1)?.evaluation.accuracy, 1)
    // Given out and taken in it is the same run, with its pictures.
    const { zip: given } = await answers.giveOut(workshop, {})
    await using other = await openWorkshop()
    const again = await answers.openFiles(other.workshop, { files: [new File([given], 'given.zip')] })
    assert.equal(again.canTrain, true)
    assert.deepEqual(again.recipe?.material, { ...material, name: 'grounds' })
    assert.deepEqual(again.labels, ['dark', 'light'])
    const loose = answers.readFiles(workshop, { files: folder.slice(0, 2) })
    await assert.rejects(loose, /lies in no folder, which would say its class/)
    const alike = { ...material, text: ('text' in material ? material.text : '').replaceAll('light', 'dark') }
    await assert.rejects(answers.material(workshop, { material: alike }), /nothing to tell apart/)
    const damaged = { kind: 'pictures' as const, name: 'x', text: 'a\tb\tc\n' }
    await assert.rejects(answers.material(workshop, { material: damaged }), /^Error: x: line 1: it is no picture/)
  })

  test('photographs are kept as small as they are seen, and a broken one is left out and named', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const photograph = (seed: number) => {
      const pixels = Uint8Array.from({ length: 300 * 200 * 3 }, (_, i) => (i * seed) % 251)
      return writePng({ width: 300, height: 200, channels: 3, pixels })
    }
    const paths: string[] = []
    const files: File[] = []
    const put = (path: string, bytes: Uint8Array): void => {
      paths.push(path)
      files.push(new File([bytes.slice()], path.split('/').at(-1) ?? ''))
    }
    for (let i = 0; i < 6; i++) put(`holidays/${i % 2 ? 'sea' : 'wood'}/${i}.png`, await photograph(7 + i))
    const whole = await photograph(3)
    put('holidays/sea/cut.png', whole.slice(0, whole.length / 2))
    put('holidays/sea/notes.txt', new TextEncoder().encode('a note'))
    put('holidays/cover.png', whole)
    const told: string[] = []
    const report = (done: number, of: number) => told.push(`${done} of ${of}`)
    const { material, leftOut } = await answers.readFiles(workshop, { files, paths }, { report })
    assert.deepEqual(leftOut, [
      'what is no PNG or JPEG by its name is left out: holidays/sea/notes.txt.',
      'what lies in no folder of a class is left out: holidays/cover.png.',
      'left out: holidays/sea/cut.png: the PNG is cut: it ends after 1652 bytes, within a chunk. Copy it again.',
    ])
    assert.deepEqual(
      told,
      Array.from({ length: 7 }, (_, i) => `${i} of 7`),
    )
    const lines = 'text' in material ? material.text.trim().split('\n') : []
    assert.equal(lines.length, 6)
    for (const line of lines) {
      const { width, height } = readPictureWord(line.split('\t')[2])
      assert.deepEqual({ width, height }, { width: 64, height: 64 })
    }
    const broken = answers.readFiles(workshop, { files: files.slice(6, 7), paths: paths.slice(6, 7) })
    await assert.rejects(
      broken,
      /^Error: pictures: there is none that can be read\. Choose others\. The first of 1 that were left out: holidays\/sea\/cut/,
    )
    const stopped = answers.readFiles(workshop, { files, paths }, { signal: AbortSignal.abort() })
    await assert.rejects(stopped, { name: 'AbortError' })
  })
})
