// Generation with a cache is the plain forward pass, token by token; and what happens around it.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { Generator, generate } from '../../src/generate/generate.ts'
import { likeliest, logProbability } from '../../src/generate/sample.ts'
import type { GenerateSettings } from '../../src/generate/settings.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { DecoderModel } from '../../src/model/language.ts'
import { initialValues } from '../../src/model/start.ts'
import { input } from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'

const vocab = 11

for (const { name, open } of engines)
  describe(`generation, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    /** A model whose weights are large enough that it does not always say the same. */
    function lively(context: number, seed = 1): GPT2 {
      const model = new GPT2({ vocab, context, layer: 2, head: 2, model: 8 })
      const values = [...initialValues(model, seed)].map(([path, data]) => [path, data.map((x) => 6 * x)] as const)
      setWeights(engine, model, withSizes(model, new Map(values)))
      return model
    }

    const listOf = async (tokens: AsyncIterable<{ id: number }>) => {
      const ids: number[] = []
      for await (const { id } of tokens) ids.push(id)
      return ids
    }

    /** The last logits of a text, without a cache. */
    async function plain(model: DecoderModel, ids: readonly number[]): Promise<Float32Array> {
      const given = input('ids', { batch: 1, position: ids.length }, { below: vocab })
      const program = await engine.compile({ outputs: { logits: model.logits({ ids: given }) } })
      await program.run({ ids })
      return (await program.read('logits')).data.slice(-vocab)
    }

    test('is the plain forward pass, for prompts of every length', async () => {
      const model = lively(20)
      const generator = new Generator({ engine, model })
      for (const length of [1, 2, 15, 16, 17, 20]) {
        const ids = Array.from({ length }, (_, i) => (i * i + 3) % vocab)
        const tokens = Math.min(4, 21 - length)
        for await (const { id, logProbability: found } of generator.generate(ids, {
          tokens,
          temperature: 0,
          logProbabilities: true,
        })) {
          const logits = await plain(model, ids)
          assert.equal(id, likeliest(logits))
          assert.ok(Math.abs((found ?? 0) - logProbability(logits, id)) < 1e-4)
          ids.push(id)
        }
        assert.equal(ids.length, length + tokens)
      }
    })

    test('is the plain forward pass also where one block stands in two places, each with a cache of its own', async () => {
      const { embedding, positions, blocks, norm, unembedding } = lively(12)
      const model = new Decoder({
        context: 12,
        embedding,
        positions,
        blocks: [blocks[0], blocks[1], blocks[0]],
        norm,
        unembedding,
      })
      const once = new Decoder({ context: 12, embedding, positions, blocks, norm, unembedding })
      const ids = [3, 1, 4]
      for await (const { id, logProbability: found } of generate({
        engine,
        model,
        prompt: ids,
        tokens: 6,
        temperature: 0,
        logProbabilities: true,
      })) {
        const logits = await plain(model, ids)
        assert.equal(id, likeliest(logits))
        assert.ok(Math.abs((found ?? 0) - logProbability(logits, id)) < 1e-4)
        assert.notDeepEqual(logits, await plain(once, ids))
        ids.push(id)
      }
      assert.equal(ids.length, 9)
    })

    test('goes on beyond the context with the last half of it', async () => {
      const model = lively(6)
      const windows: object[] = []
      const prompt = [1, 2, 3]
      const settings = { tokens: 9, temperature: 0, onWindow: (window: object) => windows.push(window) }
      const written = await listOf(generate({ engine, model, prompt, ...settings }))
      assert.deepEqual(windows, [{ context: 6, kept: 3 }])
      const text = [...prompt]
      let seen = [...prompt]
      for (let n = 0; n < 9; n++) {
        const id = likeliest(await plain(model, seen))
        text.push(id)
        seen = seen.length === 6 ? [...seen.slice(-2), id] : [...seen, id]
      }
      assert.deepEqual([...prompt, ...written], text)
    })

    test('sees the last part of a prompt that is too long', async () => {
      const model = lively(6)
      const windows: object[] = []
      const long = [9, 9, 9, 1, 2, 3, 4, 5, 6]
      const settings = { tokens: 1, temperature: 0, onWindow: (window: object) => windows.push(window) }
      const [id] = await listOf(generate({ engine, model, prompt: long, ...settings }))
      assert.equal(id, likeliest(await plain(model, long.slice(-6))))
      assert.equal(windows.length, 1)
    })

    test('works with a context of 1', async () => {
      const model = lively(1)
      const written = await listOf(generate({ engine, model, prompt: [4], tokens: 3, temperature: 0 }))
      assert.equal(written[1], likeliest(await plain(model, [written[0]])))
      assert.equal(written.length, 3)
    })

    test('is the same for the same seed, whatever was written before', async () => {
      const generator = new Generator({ engine, model: lively(8) })
      const write = (settings: Partial<GenerateSettings>) =>
        listOf(generator.generate([1, 2], { tokens: 12, ...settings }))
      const first = await write({ seed: 5 })
      assert.notDeepEqual(await write({ seed: 6 }), first)
      assert.deepEqual(await write({ seed: 5 }), first)
    })

    test('writes with the weights of the moment', async () => {
      const model = lively(8)
      const generator = new Generator({ engine, model })
      const first = await listOf(generator.generate([1], { tokens: 7, temperature: 0 }))
      const other = [...initialValues(model, 9)].map(([path, data]) => [path, data.map((x) => 6 * x)] as const)
      setWeights(engine, model, withSizes(model, new Map(other)))
      const second = await listOf(generator.generate([1], { tokens: 7, temperature: 0 }))
      assert.notDeepEqual(second, first)
    })

    test('ends at a stop token, which it does not give out', async () => {
      const generator = new Generator({ engine, model: lively(16) })
      const all = await listOf(generator.generate([1, 2], { tokens: 10, seed: 1 }))
      const stop = all[4]
      const until = all.slice(0, all.indexOf(stop))
      assert.deepEqual(await listOf(generator.generate([1, 2], { tokens: 10, seed: 1, stop: [stop] })), until)
    })

    test('ends when asked to', async () => {
      const generator = new Generator({ engine, model: lively(8) })
      const stop = new AbortController()
      let count = 0
      for await (const _ of generator.generate([1], { tokens: 100, signal: stop.signal }))
        if (++count === 3) stop.abort()
      assert.equal(count, 3)
      assert.deepEqual(await listOf(generator.generate([1], { tokens: 0 })), [])
    })

    test('writes one text at a time', async () => {
      const generator = new Generator({ engine, model: lively(8) })
      const first = generator.generate([1], { tokens: 5 })
      await first.next()
      await assert.rejects(generator.generate([1], { tokens: 5 }).next(), {
        message: 'generate: this generator is still writing. Wait until it ends, or make another.',
      })
      await first.return()
      assert.equal((await listOf(generator.generate([1], { tokens: 5 }))).length, 5)
    })

    test('refuses what it cannot go on from', async () => {
      const generator = new Generator({ engine, model: lively(8) })
      await assert.rejects(listOf(generator.generate([], { tokens: 1 })), {
        message: 'generate: the prompt is empty. Give at least one token to go on from.',
      })
      await assert.rejects(listOf(generator.generate([1], { tokens: -1 })), {
        message: 'generate: tokens is -1; it must be a whole number, at least 0.',
      })
      await assert.rejects(listOf(generator.generate([1, vocab], { tokens: 1 })), {
        message:
          'generate: the prompt has the id 11 at place 1, outside 0..10. The text may have been encoded for another model.',
      })
    })
  })
