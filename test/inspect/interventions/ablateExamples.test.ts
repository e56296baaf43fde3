// Ablation by the loss of an objective, over examples of different lengths, against evaluations with edits of each example by itself,
// without padding; by next tokens it is what `ablate` says of windows.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketedBatches } from '../../../src/data/bucketed.ts'
import { type Examples, lengthsOf } from '../../../src/data/examples.ts'
import { labelledExamples } from '../../../src/data/labelled.ts'
import { maskedExamples } from '../../../src/data/masked.ts'
import { pairExamples } from '../../../src/data/pairs.ts'
import { pictureExamples } from '../../../src/data/pictures.ts'
import { sequenceExamples } from '../../../src/data/sequences.ts'
import type { Edit } from '../../../src/edit/edit.ts'
import { reference } from '../../../src/engine/reference.ts'
import { Evaluator } from '../../../src/evaluate/evaluator.ts'
import {
  classification,
  maskedTokens,
  nextToken,
  type Objective,
  type ObjectiveOptions,
  targetSequence,
} from '../../../src/evaluate/objective.ts'
import { ablate } from '../../../src/inspect/interventions/ablate.ts'
import { ablateExamples } from '../../../src/inspect/interventions/ablateExamples.ts'
import { read } from '../../../src/inspect/read.ts'
import { ClassifyingBert, MaskedBert } from '../../../src/model/bert.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { ClassifyingViT } from '../../../src/model/vit.ts'
import { Whisper } from '../../../src/model/whisper.ts'
import { goldenModel } from '../golden.ts'
import { fill } from '../stream/models.ts'

const vocab = 11
const sizes = { vocab, context: 8, layer: 1, head: 2, model: 8 }
const half = { layer: 1, head: 2 }
/** Ids below 9; the second example is the longest, so that its end is in no other. */
const idsOf = (length: number, step: number): Int32Array =>
  Int32Array.from({ length }, (_, i) => 1 + ((i * step + length) % 8))
const texts = [idsOf(4, 3), idsOf(7, 5), idsOf(5, 2)]

interface Case {
  readonly model: AnyModel
  readonly objective: (options: ObjectiveOptions) => Objective
  readonly examples: Examples
  readonly parts: readonly string[]
}

const bert = new MaskedBert(sizes)
const mood = new ClassifyingBert({ ...sizes, class: 3 })
const translator = new EncoderDecoder({ vocab, context: 8, model: 8, encoder: half, decoder: half })
const photos = new ClassifyingViT({
  picture: { channel: 1, down: 4, across: 6 },
  patch: { down: 2, across: 2 },
  ...{ layer: 2, head: 2, model: 8, hidden: 16, class: 3 },
})
const listener = new Whisper({ vocab, context: 8, model: 8, encoder: half, decoder: half, sourceContext: 5, mel: 3 })
const blocks = ['blocks.0.attention.mixed', 'blocks.0.mlp.output']

const cases: Readonly<Record<string, Case>> = {
  'masked tokens': {
    model: bert,
    objective: (options) => maskedTokens(bert, options),
    examples: maskedExamples(texts, { vocab, mask: 10, seed: 0, share: 0.4 }),
    parts: blocks.map((path) => `bert.${path}`),
  },
  'the target of a source': {
    model: translator,
    objective: (options) => targetSequence(translator, options),
    examples: pairExamples(
      texts.map((source, i) => ({ source, target: idsOf(6 - 2 * i, 3) })),
      { begin: 0, end: 9 },
    ),
    parts: [
      ...blocks.map((path) => `encoder.${path}`),
      ...blocks.map((path) => `decoder.${path}`),
      'decoder.blocks.0.cross.mixed',
    ],
  },
  'a class': {
    model: mood,
    objective: (options) => classification(mood, options),
    examples: labelledExamples(texts.map((ids, label) => ({ ids, label }))),
    parts: blocks.map((path) => `bert.${path}`),
  },
  'the class of a picture': {
    model: photos,
    objective: (options) => classification(photos, options),
    examples: pictureExamples(
      texts.map((_, label) => {
        const pixels = Uint8Array.from({ length: 24 }, (_, i) => (37 * i + 101 * label) % 256)
        return { picture: { width: 6, height: 4, channels: 1, pixels }, label }
      }),
      { preparation: { channels: 1, scale: 1 / 255, mean: [0.5], deviation: [0.3] } },
    ),
    parts: [0, 1].flatMap((layer) => blocks.map((path) => `vit.${path.replace('0', `${layer}`)}`)),
  },
  'what is said in a recording': {
    model: listener,
    objective: (options) => targetSequence(listener, options),
    examples: pairExamples(
      texts.map((_, i) => ({
        source: Float32Array.from({ length: 30 }, (_, cell) => Math.sin(0.7 * cell + i)),
        target: idsOf(6 - 2 * i, 3),
      })),
      { begin: 0, end: 9, block: { frame: 10, mel: 3 } },
    ),
    parts: [
      ...blocks.map((path) => `encoder.${path}`),
      ...blocks.map((path) => `decoder.${path}`),
      'decoder.blocks.0.cross.mixed',
    ],
  },
}

const count = texts.length

/** One of the examples, as a batch without padding. */
function batchOf(examples: Examples, example: number) {
  const lengths = lengthsOf(examples)(example)
  const own = { ...examples, count: 1, lengths, row: (_: number, epoch: number) => examples.row(example, epoch) }
  return [...bucketedBatches(own, { batch: 1, seed: 0, shapes: [{ ...lengths, batch: 1 }] }).evaluation()]
}

for (const [what, { model, objective, examples, parts }] of Object.entries(cases))
  test(`by the loss of ${what}: zero, mean and resample are what edits give`, async () => {
    const engine = reference()
    fill(engine, model)
    const batches = Array.from({ length: count }, (_, i) => batchOf(examples, i))
    const lossOf = async (example: number, edits: readonly Edit[]): Promise<number> =>
      (await new Evaluator(engine, objective({ edits })).evaluate(batches[example])).loss
    const targets = batches.map(
      ([{ inputs }]) => Array.from(inputs.targets ?? inputs.labels).filter((each) => each >= 0).length,
    )
    const all = targets.reduce((sum, each) => sum + each, 0)
    const seen = await Promise.all(
      batches.map(([{ inputs }]) => {
        const names = Object.keys(model.reads).filter((name) => name in inputs)
        return read({ model, engine, addresses: parts, inputs: Object.fromEntries(names.map((n) => [n, inputs[n]])) })
      }),
    )
    const plain = await Promise.all(batches.map((_, i) => lossOf(i, [])))
    const whole = new Evaluator(engine, objective({}))
    for (const kind of ['zero', 'mean', 'resample'] as const) {
      const found = await ablateExamples({ engine, objective: objective({}), examples, kind, batch: 4 })
      assert.deepEqual([found.examples, found.targets, found.unread], [count, all, 0])
      const { loss } = await whole.evaluate(bucketedBatches(examples, { batch: 2, seed: 0 }).evaluation())
      assert.ok(Math.abs(found.loss - loss) < 1e-6, `${found.loss}, not ${loss}`)
      assert.deepEqual([...new Set(found.rows.map(({ address }) => address.split(' ')[0]))].sort(), [...parts].sort())
      for (const { address, head, change, error } of found.rows) {
        const own = seen.map((values) => positionsOf(values.get(address.split(' ')[0]), head))
        const changes: number[] = []
        for (const [i, { axes, rows }] of own.entries()) {
          const mean = rows[0].map((_, cell) => {
            const cells = own.flatMap((each) => each.rows.map((row) => row[cell]))
            return cells.reduce((sum, each) => sum + each / cells.length, 0)
          })
          const resampled = rows.map((row, position) => {
            const longer = [1, 2].map((step) => own[(i + step) % count].rows).find((other) => other.length > position)
            return longer?.[position] ?? row
          })
          const data = (kind === 'mean' ? rows.map(() => mean) : resampled).flat()
          const loss = await lossOf(i, [{ at: address, to: kind === 'zero' ? 0 : { axes, data } }])
          changes.push((loss - plain[i]) * targets[i])
        }
        const mean = changes.reduce((sum, each) => sum + each / all, 0)
        const spread = Math.sqrt(changes.reduce((sum, each, i) => sum + (each - mean * targets[i]) ** 2, 0) * 1.5) / all
        const off = [change - mean, error - spread].map(Math.abs)
        assert.ok(Math.max(...off) < 2e-5, `${kind} ${address}: ${change} ± ${error}, not ${mean} ± ${spread}`)
        assert.ok(Math.abs(change) > 1e-6, `${kind} ${address} changes something`)
      }
    }
  })

type Cells = {
  readonly axes: readonly { readonly name: string; readonly size: number }[]
  readonly data: ArrayLike<number>
}

/** The values of one head, or all of them, at each position. */
function positionsOf(values: Cells | undefined, head: number | undefined) {
  assert.ok(values)
  const { axes, data } = values
  const at = axes.findIndex(({ name }) => name === 'head')
  const within = axes.slice(at + 1).reduce((cells, { size }) => cells * size, 1)
  const own = Array.from(data).filter(
    (_, cell) => head === undefined || Math.floor(cell / within) % axes[at].size === head,
  )
  const left = head === undefined ? axes : axes.toSpliced(at, 1)
  assert.equal(left[0].name, 'position')
  const width = own.length / left[0].size
  const rows = Array.from({ length: left[0].size }, (_, i) => own.slice(i * width, (i + 1) * width))
  return { axes: left, rows }
}

test('by the loss of next tokens it is what windows of a text give, with edits and held patterns too', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  const ids = Array.from({ length: 33 }, (_, i) => (i * i + 3 * i) % 11)
  const edits = [{ at: 'blocks.0.mlp.output', to: { scale: 0.5 } }]
  // Windows begin with the token that the one before ends with, so that each predicts as many.
  const examples = sequenceExamples([ids.slice(0, 17), ids.slice(16)].map((each) => Int32Array.from(each)))
  for (const kind of ['mean', 'resample'] as const) {
    const options = { engine, kind, isPatternHeld: true }
    const one = await ablate({ ...options, model, ids, edits })
    const other = await ablateExamples({ ...options, objective: nextToken(model, { edits }), examples })
    assert.deepEqual(
      other.rows.map(({ address }) => address),
      one.rows.map(({ address }) => address),
    )
    for (const [i, { change, error, loss }] of one.rows.entries()) {
      const off = [other.rows[i].change - change, other.rows[i].error - error, other.rows[i].loss - loss]
      assert.ok(Math.max(...off.map(Math.abs)) < 1e-5, `${kind}: ${off}`)
    }
  }
})

test('what makes no sense is refused', async () => {
  const engine = reference()
  fill(engine, mood)
  const settings = { engine, objective: classification(mood) }
  const one = labelledExamples([{ ids: texts[0], label: 1 }])
  await assert.rejects(ablateExamples({ ...settings, examples: one, kind: 'resample' }), {
    message:
      'ablate: resampling takes values from another example, but there is only one. Give more, or take zero or mean.',
  })
  await assert.rejects(
    ablateExamples({ ...settings, examples: labelledExamples([{ ids: texts[0], label: -1 }]), kind: 'zero' }),
    { message: 'ablate: nothing is asked in these examples, so there is no loss. Give more, or longer ones.' },
  )
})
