// Addresses as text and as values, there and back; what they mean among the values that there are.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Address, addressOf, addressText, parseAddress, pathsOf, placesIn } from '../../src/tensor/address.ts'
import { uniform } from '../../src/tensor/random.ts'

describe('an address', () => {
  it('is a path, and places where not all is meant', () => {
    assert.deepEqual(parseAddress('blocks.3.attention.pattern'), { path: 'blocks.3.attention.pattern' })
    assert.deepEqual(parseAddress('blocks.3.attention.pattern {head: 0, position: -1}'), {
      path: 'blocks.3.attention.pattern',
      at: { head: 0, position: -1 },
    })
    assert.deepEqual(parseAddress(' blocks.*.mlp.output{ position :12 } '), {
      path: 'blocks.*.mlp.output',
      at: { position: 12 },
    })
    assert.deepEqual(addressOf({ path: 'logits' }), { path: 'logits' })
    assert.throws(() => addressOf(JSON.parse('{ "at": {} }')), {
      message:
        'address: {"at":{}} is no address. Give { path, at }, or a text: blocks.3.attention.pattern {head: 0, position: -1}.',
    })
    assert.throws(() => addressOf(JSON.parse('{ "path": "logits", "at": { "vocab": "1" } }')), {
      message: 'address: the place of "vocab" in logits is "1"; give a whole number.',
    })
    assert.equal(addressText({ path: 'logits', at: {} }), 'logits')
  })

  it('comes back from its text, from JSON, from a link and from quotes', () => {
    let cell = 0
    const draw = (below: number): number => Math.floor(below * uniform(7, 0, cell++))
    const word = (): string => Array.from({ length: 1 + draw(6) }, () => 'abcdeXYZ_é'[draw(10)]).join('')
    for (let i = 0; i < 500; i++) {
      const path = Array.from({ length: 1 + draw(5) }, () => ['*', String(draw(40)), word()][draw(3)]).join('.')
      const places = Array.from({ length: draw(4) }, () => [word(), draw(2000) - 1000] as const)
      const at = Object.fromEntries(places)
      const address: Address = places.length === 0 ? { path } : { path, at }
      const text = addressText(address)
      assert.deepEqual(parseAddress(text), address)
      assert.deepEqual(addressOf(JSON.parse(JSON.stringify(address))), address)
      assert.equal(decodeURIComponent(encodeURIComponent(text)), text)
      assert.equal(new URLSearchParams(new URLSearchParams({ at: text }).toString()).get('at'), text)
      assert.doesNotMatch(text, /['"`$\\!%&|<>^?#/]/)
    }
  })

  it('is nothing else', () => {
    for (const text of [
      '',
      'blocks..mlp',
      'blocks.3.',
      'blocks[3]',
      'blocks.3 mlp',
      'a.*b',
      '{head: 0}',
      'x {head: 0',
      'x {head: 0} y',
    ])
      assert.throws(() => parseAddress(text), {
        message: `address: "${text}" is no address. Give names with dots between them, and places in braces: blocks.3.attention.pattern {head: 0, position: -1}.`,
      })
    for (const [text, part] of [
      ['x {}', ''],
      ['x {head}', 'head'],
      ['x {head: 0,}', ''],
      ['x {head: 0.5}', 'head: 0.5'],
      ['x {head: *}', 'head: *'],
      ['x {head: 1: 2}', 'head: 1: 2'],
      ['x {3: 1}', '3: 1'],
      ['x {head: 12345678901234567890}', 'head: 12345678901234567890'],
    ])
      assert.throws(() => parseAddress(text), {
        message: `address: "${part}" in "${text}" is no place. Write the axis and a whole number, as in blocks.3.attention.pattern {head: 0, position: -1}.`,
      })
    assert.throws(() => parseAddress('x {head: 0, head: 1}'), {
      message: 'address: "x {head: 0, head: 1}" says two places of the axis "head". Leave one out.',
    })
  })
})

describe('what an address means', () => {
  const known = ['embedded', 'blocks.0.mlp.output', 'blocks.1.mlp.output', 'blocks.1.output', 'logits']

  it('is one value, or with a star all that are called so', () => {
    assert.deepEqual(pathsOf({ path: 'logits' }, known), ['logits'])
    assert.deepEqual(pathsOf({ path: 'blocks.*.mlp.output' }, known), ['blocks.0.mlp.output', 'blocks.1.mlp.output'])
    assert.deepEqual(pathsOf({ path: 'blocks.*.output' }, known), ['blocks.1.output'])
    assert.deepEqual(pathsOf({ path: '*' }, known), ['embedded', 'logits'])
  })

  it('is an error where there is none', () => {
    assert.throws(() => pathsOf({ path: 'blocks.0.mlp.ouput' }, known, 'read'), {
      message:
        'read: there is no value "blocks.0.mlp.ouput". Did you mean "blocks.0.mlp.output", "blocks.1.mlp.output" or "blocks.1.output"?',
    })
    assert.throws(() => pathsOf({ path: 'blocks.*.mpl.output' }, known), {
      message:
        'address: there is no value "blocks.*.mpl.output". Did you mean "blocks.*.mlp.output" or "blocks.1.output"?',
    })
    assert.throws(() => pathsOf({ path: 'somewhere.else' }, known), {
      message:
        'address: there is no value "somewhere.else". There are, for instance, "embedded", "blocks.0.mlp.output", "blocks.1.mlp.output".',
    })
    assert.throws(() => pathsOf({ path: 'a.*' }, []), {
      message: 'address: there is no value "a.*". There is none at all.',
    })
  })

  it('are places on the axes of the value', () => {
    const axes = [
      { name: 'head', size: 4 },
      { name: 'position', size: 7 },
      { name: 'batch', size: 1 },
    ]
    assert.deepEqual(placesIn(axes, { path: 'x', at: { head: 0, position: -1 } }), { head: 0, position: 6 })
    assert.deepEqual(placesIn(axes, { path: 'x', at: { position: -7 } }), { position: 0 })
    assert.deepEqual(placesIn(axes, { path: 'x' }), {})
    assert.throws(() => placesIn(axes, { path: 'x', at: { heads: 0 } }, 'read'), {
      message:
        'read: x {heads: 0}: the value has no axis "heads", it is (head 4, position 7, batch 1). Did you mean "head"?',
    })
    assert.throws(() => placesIn(axes, { path: 'x', at: { position: 7 } }), {
      message:
        'address: x {position: 7}: the axis "position" has the places 0 to 6. Give one of these, or count from the end: -1 is the last.',
    })
    assert.throws(() => placesIn(axes, { path: 'x', at: { batch: -2 } }), {
      message:
        'address: x {batch: -2}: the axis "batch" has one place, 0. Give one of these, or count from the end: -1 is the last.',
    })
  })
})
