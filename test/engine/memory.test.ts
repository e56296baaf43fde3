// No memory management: what is done again and again takes no more memory than the first time, and what nobody can reach goes.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import { Classifier } from '../../src/encode/classify.ts'
import { Embedder } from '../../src/encode/embed.ts'
import { type CpuEngine, cpu } from '../../src/engine/cpu/index.ts'
import type { Engine, Graph, Program } from '../../src/engine/engine.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { fillMasks, MaskFiller } from '../../src/generate/fill.ts'
import { Generator, generate } from '../../src/generate/generate.ts'
import { attentionPatterns } from '../../src/inspect/pattern.ts'
import { Reader, read } from '../../src/inspect/read.ts'
import { Bert, ClassifyingBert, MaskedBert } from '../../src/model/bert.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { initialValues } from '../../src/model/start.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import type { Node } from '../../src/tensor/node.ts'
import { add, input, parameter } from '../../src/tensor/primitives.ts'
import { train } from '../../src/train/train.ts'
import { collect } from '../collect.ts'
import { engines } from '../engines.ts'

const vocab = 13
const sizes = { vocab, context: 24, layer: 1, head: 2, model: 8 }
const half = { layer: 1, head: 2, hidden: 16 }
const models = {
  writer: () => new GPT2(sizes),
  translator: () => new EncoderDecoder({ vocab, context: 24, model: 8, encoder: half, decoder: half }),
  filler: () => new MaskedBert(sizes),
  encoder: () => new Bert(sizes),
  classifier: () => new ClassifyingBert({ ...sizes, class: 3 }),
}
type Models = { [name in keyof typeof models]: ReturnType<(typeof models)[name]> }

const ids = (count: number, from = 0): Int32Array => Int32Array.from({ length: count }, (_, i) => (from + 5 * i) % 12)

const corpus = { training: ids(200), validation: ids(60, 3) }

/** What a user may do, the number of the call given. Each again and again. */
const calls: Readonly<Record<string, (engine: Engine, of: Models, call: number) => Promise<unknown>>> = {
  'generate, to the end': async (engine, { writer }, call) => {
    for await (const _ of generate({ engine, model: writer, prompt: ids(1 + 4 * call), tokens: 3 }));
  },
  'generate, past the end of the context': async (engine, { writer }) => {
    for await (const _ of generate({ engine, model: writer, prompt: ids(22), tokens: 6 }));
  },
  'generate, left with break': async (engine, { writer }, call) => {
    for await (const _ of generate({ engine, model: writer, prompt: ids(1 + (call % 3)), tokens: 9 })) break
  },
  'generate, left by an error of whoever reads': async (engine, { writer }) => {
    await assert.rejects(async () => {
      for await (const _ of generate({ engine, model: writer, prompt: [1], tokens: 9 })) throw new Error('enough')
    }, /enough/)
  },
  'generate, which throws': async (engine, { writer }) => {
    await assert.rejects(generate({ engine, model: writer, prompt: [99], tokens: 9 }).next(), /outside 0\.\.12/)
  },
  'generate, several at once': async (engine, { writer }) => {
    const write = async (prompt: Int32Array): Promise<void> => {
      for await (const _ of generate({ engine, model: writer, prompt, tokens: 4 }));
    }
    // The generator of the text that ends first is kept. Were their programs others, it would be timing which of them stay.
    await Promise.all([write(ids(2)), write(ids(3)), write(ids(4))])
  },
  'generate, never begun': async (engine, { writer }) => generate({ engine, model: writer, prompt: [1], tokens: 9 }),
  translation: async (engine, { translator }, call) => {
    const settings = { engine, model: translator, prompt: [0], tokens: 4 }
    for await (const _ of generate({ ...settings, source: ids(1 + 4 * call) }));
  },
  'a generator that is closed': async (engine, { translator }, call) => {
    const generator = new Generator({ engine, model: translator })
    const openings = Array.from({ length: 1 + (call % 3) }, (_, i) => ({ prompt: [0], source: ids(5 + i) }))
    await generator.search(openings, { tokens: 4, beams: 2 })
    for await (const _ of generator.generateAll(openings, { tokens: 4 }));
    await generator.close()
  },
  'a new model each time': async (engine, _, call) => {
    const model = new GPT2(sizes)
    setWeights(engine, model, withSizes(model, initialValues(model, call)))
    const generator = new Generator({ engine, model })
    for await (const _ of generator.generate([1, 2], { tokens: 3 }));
    await generator.close()
    for (const weight of parametersOf(model).values()) engine.forget(weight)
  },
  fillMasks: (engine, { filler }, call) =>
    fillMasks({ engine, model: filler, mask: 12, ids: [...ids(1 + 4 * call), 12] }),
  'a filler that is closed': async (engine, { filler }) => {
    const kept = new MaskFiller({ engine, model: filler })
    await kept.fill({ ids: [1, 12], mask: 12 })
    await kept.close()
  },
  'an embedder that is closed': async (engine, { encoder }, call) => {
    const embedder = new Embedder({ engine, model: encoder })
    await embedder.embed([ids(1 + 4 * call), ids(20)])
    await embedder.close()
  },
  'a classifier that is closed': async (engine, { classifier }, call) => {
    const kept = new Classifier({ engine, model: classifier })
    await kept.classify([{ ids: ids(1 + 4 * call) }, { ids: ids(20) }])
    await kept.close()
  },
  attentionPatterns: (engine, { translator }, call) =>
    attentionPatterns({ engine, model: translator, inputs: { ids: ids(1 + call), source: ids(7) } }),
  surpriseOf: (engine, { writer }, call) => surpriseOf({ engine, model: writer, ids: ids(30 + call) }),
  read: (engine, { writer }, call) =>
    read({ engine, model: writer, inputs: { ids: ids(1 + call) }, addresses: ['logits'] }),
  'read, which throws': (engine, { writer }) =>
    assert.rejects(read({ engine, model: writer, inputs: { ids: [99] }, addresses: ['logits'] }), /outside 0\.\.12/),
  train: async (engine, { writer }) => {
    for await (const _ of train({ engine, model: writer, corpus, steps: 2, batch: 2, evaluateBatches: 1 }));
  },
  'train, in steps of several batches': async (engine, { writer }) => {
    const settings = { steps: 2, batch: 2, accumulate: 2, evaluateBatches: 1 }
    for await (const _ of train({ engine, model: writer, corpus, ...settings }));
  },
  'train, left with break': async (engine, { writer }) => {
    for await (const _ of train({ engine, model: writer, corpus, steps: 2, batch: 2, evaluateBatches: 1 })) break
  },
  'train, left by an error': async (engine, { writer }) => {
    await assert.rejects(async () => {
      const settings = { steps: 3, batch: 2, rate: 1e30, leastRate: 1e30, warmup: 0, clip: 0, reportEvery: 1 }
      for await (const _ of train({ engine, model: writer, corpus, ...settings }));
    }, /is not finite|is NaN|is Infinity/)
  },
}

for (const threads of [1, 2])
  describe(`on ${threads === 1 ? 'one thread' : `${threads} threads`}`, () => {
    let engine: CpuEngine
    let all: Models
    before(async () => {
      engine = await cpu({ threads, ...(threads > 1 && { aloneBelow: 0 }) })
      const made = Object.fromEntries(Object.entries(models).map(([name, make]) => [name, make()]))
      for (const model of Object.values(made)) setWeights(engine, model, withSizes(model, initialValues(model, 1)))
      all = made as unknown as Models
    })
    after(() => engine.close())

    for (const [name, call] of Object.entries(calls))
      test(`no call takes more than those before: ${name}`, async () => {
        // The lengths that occur, once; then all of them again.
        const lengths = 5
        for (let i = 0; i < lengths; i++) await call(engine, all, i)
        const { bytes, programs } = engine.usage
        for (let i = 0; i < lengths; i++) {
          await call(engine, all, i)
          // Less is possible: what calls that are made at once leave, and how they lie beside one another, is a matter of their timing.
          assert.ok(
            engine.usage.programs <= programs,
            `call ${i} leaves ${engine.usage.programs} programs, not ${programs}`,
          )
          assert.ok(engine.usage.bytes <= bytes, `call ${i} takes ${engine.usage.bytes} bytes, not ${bytes}`)
        }
      })
  })

/** p ← p + x, with p as the output. */
function counting(cells = 1): { p: Node; graph: Graph } {
  const p = parameter({ cell: cells }, 'zeros')
  return { p, graph: { outputs: { p }, updates: new Map([[p, add(p, input('x', { cell: cells }))]]) } }
}

for (const { name, open } of [
  ...engines,
  { name: 'cpu, two threads for whatever it is', open: () => cpu({ threads: 2, aloneBelow: 0 }) },
])
  describe(`a closed program, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    test('cannot be run or read, and says so', async () => {
      const program = await engine.compile(counting().graph)
      await program.run({ x: 1 })
      await program.close()
      await assert.rejects(program.run({ x: 1 }), { message: 'run: the program was closed. Compile it again.' })
      await assert.rejects(program.read('p'), { message: 'read: the program was closed. Compile it again.' })
    })

    test('can be closed again', async () => {
      const program = await engine.compile(counting().graph)
      await Promise.all([program.close(), program.close()])
      await program.close()
    })

    test('does what was asked for before', async () => {
      const { p, graph } = counting()
      const program = await engine.compile(graph)
      const runs = [program.run({ x: 1 }), program.run({ x: 1 })]
      await program.close()
      await Promise.all(runs)
      assert.deepEqual([...(await engine.get(p))], [2])
    })

    test('leaves parameters as they are, for other programs too', async () => {
      const { p, graph } = counting(5)
      const first = await engine.compile(graph)
      await first.run({ x: [1, 2, 3, 4, 5] })
      await first.close()
      // What comes now may lie where the first program had its own.
      const other = counting(500)
      await (await engine.compile(other.graph)).run({ x: new Float32Array(500).fill(7) })
      const second = await engine.compile(graph)
      await second.run({ x: [1, 1, 1, 1, 1] })
      assert.deepEqual([...(await engine.get(p))], [2, 3, 4, 5, 6])
      assert.ok((await engine.get(other.p)).every((value) => value === 7))
    })

    test('is nothing to those that are open', async () => {
      const { p, graph } = counting(3)
      const [one, two] = [await engine.compile(graph), await engine.compile(graph)]
      await one.close()
      await two.run({ x: [1, 2, 3] })
      assert.deepEqual([...(await engine.get(p))], [1, 2, 3])
    })

    test('a parameter that is forgotten begins as zeros', async () => {
      const { p, graph } = counting(3)
      engine.set(p, [1, 2, 3])
      engine.forget(p)
      engine.forget(p)
      assert.deepEqual([...(await engine.get(p))], [0, 0, 0])
      const program = await engine.compile(graph)
      await program.run({ x: [4, 5, 6] })
      await program.close()
      engine.forget(p)
      assert.deepEqual([...(await engine.get(p))], [0, 0, 0])
    })
  })

describe('what nobody can reach', () => {
  let engine: CpuEngine
  before(async () => {
    engine = await cpu({ threads: 2, aloneBelow: 0 })
  })
  after(() => engine.close())

  test('is given back: programs, generators, models', async () => {
    const empty = engine.usage
    const use = async (): Promise<void> => {
      const writer = models.writer()
      setWeights(engine, writer, withSizes(writer, initialValues(writer, 1)))
      for await (const _ of generate({ engine, model: writer, prompt: [1, 2], tokens: 3 }));
      const kept = new Generator({ engine, model: writer })
      for await (const _ of kept.generate([1, 2], { tokens: 3 })) break
      // An iterator that is left without a word.
      await generate({ engine, model: writer, prompt: [1, 2], tokens: 3 }).next()
      await new Reader({ model: writer, engine, sizes: { position: 3 }, addresses: ['logits'] }).read({
        ids: [1, 2, 3],
      })
      const { graph } = counting()
      void (await engine.compile(graph)).run({ x: 1 })
    }
    for (let i = 0; i < 3; i++) await use()
    await untilCollected(() => engine.usage.programs === 0 && engine.usage.bytes === empty.bytes)
    assert.deepEqual(engine.usage, empty)
  })

  test('is found before the arena is full', async () => {
    const empty = engine.usage
    const megabytes = 16
    let most = 0
    const use = async (): Promise<void> => {
      const { graph } = counting(megabytes * 2 ** 18)
      await engine.compile({ outputs: {}, ...(graph.updates && { updates: graph.updates }) })
      most = Math.max(most, engine.usage.bytes)
    }
    for (let i = 0; i < 60; i++) await use()
    // Each takes 16 MB for the parameter and 16 for the input.
    assert.ok(most < 30 * 2 * megabytes * 2 ** 20, `${most} bytes`)
    await untilCollected(() => engine.usage.bytes === empty.bytes)
    assert.deepEqual(engine.usage, empty)
  })

  test('stays as long as somebody can reach it', async () => {
    const { p, graph } = counting(3)
    const program = await engine.compile(graph)
    const writer = models.writer()
    setWeights(engine, writer, withSizes(writer, initialValues(writer, 1)))
    await program.run({ x: [1, 2, 3] })
    await untilCollected(() => engine.usage.programs === 1)
    const before = engine.usage
    await untilCollected(() => false, 5)
    assert.deepEqual(engine.usage, before)
    await program.run({ x: [1, 1, 1] })
    assert.deepEqual([...(await engine.get(p))], [2, 3, 4])
    const [first] = parametersOf(writer)
    assert.deepEqual(await engine.get(first[1]), initialValues(writer, 1).get(first[0]))
  })
})

test('an engine that nobody can reach ends its threads, and lets its memory go', async () => {
  const open = async (): Promise<WeakRef<WebAssembly.Memory>> => {
    const engine = await cpu({ threads: 2, aloneBelow: 0 })
    const { p, graph } = counting(3)
    await (await engine.compile(graph)).run({ x: [1, 2, 3] })
    return engine.read(p, ({ data }) => new WeakRef(data.buffer as unknown as WebAssembly.Memory))
  }
  const buffers = [await open(), await open()]
  await untilCollected(() => buffers.every((buffer) => buffer.deref() === undefined))
  assert.ok(buffers.every((buffer) => buffer.deref() === undefined))
})

test('an engine lives as long as one of its programs can be reached', async () => {
  const open = async (): Promise<Program> => (await cpu({ threads: 2, aloneBelow: 0 })).compile(counting(3).graph)
  const program = await open()
  await untilCollected(() => false, 10)
  await program.run({ x: [1, 2, 3] })
  await program.close()
})

/** Lets the collector look until something is so, or it has looked often. */
async function untilCollected(isSo: () => boolean, most = 50): Promise<void> {
  for (let i = 0; i < most && !isSo(); i++) {
    await sleep(5)
    collect()
  }
}
