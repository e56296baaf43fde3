// The whole of Cutaway in about a second, from outside: a text becomes a model that writes it, and that can be looked into.
// The first test to run, and the first to read.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { getWeights, gpt2 } from '../src/checkpoint.ts'
import { CharacterTokenizer, cpu, GPT2, generate, loadFolder, splitCorpus, train } from '../src/index.ts'
import { attentionPatterns } from '../src/inspect.ts'
import { filesOf, saveFolder } from '../src/node.ts'

test('a text becomes a model that writes it, and that can be looked into', async () => {
  const text = 'rose is a rose is a rose is a '.repeat(30)
  const tokenizer = CharacterTokenizer.of(text)
  const config = {
    vocab: tokenizer.size,
    context: 16,
    layer: 2,
    head: 2,
    model: 32,
    hidden: 128,
    epsilon: 1e-5,
    dropout: 0,
  }
  const model = new GPT2(config)
  const engine = await cpu({ threads: 1 })

  // Learning: at first every character surprises it, which costs ln 7 nats; at last hardly any.
  const corpus = splitCorpus(text, tokenizer, { context: config.context })
  const losses: number[] = []
  for await (const event of train({ engine, model, corpus, steps: 100, batch: 8, rate: 1e-2 })) {
    if (event.kind === 'evaluation') losses.push(event.validation)
  }
  assert.ok(Math.abs(losses[0] - Math.log(tokenizer.size)) < 0.2, `before: ${losses[0]}`)
  assert.ok(losses[1] < 0.2, `after: ${losses[1]}`)

  // Writing: always the likeliest character, further than the model can look back.
  const write = async (model: GPT2) => {
    let written = ''
    const prompt = tokenizer.encode('a ro')
    for await (const { id } of generate({ engine, model, prompt, tokens: 36, temperature: 0 }))
      written += tokenizer.piece(id)
    return written
  }
  assert.equal(await write(model), 'se is a rose is a rose is a rose is ')

  // Looking inside: how much does each character look at each one before it?
  const patterns = await attentionPatterns({ engine, model, inputs: { ids: tokenizer.encode('a rose is') } })
  assert.equal(patterns.length, config.layer * config.head)
  for (const { positions, sources, shares } of patterns)
    for (let position = 0; position < positions; position++) {
      const row = shares.slice(position * sources, (position + 1) * sources)
      assert.ok(Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-5)
      assert.ok(row.every((share, source) => source <= position || share === 0))
    }

  // Keeping: the folder is Hugging Face's, and what comes out of it is what went in.
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-tiny-'))
  try {
    const weights = await getWeights(engine, model)
    await saveFolder(folder, { blueprint: gpt2.blueprint(config), tokenizer, weights })
    const loaded = await loadFolder(filesOf(folder), engine, { of: [gpt2] })
    assert.deepEqual(await getWeights(engine, loaded.model), weights)
    assert.equal(await write(loaded.model), await write(model))
  } finally {
    await rm(folder, { recursive: true })
    engine.close()
  }
})
