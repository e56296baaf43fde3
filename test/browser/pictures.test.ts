// Photographs in a page and in Node: another decoder, and the same rule of what is grey.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from 'jpeg-js'
import { pictureIn } from '../../src/data/openPicture.ts'
import { callInPage, noBrowser, openBrowser, openPage } from './browsers.ts'
import type { readJpeg } from './pages/pictures.ts'
import { serve } from './server.ts'

const [width, height] = [24, 16]

/** The bytes of a JPEG that gets brighter to the right; with a red edge, or grey all over. */
function photograph(edge: 'red' | 'grey'): number[] {
  const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => {
    const column = Math.floor(i / 4) % width
    return edge === 'red' && column < 8 && i % 4 === 0 ? 250 : 10 * column
  })
  return [...encode({ width, height, data }, 95).data]
}

test('a photograph is grey in a page where it is grey in Node: where every pixel is', { skip: noBrowser }, async () => {
  await using server = await serve()
  await using browser = await openBrowser()
  const page = await openPage(browser, server)
  for (const [bytes, channels] of [
    [photograph('grey'), 1],
    [photograph('red'), 4],
  ] as const) {
    const inPage = await callInPage<Awaited<ReturnType<typeof readJpeg>>>(
      page,
      'test/browser/pages/pictures.ts',
      'readJpeg',
      [bytes],
    )
    const inNode = await pictureIn(Uint8Array.from(bytes), 'photograph.jpg')
    assert.deepEqual([inPage.channels, inPage.pixels.length], [channels, channels * width * height])
    assert.equal(inNode.channels, channels === 4 ? 3 : 1)
    if (channels === 1) assert.ok(inPage.pixels.every((pixel, i) => Math.abs(pixel - inNode.pixels[i]) <= 2))
  }
})
