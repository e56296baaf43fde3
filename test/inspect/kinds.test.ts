// Looking into models of every kind: sources, shared heads, patterns that are not square.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { attentionPatterns } from '../../src/inspect/pattern.ts'
import { read, readableValues } from '../../src/inspect/read.ts'
import { Bert, ClassifyingBert } from '../../src/model/bert.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import type { AnyModel } from '../../src/model/language.ts'
import { Llama } from '../../src/model/llama.ts'
import { figureLines } from '../../src/show/figureLines.ts'
import { figurePage } from '../../src/show/figurePage.ts'
import { figureSvg } from '../../src/show/figureSvg.ts'
import { patternsFigure } from '../../src/show/patternsFigure.ts'
import { fillWeights } from '../fillWeights.ts'

function engineFor(model: AnyModel) {
  const engine = reference()
  fillWeights(engine, model)
  return engine
}

describe('a translator', () => {
  const half = { layer: 2, head: 2 }
  const model = new EncoderDecoder({ vocab: 9, context: 8, model: 8, encoder: half, decoder: { ...half, layer: 1 } })
  const engine = engineFor(model)
  const source = [1, 2, 3, 4, 5]
  const ids = [0, 7, 8]

  test('has patterns in its encoder, in its decoder, and across', async () => {
    const patterns = await attentionPatterns({ model, engine, inputs: { ids, source } })
    assert.deepEqual(
      patterns.map(({ part, layer, head, positions, sources }) => [part, layer, head, positions, sources]),
      [
        ['encoder', 0, 0, 5, 5],
        ['encoder', 0, 1, 5, 5],
        ['encoder', 1, 0, 5, 5],
        ['encoder', 1, 1, 5, 5],
        ['decoder', 0, 0, 3, 3],
        ['decoder', 0, 1, 3, 3],
        ['cross', 0, 0, 3, 5],
        ['cross', 0, 1, 3, 5],
      ],
    )
    for (const { part, shares, positions, sources } of patterns) {
      for (let position = 0; position < positions; position++) {
        const row = shares.subarray(position * sources, (position + 1) * sources)
        assert.ok(Math.abs(row.reduce((sum, share) => sum + share, 0) - 1) < 1e-6)
        assert.ok(row.every((share, at) => (part === 'decoder' && at > position ? share === 0 : share >= 0)))
      }
    }
  })

  test('is drawn with its source on the axes where it belongs', async () => {
    const patterns = await attentionPatterns({ model, engine, inputs: { ids, source }, layers: [0], heads: [1] })
    const figure = patternsFigure(patterns, { tokens: ['<', 'x', 'y'], source: ['a', 'b', 'c', 'd', 'e'] })
    assert.deepEqual(
      figureLines(figure, { width: 60, hasColours: false }).filter((line) => /layer|^ {2}[a-z<]/.test(line)),
      [
        '  encoder, layer 0, head 1     decoder, layer 0, head 1',
        '  a b c d e                    < x y',
        '  cross, layer 0, head 1',
        '  a b c d e',
      ],
    )
    const svg = figureSvg(figure)
    for (const title of ['encoder, layer 0, head 1', 'decoder, layer 0, head 1', 'cross, layer 0, head 1'])
      assert.match(svg, new RegExp(`>${title}</text>`))
    // Twice in the encoder's panel, once across.
    assert.equal(svg.split('>e</text>').length - 1, 3)
    assert.equal(svg.split('>y</text>').length - 1, 3)
    assert.match(figurePage(figure), />cross, layer 0, head 1<\/text>/)
  })

  test('reads a source, and says so when there is none', async () => {
    await assert.rejects(read({ model, engine, inputs: { ids }, addresses: ['decoder.logits'] }), {
      message: 'read: the model reads source (source up to 8), but none was given. Give it too.',
    })
    await assert.rejects(read({ model, engine, inputs: { ids, source: [] }, addresses: ['decoder.logits'] }), {
      message: 'read: source is empty, but the model looks at 1 to 8 tokens at once. Give a longer one.',
    })
    const values = readableValues(model, { position: 3, source: 5 })
    for (const address of [
      'encoder.blocks.1.output',
      'decoder.blocks.0.cross.pattern',
      'decoder.blocks.0.crossNorm.output',
    ])
      assert.ok(values.has(address), address)
  })
})

describe('heads that share keys and values', () => {
  test('are counted one after the other', async () => {
    const model = new Llama({ vocab: 9, context: 8, layer: 1, head: 6, shared: 2, model: 12, hidden: 8 })
    const engine = engineFor(model)
    const patterns = await attentionPatterns({ model, engine, inputs: { ids: [1, 2, 3, 4] } })
    assert.deepEqual(
      patterns.map(({ head }) => head),
      [0, 1, 2, 3, 4, 5],
    )
    const all = (
      await read({ model, engine, inputs: { ids: [1, 2, 3, 4] }, addresses: ['blocks.0.attention.pattern'] })
    ).get('blocks.0.attention.pattern')
    const axes = all?.axes.map(({ name, size }) => `${name} ${size}`) ?? []
    assert.deepEqual([...axes].sort(), ['group 3', 'head 2', 'position 4', 'source 4'])
    const strides = new Map(
      all?.axes.map(({ name }, i) => [name, all.axes.slice(i + 1).reduce((product, { size }) => product * size, 1)]),
    )
    const stride = (name: string): number => strides.get(name) ?? 0
    // Head 4 is the second of the three that share head 1.
    const at = stride('head') + stride('group') + 3 * stride('position') + 2 * stride('source')
    assert.equal(patterns[4].shares[3 * 4 + 2], all?.data[at])
  })
})

describe('encoders', () => {
  test('are read to their states and to their classes', () => {
    const sizes = { vocab: 9, context: 8, layer: 1, head: 2, model: 8 }
    assert.ok(readableValues(new Bert(sizes), { position: 4 }).has('blocks.0.output'))
    const values = readableValues(new ClassifyingBert({ ...sizes, class: 3 }), { position: 4 })
    for (const address of ['bert.blocks.0.output', 'bert.pooled', 'classes']) assert.ok(values.has(address), address)
  })

  test('look at no source', async () => {
    const model = new Bert({ vocab: 9, context: 8, layer: 1, head: 2, model: 8 })
    await assert.rejects(
      read({ model, engine: reference(), inputs: { ids: [1], source: [1] }, addresses: ['states'] }),
      {
        message: 'read: source was given, but the model reads ids, kinds. Leave it out.',
      },
    )
  })
})
