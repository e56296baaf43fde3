// Every kind of run in the workshop: a text, pairs, labels and tasks are looked at, planned, learnt, and tell samples and heads.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { getWeights } from '../../src/checkpoint/engineWeights.ts'
import type { Material, PlainChoices, Scene } from '../../src/studio/talk/questions.ts'
import { answers } from '../../src/studio/worker/answers/answers.ts'
import { exampleOf } from '../../src/studio/worker/example.ts'
import { openWorkshop, smallRecipe, type TestWorkshop } from './workshop.ts'

const small = { layer: 1, head: 2, model: 16, batch: 8, steps: 6, evaluateEvery: 6 } satisfies PlainChoices
const words = ['red', 'blue', 'green', 'white', 'black', 'pink', 'brown', 'grey']
const colours = words.flatMap((a) => words.map((b) => `${a} ${b}`))
const table = (lines: readonly string[]): Material => ({
  kind: 'table',
  name: 'table.tsv',
  text: `${lines.join('\n')}\n`,
})

const kinds: Readonly<Record<string, { readonly material: Material; readonly choices: PlainChoices }>> = {
  'a decoder': { material: smallRecipe.material, choices: { as: 'decoder', ...small, context: 16 } },
  'a llama': { material: smallRecipe.material, choices: { as: 'llama', ...small, context: 16 } },
  'an encoder': { material: smallRecipe.material, choices: { as: 'encoder', ...small, context: 16 } },
  'an encoder-decoder of pairs': {
    material: table(colours.map((each) => `${each}\t${each.split(' ').reverse().join(' ')}`)),
    choices: { as: 'encoder-decoder', ...small },
  },
  'a classifier': {
    material: table(colours.map((each) => `${each.includes('red') ? 'warm' : 'other'}\t${each}`)),
    choices: { as: 'classifier', ...small },
  },
  'an encoder-decoder of a task': {
    material: { kind: 'task', name: 'reverse' },
    choices: { as: 'encoder-decoder', ...small, batch: 64 },
  },
  'a decoder of a task': { material: { kind: 'task', name: 'sort' }, choices: { as: 'decoder', ...small, batch: 64 } },
}

describe('in the workshop', () => {
  for (const [name, recipe] of Object.entries(kinds))
    test(name, async () => {
      await using opened = await openWorkshop()
      const { workshop, of, until } = opened
      const { material, choices } = recipe
      const facts = await answers.material(workshop, { material, as: choices.as })
      assert.equal(facts.as, choices.as)
      assert.ok(facts.baselines.every(({ loss }) => loss > 0))
      if (material.kind !== 'text') assert.equal(facts.shown.length, 8)
      const begun = await answers.begin(workshop, recipe)
      assert.deepEqual(begun.baselines, facts.baselines.slice(0, begun.baselines.length))
      workshop.training.move('on')
      await until('finished')
      assert.deepEqual(of('warning'), [])
      assert.equal(of('evaluation').length, 2)
      const sample = of('diary').at(-1)?.sample
      assert.ok(sample && sample.prompt.length > 0)
      const isAnswer = material.kind !== 'text' || choices.as === 'encoder'
      assert.equal(sample.expected !== undefined, isAnswer)
      if (choices.as === 'encoder') {
        const letters = [...(sample.expected ?? '')]
        const seen = [...sample.prompt]
        assert.equal(seen.length, letters.length)
        assert.ok(
          seen.includes('▢') && seen.every((letter, i) => letter === '▢' || letter === letters[i]),
          sample.prompt,
        )
      }
      assert.ok((of('heads').at(-1)?.look.rows.length ?? 0) > 0)
      const { example } = begun
      assert.ok(example)
      const scene: Scene = { ...example, edits: [], step: undefined, moment: 0 }
      const { tokens, sources } = await answers.scene(workshop, { scene })
      assert.ok(tokens.length > 0)
      if (choices.as === 'encoder-decoder') {
        assert.equal(sources?.tokens.join('').replace('</s>', ''), example.source)
        const [best] = await answers.beams(workshop, { scene, beams: 1 })
        // The likeliest token is what a search with one beam takes.
        const written = await answers.write(workshop, {
          scene,
          conditions: { temperature: 0, topK: 0, topP: 1, minP: 0 },
          seed: 0,
        })
        assert.equal(best.tokens[0]?.token ?? '', written.token)
      } else if (choices.as === 'encoder') {
        assert.ok(example.text.includes('[MASK]'), example.text)
        const [{ position, rows }] = await answers.fill(workshop, { scene, position: 0, top: 3 })
        assert.equal(tokens[position], '[MASK]')
        assert.ok(rows.length === 3 && rows[0].probability >= rows[1].probability)
      } else if (choices.as === 'classifier') {
        const { rows } = await answers.classes(workshop, { scene })
        assert.deepEqual(rows.map(({ label }) => label).sort(), ['other', 'warm'])
        assert.ok(Math.abs(rows[0].value + rows[1].value - 1) < 1e-6)
      }
    })

  test('plans are named by the time that they take here, and begin as they are', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const { plans, usual, probe } = await answers.plan(workshop, { material: smallRecipe.material })
    assert.deepEqual(
      plans.map(({ size }) => size),
      ['smallest', 'usual', 'larger', 'largest'],
    )
    assert.ok(probe > 100, `${probe} ms`)
    assert.ok(plans.every(({ seconds }, i) => i === 0 || seconds > plans[i - 1].seconds))
    const plan = plans.find(({ size }) => size === usual)
    const begun = await answers.begin(workshop, { material: smallRecipe.material, choices: plan?.choices ?? {} })
    assert.equal(begun.parameters, plan?.parameters)
    assert.equal(begun.steps, plan?.steps)
    // What the kernels need beside values is known when they are written.
    assert.ok((plan?.memory ?? 0) <= begun.memory && begun.memory < 1.3 * (plan?.memory ?? 0))
  })
})

describe('what nobody can learn from is refused in a line', () => {
  const file = (name: string, bytes: string | Uint8Array<ArrayBuffer>) => new File([bytes], name)
  const refused: readonly [what: string, file: File, message: RegExp][] = [
    ['an empty file', file('a.txt', ''), /^Error: text: a\.txt is empty\. Name a file with text in it\.$/],
    [
      'a picture',
      file('a.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1)),
      /^Error: pictures: a\.png lies in no folder, which would say its class\. Drop a folder /,
    ],
    [
      'bytes',
      file('a.bin', Uint8Array.of(65, 0, 66)),
      /^Error: text: a\.bin has a zero byte in line 1 \(byte 1\), as no text has\. Take it out, or name another file\.$/,
    ],
    [
      'one letter',
      file('a.txt', 'aaaaaa'.repeat(100)),
      /^Error: text: every one of its 600 characters is "a", so that there is nothing to learn\. Give a text with at least two different ones\.$/,
    ],
    ['a few letters', file('a.txt', 'abc'), /^Error: corpus: of 3 /],
    ['a table with one column', file('a.tsv', 'one\ntwo\n'), /^Error: a\.tsv, line 1: /],
  ]
  for (const [what, given, message] of refused)
    test(what, async () => {
      await using opened = await openWorkshop()
      await assert.rejects(async () => {
        const { material } = await answers.readFiles(opened.workshop, { files: [given] })
        return answers.material(opened.workshop, { material })
      }, message)
    })

  test('but CRLF, emoji and letters from right to left are texts', async () => {
    await using opened = await openWorkshop()
    const { workshop } = opened
    const text = 'שלום 👍 world\r\n'.repeat(60)
    const { material } = await answers.readFiles(workshop, { files: [file('mixed.txt', `\ufeff${text}`)] })
    assert.deepEqual(material, { kind: 'text', name: 'mixed.txt', text })
    const { statistics } = await answers.material(workshop, { material })
    assert.equal(statistics?.characters, [...text].length)
    assert.equal(statistics?.lines, 60)
    assert.equal(statistics?.counts.length, new Set(text).size)
    assert.ok(statistics?.counts.some(({ character, count }) => character === '👍' && count === 60))
  })
})

const exampleIn = ({ workshop }: TestWorkshop): { text: string; source: string } =>
  exampleOf(workshop.training.run) ?? { text: '', source: '' }

describe('a step that is told', () => {
  for (const [name, { material, choices }] of Object.entries(kinds))
    test(name, async () => {
      await using opened = await openWorkshop()
      const { workshop, of } = opened
      await answers.begin(workshop, { material, choices: { ...choices, dropout: 0, smoothing: 0 } })
      const { engine, training } = workshop
      await training.takeStep()
      const weights = () => workshop.turns.take(() => getWeights(engine, training.run.model))
      const before = await weights()
      const { step, asked, moved, words, labels } = await answers.story(workshop, {})
      assert.equal(step, 2)
      assert.ok(asked)
      const told = of('steps')
        .flatMap(({ losses }) => losses)
        .find((each) => each.step === 2)
      assert.ok(Math.abs(asked.loss - (told?.loss ?? 0)) < 1e-4, `${asked.loss}, but the step told ${told?.loss}`)
      const called = asked.over === 'class' ? labels : words
      for (const { target, loss, ids, at } of asked.places)
        assert.ok(called[target] !== undefined && loss > 0 && at < ids.length)
      assert.ok(asked.places[0].loss >= asked.loss)
      const after = await weights()
      const all = [...after].flatMap(([path, { data }]) =>
        Array.from(data, (value, cell) => Math.abs(value - (before.get(path)?.data[cell] ?? 0))),
      )
      const largest = all.sort((a, b) => b - a).slice(0, 12)
      assert.deepEqual(
        moved.map(({ before, after }) => Math.abs(after - before)),
        largest,
      )
      const [first] = moved
      const [{ data }] = await answers.numbers(workshop, {
        scene: { ...exampleIn(opened), edits: [], step: undefined, moment: 0 },
        addresses: [first.address],
        facet: 'value',
      })
      assert.equal(data[0], first.after)
    })
})

test('files of a run are known by their first bytes or their names, whatever else they are', async () => {
  await using opened = await openWorkshop()
  const header = new TextEncoder().encode('{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}')
  const length = new Uint8Array(8)
  length[0] = header.length
  const files: Readonly<Record<string, { readonly bytes: BlobPart[]; readonly isOfRun: boolean }>> = {
    'weights.bin': { bytes: [length, header], isOfRun: true },
    run: { bytes: ['PK\u0003\u0004'], isOfRun: true },
    'fake.zip': { bytes: ['no archive'], isOfRun: true },
    'fake.safetensors': { bytes: ['no weights'], isOfRun: true },
    'emma.txt': { bytes: ['PK and other letters { of a text'], isOfRun: false },
    'short.txt': { bytes: ['a'], isOfRun: false },
    'json.txt': { bytes: ['12345678{"a": 1}'], isOfRun: false },
  }
  for (const [name, { bytes, isOfRun }] of Object.entries(files))
    assert.equal(await answers.isOfRun(opened.workshop, { files: [new File(bytes, name)] }), isOfRun, name)
})
