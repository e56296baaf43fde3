// cutaway explain: one number, its terms, the way back to a token or a weight, and what is refused.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway explain', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  const told = async (...words: string[]): Promise<string> => {
    const { stdout, stderr, code } = await cutaway(['explain', ...words], { folder })
    assert.equal(code, 0, stderr)
    return stdout
  }

  test('says how a number was made, term by term', async () => {
    const words = ['runs/cat', 'a cat', 'blocks.0.attention.scores {head: 0, position: -1, source: 1}']
    const { explanation } = JSON.parse(await told(...words, '--json'))
    const { value, how } = explanation
    assert.equal(how.kind, 'product')
    assert.equal(how.terms.length, 4)
    assert.ok(Math.abs(how.sum / 2 - value) < 1e-6 * Math.abs(value) + 1e-9)
    const lines = await told(...words)
    assert.match(lines, /^blocks\.0\.attention\.scores \{position: 4, head: 0, source: 1\} = -?[\d.e-]+\n/)
    assert.match(lines, /\nΣ over key \(4\) of query · key = \S+; · 0\.5 = \S+; kept, since\nsource ≤ position\.\n/)
    assert.match(lines, /\nkey +query +key +product +running sum\n/)
    const products = how.terms.map((term: { product: number }) => Math.abs(term.product))
    const first = products.indexOf(Math.max(...products))
    assert.match(lines, new RegExp(`running sum\\n +${first} `))
    assert.match(await told(...words, '--in-order'), /running sum\n +0 .*\n +1 .*\n +2 .*\n +3 /)
    const gradient = JSON.parse(
      await told(...words.slice(0, 2), 'blocks.0.mlp.up {position: 1, hidden: 3}', '--gradient', '--json'),
    )
    assert.equal(gradient.explanation.of, 'gradient')
  })

  test('shows the largest terms, and all where they are asked for', async () => {
    const words = ['runs/cat', 'a cat', 'blocks.0.mlp.output {position: 2, model: 3}']
    const [some, all] = [await told(...words), await told(...words, '--all')]
    assert.match(some, /\n… 20 more \(--all\)\.\n/)
    assert.doesNotMatch(all, /more \(--all\)/)
    assert.equal(all.split('\n').length - some.split('\n').length, 19)
  })

  test('walks back to a token or a weight, which stands in the checkpoint', async () => {
    const words = ['runs/cat', 'a cat', 'logits {position: -1, vocab: 2}', '--follow', '60']
    const { walk } = JSON.parse(await told(...words, '--json'))
    assert.equal(walk.end.kind, 'weight')
    const lines = await told(...words)
    assert.match(lines, /\nWhere it comes from\n *value +in the one above +cell\n/)
    assert.match(lines, /: a weight\n?$/)
    const weight = await told('runs/cat', 'a cat', 'blocks.0.attention.query.weight {model: 1, head: 0, key: 2}')
    assert.match(weight, /A learnt number: transformer\.h\.0\.attn\.c_attn\.weight \[1, 2\] in the checkpoint\./)
  })

  test('looks across in a translator', async () => {
    const at = 'decoder.blocks.0.cross.scores {head: 0, position: 0, source: 1}'
    const lines = await told('runs/reader', 'the cat', '--target', 'a cat', at, '--follow', '40')
    assert.match(lines, /Σ over key \(4\) of query · key/)
  })

  test('says in one line what it cannot do', async () => {
    const refused = async (...words: string[]): Promise<string> => complaint(['explain', ...words], { folder })
    assert.match(
      await refused('runs/cat', 'a cat'),
      /explain needs an address of one number\. ".*read runs\/cat 'a cat' --list" lists all values\.$/,
    )
    assert.match(
      await refused('runs/cat', 'a cat', 'blocks.0.attention.scores {head: 0}'),
      /^cells: blocks\.0\.attention\.scores \{head: 0\} is more than one cell: /,
    )
    assert.match(await refused('runs/cat', 'a cat', 'logits {position: 0, vocab: 0}', 'more'), /takes one text/)
    assert.match(
      await refused('runs/filler', 'the cat', 'logits {position: 0, vocab: 0}', '--gradient'),
      /explain: --gradient is that of the loss/,
    )
    assert.match(await refused('runs/cat', 'a cat', 'logits {position: 0, vocab: 0}', '--follow', '0'), /follow/)
  })
})
