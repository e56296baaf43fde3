import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smallTranslator } from '../../src/lab/smallTranslator.ts'
import { base } from '../../src/lab/translated.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { parametersOf } from '../../src/tensor/names.ts'

const sizes = { vocab: 20, context: 16 }

const described = (model: object): string[] =>
  [...parametersOf(model)].map(([path, { axes }]) => `${path} ${axes.map(({ name, size }) => `${name} ${size}`)}`)

test('the base of table 3 has the weights of an encoder-decoder of its sizes', () => {
  const half = { layer: base.layers, head: base.heads, hidden: base.hidden }
  const model = new EncoderDecoder({ ...sizes, model: base.model, encoder: half, decoder: half })
  assert.deepEqual(described(smallTranslator(base, sizes)), described(model))
})

test('the width of queries and keys changes them alone, and learnt positions are tables', () => {
  const narrow = described(smallTranslator({ ...base, key: 2 }, sizes))
  const changed = narrow.filter((each, i) => each !== described(smallTranslator(base, sizes))[i])
  assert.ok(changed.length > 0 && changed.every((each) => /\.(query|key)\.(weight|bias) /.test(each)))
  const learnt = described(smallTranslator({ ...base, positions: 'learnt' }, sizes))
  assert.deepEqual(
    learnt.filter((each) => each.includes('positions')),
    ['encoder.positions.place position 16,model 32', 'decoder.positions.place position 16,model 32'],
  )
})
