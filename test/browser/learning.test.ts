// What it learns, as it learns it, in a page: vectors of words, a training that is watched, and a graph as GraphML come to the bits that
// Node has.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callInPage, noBrowser, openBrowser, openPage } from './browsers.ts'
import { type Learnt, learnAndWatch } from './pages/learning.ts'
import { serve } from './server.ts'

test('a page learns vectors of words, watches heads while a model learns, and writes GraphML', {
  skip: noBrowser,
}, async () => {
  // Two things decide about bits: multiply-add as one step or two, and how wide vectors are.
  const options = { threads: 1, simd: 128, fma: false } as const
  await using server = await serve()
  await using browser = await openBrowser()
  const page = await openPage(browser, server)
  const seen: Learnt = await callInPage(page, 'test/browser/pages/learning.ts', 'learnAndWatch', [options])
  assert.deepEqual(seen, await learnAndWatch(options))

  const [[nearest, cosine], [, next]] = seen.nearest
  assert.equal(nearest, 'night')
  assert.ok(cosine > 0.8 && next < cosine, JSON.stringify(seen.nearest))
  const before = seen.looks.map(([, shares]) => Math.max(...shares))
  assert.deepEqual(
    seen.looks.map(([step]) => step),
    [0, 60, 120, 180, 240],
  )
  assert.ok(before[4] > before[0] + 0.3, `shares on the token before: ${before}`)
  const { graphML } = seen
  assert.equal(graphML.match(/<node /g)?.length, 12)
  const edges = [...graphML.matchAll(/<edge .*?source="n(\d+)" target="n(\d+)".*?"edge-weight">([\d.e-]+)</g)]
  assert.ok(edges.length >= 12, `${edges.length} edges`)
  // A position looks at none that comes after it, with weights as they were asked for.
  for (const [edge, source, target, weight] of edges)
    assert.ok(Number(source) <= Number(target) && Number(weight) >= 0.1 && Number(weight) <= 1, edge)
})
