// Several texts at once are the same texts one after the other; and the likeliest text is found by beam search.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { Generator } from '../../src/generate/generate.ts'
import { logProbability } from '../../src/generate/sample.ts'
import type { GenerateSettings, Opening } from '../../src/generate/settings.ts'
import { write, writeBest } from '../../src/generate/write.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { LanguageModel } from '../../src/model/language.ts'
import { Llama } from '../../src/model/llama.ts'
import { initialValues } from '../../src/model/start.ts'
import { input } from '../../src/tensor/primitives.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { engines } from '../engines.ts'

const vocab = 11

for (const { name, open } of engines)
  describe(`several texts, ${name}`, () => {
    let engine: Engine
    before(async () => {
      engine = await open()
    })
    after(() => engine.close())

    /** Weights so large that it does not always say the same. */
    function lively<M extends LanguageModel>(model: M): M {
      const values = [...initialValues(model, 1)].map(([path, data]) => [path, data.map((x) => 6 * x)] as const)
      setWeights(engine, model, withSizes(model, new Map(values)))
      return model
    }
    const gpt2 = (context = 20) => lively(new GPT2({ vocab, context, layer: 2, head: 2, model: 8 }))

    async function textsOf(generator: Generator, openings: Opening[], settings: GenerateSettings) {
      const texts: number[][] = openings.map(() => [])
      for await (const { row, id } of generator.generateAll(openings, settings)) texts[row].push(id)
      return texts
    }

    const prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 1], [2, 2]]

    test('do not depend on one another', async () => {
      const llama = { vocab, context: 20, layer: 1, head: 4, shared: 2, model: 16, hidden: 12 }
      for (const model of [gpt2(), lively(new Llama({ ...llama, window: { size: 4, layers: [0] } }))]) {
        const generator = new Generator({ engine, model })
        for (const settings of [
          { tokens: 10, temperature: 0, stop: [7] },
          { tokens: 10, seed: 3, topP: 0.9, repetitionPenalty: 1.2 },
        ]) {
          const together = await textsOf(
            generator,
            prompts.map((prompt) => ({ prompt })),
            settings,
          )
          for (const [row, prompt] of prompts.entries())
            assert.deepEqual(together[row], (await textsOf(generator, [{ prompt, row }], settings))[0], `row ${row}`)
        }
      }
    })

    test('each goes on beyond the context as if it were alone', async () => {
      const generator = new Generator({ engine, model: gpt2(8) })
      const settings = { tokens: 14, temperature: 0 }
      const all = await textsOf(
        generator,
        prompts.map((prompt) => ({ prompt })),
        settings,
      )
      for (const [row, prompt] of prompts.entries())
        assert.deepEqual(all[row], (await textsOf(generator, [{ prompt }], settings))[0], `row ${row}`)
    })

    test('draw differently, each by its number', async () => {
      const generator = new Generator({ engine, model: gpt2() })
      const same = [0, 1, 2].map(() => ({ prompt: [1] }))
      const [first, second, third] = await textsOf(generator, same, { tokens: 12, seed: 1 })
      assert.notDeepEqual(first, second)
      assert.notDeepEqual(second, third)
      assert.deepEqual((await textsOf(generator, [{ prompt: [1], row: 2 }], { tokens: 12, seed: 1 }))[0], third)
    })

    test('of sources of several lengths, which do not see the padding', async () => {
      const half = { layer: 1, head: 2 }
      const model = lively(new EncoderDecoder({ vocab, context: 40, model: 8, encoder: half, decoder: half }))
      const generator = new Generator({ engine, model })
      const openings = [[3, 4, 5, 6], [7], Array.from({ length: 19 }, (_, i) => i % vocab)].map((source) => ({
        source,
        prompt: [0],
      }))
      const settings = { tokens: 9, temperature: 0 }
      const all = await textsOf(generator, openings, settings)
      const searched = await generator.search(openings, { tokens: 9, beams: 3 })
      for (const [i, opening] of openings.entries()) {
        assert.deepEqual((await textsOf(generator, [opening], settings))[0], all[i])
        assert.deepEqual((await generator.search([opening], { tokens: 9, beams: 3 }))[0][0].ids, searched[i][0].ids)
      }
      // What it writes keeps its beginning: it ends with the model's positions.
      assert.equal((await textsOf(generator, [openings[0]], { tokens: 100, temperature: 0 }))[0].length, 39)
    })

    test('with as many beams as there are texts, the likeliest of all is found', async () => {
      const model = lively(new GPT2({ vocab: 4, context: 8, layer: 1, head: 2, model: 8 }))
      const generator = new Generator({ engine, model })
      const prompt = [1, 3]
      const texts = Array.from({ length: 64 }, (_, n) => [n >> 4, (n >> 2) & 3, n & 3])
      const ids = input('ids', { batch: 64, position: 5 }, { below: 4 })
      const program = await engine.compile({ outputs: { logits: model.logits({ ids }) } })
      await program.run({ ids: texts.flatMap((text) => [...prompt, ...text]) })
      const { data } = await program.read('logits')
      const sums = texts.map((text, row) =>
        text.reduce((sum, id, i) => {
          const at = (row * 5 + 1 + i) * 4
          return sum + logProbability(data.subarray(at, at + 4), id)
        }, 0),
      )
      const order = [...texts.keys()].sort((a, b) => sums[b] - sums[a])
      const [found] = await generator.search([{ prompt }], { tokens: 3, beams: 16, hypotheses: 4, lengthPenalty: 0 })
      assert.deepEqual(
        found.map((each) => each.ids),
        order.slice(0, 4).map((row) => texts[row]),
      )
      for (const [rank, { score }] of found.entries()) assert.ok(Math.abs(score - sums[order[rank]]) < 1e-4)
    })

    test('a search that is ended gives what it has', async () => {
      const generator = new Generator({ engine, model: gpt2() })
      const stop = new AbortController()
      let steps = 0
      const until = () => {
        if (++steps === 20) stop.abort()
        return false
      }
      const [[best]] = await generator.search([{ prompt: [1] }], { tokens: 15, beams: 2, until, signal: stop.signal })
      assert.ok(best.ids.length > 0 && best.ids.length < 15, `${best.ids}`)
    })

    test('in text: characters of several tokens and stop strings', async () => {
      const tokenizer = CharacterTokenizer.of('abcdefghijk')
      const generator = new Generator({ engine, model: gpt2() })
      const openings = prompts.map((prompt) => ({ prompt }))
      const settings = { tokens: 12, temperature: 0 }
      const whole = (await textsOf(generator, openings, settings)).map((ids) => tokenizer.decode(ids))
      const stopStrings = [whole[0].slice(3, 5), whole[2].slice(6, 9)]
      const pieces = whole.map(() => '')
      for await (const { row, text } of write({ generator, tokenizer }, openings, { ...settings, stopStrings }))
        pieces[row] += text
      const cut = (text: string) => {
        const ends = stopStrings.map((string) => text.indexOf(string)).filter((at) => at >= 0)
        return text.slice(0, Math.min(text.length, ...ends))
      }
      assert.deepEqual(pieces, whole.map(cut))
      assert.ok(pieces[0].length <= 3)

      const [[best]] = await writeBest({ generator, tokenizer }, openings.slice(0, 1), { tokens: 8, beams: 2 })
      const [[stopped]] = await writeBest({ generator, tokenizer }, openings.slice(0, 1), {
        tokens: 8,
        beams: 1,
        stopStrings: [whole[0].slice(3, 5)],
      })
      assert.equal(best.text, tokenizer.decode(best.ids))
      assert.equal(stopped.text, cut(whole[0]))
    })

    test('refuse what cannot be', async () => {
      const generator = new Generator({ engine, model: gpt2() })
      const search = (settings: object) => generator.search([{ prompt: [1] }], { tokens: 5, beams: 2, ...settings })
      await assert.rejects(search({ beams: 0 }), {
        message: 'generate: beams is 0; it must be a whole number, at least 1.',
      })
      await assert.rejects(search({ hypotheses: 3 }), {
        message: 'generate: hypotheses is 3; it must be a whole number from 1 to the number of beams, 2.',
      })
      await assert.rejects(search({ tokens: 21 }), {
        message:
          'generate: a prompt of 1 tokens and 21 more do not fit into the 20 that the model looks at. Beam search keeps the whole text in sight; ask for at most 20 tokens.',
      })
      await assert.rejects(generator.search([{ prompt: [1], source: [2] }], { tokens: 1, beams: 1 }), {
        message: 'generate: this model looks at no source, but one was given. Give it as a part of the prompt.',
      })
      const half = { layer: 1, head: 2 }
      const model = lively(new EncoderDecoder({ vocab, context: 4, model: 8, encoder: half, decoder: half }))
      const translator = new Generator({ engine, model })
      await assert.rejects(translator.generate([0], { tokens: 1 }).next(), {
        message: 'generate: this model looks at a source, but none was given. Give one with the prompt.',
      })
      await assert.rejects(translator.generate([0], { tokens: 1, source: [1, 2, 3, 4, 5] }).next(), {
        message: 'generate: source has 5 tokens, but the model looks at 1 to 4 tokens at once. Give a part of it.',
      })
    })
  })
