// cutaway graph: edges in the terminal, as JSON, and in files for other programs; and what it refuses.

import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { MultiDirectedGraph } from 'graphology'
import { parse } from 'graphology-graphml'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway graph', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())
  const graph = (...words: string[]) => cutaway(['graph', 'runs/cat', ...words], { folder })

  test('shows the strongest edges of a head', async () => {
    const { code, stdout, stderr } = await graph('a cat', '--layer', '0', '--head', '1', '--most', '1')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const lines = stdout.split('\n')
    assert.deepEqual(lines.slice(0, 2), [
      'Attention as a graph: what each position looks at',
      'Of runs/cat; what is read: “a cat”',
    ])
    assert.match(lines[2], /^5 edges, the strongest; 10 weaker ones are left out, which hold \d/)
    assert.match(stdout, /\nlayer 0, head 1\nfrom +to +share of attention\n0 a +0 a +1\.00\n/)
  })

  test('gives nodes and edges as JSON', async () => {
    const { text, tokens, what, nodes, edges, counts } = JSON.parse(
      (await graph('a cat', '--least', '0', '--json')).stdout,
    )
    assert.deepEqual([text, tokens, what], ['a cat', ['a', ' ', 'c', 'a', 't'], 'pattern'])
    assert.deepEqual([nodes.length, edges.length, counts.length], [5, 4 * 15, 4])
    assert.deepEqual(Object.keys(edges[0]), ['source', 'target', 'layer', 'head', 'weight'])
    const rollout = JSON.parse((await graph('a cat', '--what', 'rollout', '--json')).stdout)
    assert.deepEqual(rollout.counts.length, 1)
  })

  test('saves the graph for other programs, and a picture', async () => {
    const words = ['--graphml', 'a.graphml', '--dot', 'a.dot', '--svg', 'a.svg']
    const { stdout } = await graph('a cat', ...words)
    assert.equal(stdout, 'Saved in a.svg and a.graphml and a.dot.\n')
    const read = parse(MultiDirectedGraph, await readFile(join(folder, 'a.graphml'), 'utf8'))
    assert.deepEqual([read.order, read.size, read.getNodeAttribute('n1', 'label')], [5, 4 * (1 + 2 + 3 * 3), ' '])
    assert.match(await readFile(join(folder, 'a.dot'), 'utf8'), /^\/\/ An attention graph.*\ndigraph attention \{\n/)
    assert.match(await readFile(join(folder, 'a.svg'), 'utf8'), /<path stroke="#0072b2"/)
    assert.equal((await graph('a cat', ...words)).code, 0)
  })

  test('of a translator has the tokens of both texts', async () => {
    const { stdout } = await cutaway(['graph', 'runs/reader', 'the', '--target', 'at', '--json'], { folder })
    const { nodes, tokens, source } = JSON.parse(stdout)
    assert.equal(nodes.length, tokens.length + source.length)
  })

  test('what cannot be done is said in one line, and nothing is written', async () => {
    await writeFile(join(folder, 'notes.dot'), 'digraph { mine }')
    const said = async (words: string[], line: string) =>
      assert.equal(await complaint(['graph', 'runs/cat', ...words], { folder }), line)
    await said([], 'cutaway: graph needs a text: cutaway graph runs/cat "a text".')
    await said(['a cat', '--head', '2'], 'pattern: there is no head 2; the model has heads 0 to 1.')
    await said(
      ['a cat', '--what', 'flow', '--layer', '0'],
      'graph: flow goes through all layers and heads, but layer 0 was asked for. Leave it out, or ask for patterns.',
    )
    await said(['a cat', '--most', '0'], 'cutaway: --most needs a whole number from 1, but got "0".')
    await said(['a cat', '--least', '-1'], 'cutaway: --least needs a number from 0, but got "-1".')
    await said(
      ['a cat', '--what', 'shares'],
      'cutaway: --what needs "pattern" or "weighted" or "rollout" or "flow", but got "shares".',
    )
    await said(
      ['a cat', '--graphml', 'new.graphml', '--dot', 'notes.dot'],
      'notes.dot: it cannot be saved: a file is there that was not saved as a graph by this program. Name another file.',
    )
    await said(
      ['a cat', '--graphml', 'one', '--dot', './one'],
      'one: it cannot be saved: two flags name it. Name another file.',
    )
    await assert.rejects(stat(join(folder, 'new.graphml')))
    assert.equal(await readFile(join(folder, 'notes.dot'), 'utf8'), 'digraph { mine }')
  })
})
