// The examples of docs/attention-view.md: each opens from a disk and draws.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { attentionViewFiles } from '../../../tools/attentionView.ts'
import { driveChromium, noChromium } from '../../browser/chromium.ts'
import { repository, serve } from '../../browser/server.ts'

test('the examples of docs/attention-view.md run from a disk', { skip: noChromium }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-element-'))
  t.after(() => rm(folder, { recursive: true }))
  const { element, more } = await attentionViewFiles(repository)
  await writeFile(join(folder, 'attention-view.js'), element)
  await writeFile(join(folder, 'attention-view-more.js'), more)
  const text = await readFile(join(repository, 'docs', 'attention-view.md'), 'utf8')
  const pages = [...text.matchAll(/^```html\n(.*?)^```/gms)].map(([, code]) => code)
  const [program] = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code)
  assert.equal(pages.length, 3)
  await using browser = await driveChromium()
  const page = await browser.newPage()
  const wrong: string[] = []
  const said: string[] = []
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('console', (message) => said.push(message.text()))
  for (const [i, code] of pages.entries()) {
    const file = join(folder, `${i}.html`)
    await writeFile(file, code)
    await page.goto(pathToFileURL(file).href)
    await page.evaluate(`document.querySelector('attention-view').drawn`)
    const shown = await page.locator('attention-view').getByRole('grid').or(page.getByRole('table')).count()
    assert.equal(shown, 1, code)
    if (i === 1)
      assert.equal(
        await page.getByRole('grid').getAttribute('aria-label'),
        'layer 3, head 2: 40 positions × 40 positions',
      )
    if (i === 2)
      assert.deepEqual(await page.getByRole('row').allTextContents(), [
        'positionshare of attention',
        '1 b0.671',
        '0 a0.33',
      ])
  }
  await page.goto(pathToFileURL(join(folder, '0.html')).href)
  const svg = await page.evaluate(`(async () => { ${program}; return svg })()`)
  assert.match(String(svg), /^<svg .*layer 0, head 0/s)
  await page.getByRole('grid').focus()
  for (const key of ['ArrowLeft', 'Enter', 'Enter']) await page.keyboard.press(key)
  await page.getByLabel('head', { exact: true }).selectOption('1')
  assert.deepEqual(said, ['2 reads 0: 0.20000000298023224', 'nothing', 'layer 0, head 1'])
  assert.deepEqual(wrong, [])
})

test('modules import the element, and load what is behind all heads when it is asked for', {
  skip: noChromium,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cutaway-element-'))
  t.after(() => rm(folder, { recursive: true }))
  const { element, more } = await attentionViewFiles(repository)
  await mkdir(join(folder, 'parts'))
  await writeFile(join(folder, 'parts', 'attention-view.js'), element)
  await writeFile(join(folder, 'parts', 'attention-view-more.js'), more)
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><title>Heads</title><attention-view></attention-view>
<script type="module">import './parts/attention-view.js'</script></html>`,
  )
  await using server = await serve({ root: folder, isolated: false })
  await using browser = await driveChromium()
  const page = await browser.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.goto(server.url)
  const show = (view: string): Promise<unknown> =>
    page.evaluate(`(async () => {
      const view = document.querySelector('attention-view')
      view.data ??= { tokens: ['a', 'b'], layers: 1, heads: 1, values: Float32Array.of(1, 0, 0.25, 0.75) }
      view.setAttribute('view', '${view}')
      await view.drawn
    })()`)
  await show('grid')
  assert.ok(!asked.includes('/parts/attention-view-more.js'))
  await show('numbers')
  assert.ok(asked.includes('/parts/attention-view-more.js'))
  assert.equal(await page.getByRole('row').count(), 3)
})
