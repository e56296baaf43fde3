// <attention-view> in a page: its canvas and its words say the same, the keyboard reaches everything, and what it saves can be read.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { attentionViewScript } from '../../tools/attentionView.ts'
import { driveChromium, noChromium } from './chromium.ts'
import { repository } from './server.ts'

/** In the page: three layers of two heads of both kinds of weights, that look back only; the same numbers every time. */
const pageScript = `
  let state = 5
  const draw = () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32
  const tokens = [...'to be, or not to be that is']
  const sources = [...'source text']
  const square = (columns, isBack, make) => Float32Array.from({ length: tokens.length * columns }, (_, i) =>
    isBack && i % columns > Math.floor(i / columns) ? NaN : make(draw()))
  const heads = new Map()
  const sizes = { self: tokens.length, cross: sources.length }
  for (const kind of ['self', 'cross']) for (const layer of [0, 1, 2]) for (const head of [0, 1]) {
    heads.set([kind, layer, head, 'pattern'].join(), square(sizes[kind], kind === 'self', (share) => share ** 4))
    heads.set([kind, layer, head, 'scores'].join(), square(sizes[kind], kind === 'self', (share) => 20 * (share - 0.5)))
  }
  const score = (name, of) => ({ name, values: Float32Array.from({ length: 6 }, (_, i) => of(i)) })
  const view = document.querySelector('attention-view')
  const pooled = (own, count) => {
    const most = Math.max(...own.flatMap((values) => [...values].filter((value) => value === value).map(Math.abs)))
    const bytes = own.map((values) => Array.from(values, (value) =>
      value !== value ? 0 : 128 + Math.sign(value) * Math.round(127 * Math.sqrt(Math.abs(value) / most))))
    return { bytes: Uint8Array.from(bytes.flat()), rows: tokens.length, columns: count, most }
  }
  const data = {
    tokens, sources, kinds: ['self', 'cross'], quantities: ['pattern', 'scores'], layers: 3, heads: 2, padding: [3],
    caption: 'six heads', scores: { self: [score('previous token', (i) => i / 10), score('entropy', (i) => (i * 5) % 6), score('lacking', () => NaN)] },
    thumbnails: (kind, quantity) => pooled([...heads].filter(([key]) => key.startsWith(kind) && key.endsWith(quantity)).map(([, own]) => own), sizes[kind]),
    head: (...asked) => heads.get(asked.join()),
  }
  // Of the self kind the sources are the tokens, so it has none of its own.
  const both = { ...data, kinds: ['decoder', 'cross'], scores: { decoder: data.scores.self }, thumbnails: (kind, ...rest) => data.thumbnails(kind === 'decoder' ? 'self' : kind, ...rest), head: (kind, ...rest) => data.head(kind === 'decoder' ? 'self' : kind, ...rest) }
  view.data = both
  const show = async (attributes) => {
    for (const [name, value] of Object.entries(attributes)) view.setAttribute(name, value)
    await view.drawn
  }
`

const ramps = {
  light: {
    pattern: ['f8fafd', 'bbc7df', '8196c0', '4a66a0', '183680'],
    scores: ['a84e13', 'd3a289', 'f7f7f4', '93b1d9', '2e6cb8'],
  },
  dark: {
    pattern: ['16181d', '354851', '567f8b', '7ab9ca', '9ff8ff'],
    scores: ['fba95b', '815e40', '181b1e', '426c85', '6cc9fd'],
  },
}

/** The colour that a number is to have: a straight line between two of five stops. */
function colourOf(strength: number, stops: readonly string[], isSigned: boolean): number[] {
  const place = isSigned ? 2 + 2 * strength : 4 * strength
  const before = Math.max(0, Math.min(3, Math.floor(place)))
  const channels = (stop: string): number[] => [0, 2, 4].map((i) => Number.parseInt(stop.slice(i, i + 2), 16))
  const [from, to] = [channels(stops[before]), channels(stops[before + 1])]
  return from.map((channel, i) => channel + (place - before) * (to[i] - channel))
}

const strengths: Readonly<Record<string, (share: number) => number>> = {
  linear: (share) => share,
  sqrt: Math.sqrt,
  log: (share) => Math.max(0, 1 + Math.log10(share) / 4),
  row: (share) => share,
}

describe('<attention-view>', { skip: noChromium }, () => {
  let script = ''
  let browser: Browser
  const errors: string[] = []
  before(async () => {
    script = await attentionViewScript(repository)
    browser = await driveChromium()
  })
  after(() => browser?.close())

  async function open(settings: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 900, height: 800 }, ...settings })
    page.on('pageerror', (error) => errors.push(error.message))
    await page.setContent(
      '<!doctype html><html lang="en"><title>Heads</title><main><h1>Heads</h1><attention-view></attention-view></main></html>',
    )
    await page.addScriptTag({ content: script })
    await page.addScriptTag({ content: pageScript })
    await page.evaluate('view.drawn')
    return page
  }

  test('shows in 200 cells the colours of the numbers that it says', async () => {
    const page = await open()
    const cells = (await page.evaluate(`(async () => {
      const cells = []
      const pick = (list) => list[Math.floor(draw() * list.length)]
      while (cells.length < 200) {
        const kind = pick(['decoder', 'cross']), quantity = pick(['pattern', 'scores']), scale = pick(['sqrt', 'linear', 'log', 'row'])
        const theme = pick(['light', 'dark'])
        await show({ view: 'head', kind, quantity, scale, theme, layer: pick([0, 1, 2]), head: pick([0, 1]) })
        const position = Math.floor(draw() * tokens.length)
        const source = Math.floor(draw() * (kind === 'cross' ? sources.length : position + 1))
        if (position === 3 || (source === 3 && kind === 'decoder')) continue
        view.pinned = { position, source }
        await view.drawn
        const root = view.shadowRoot
        const cell = root.querySelector('[role=gridcell]')
        const canvas = root.querySelector('canvas')
        const zoom = Number(root.querySelector('output').textContent.slice(1))
        const scroller = root.querySelector('.window')
        scroller.scrollTop = scroller.scrollLeft = 0
        const { width, height } = root.querySelector('.space').style
        const columns = kind === 'cross' ? sources.length : tokens.length
        const left = parseFloat(width) - columns * zoom, top = parseFloat(height) - tokens.length * zoom
        const pixel = canvas.getContext('2d').getImageData(left + (source + 0.5) * zoom, top + (position + 0.5) * zoom, 1, 1).data
        const all = [...heads].filter(([key]) => key.startsWith(kind === 'cross' ? 'cross' : 'self') && key.endsWith('scores')).flatMap(([, own]) => [...own])
        const own = heads.get([kind === 'cross' ? 'cross' : 'self', view.getAttribute('layer'), view.getAttribute('head'), quantity].join())
        const row = own.slice(position * columns, (position + 1) * columns)
        const seen = (list) => Math.max(...list.filter((value) => value === value).map(Math.abs))
        const most = scale === 'row' ? seen([...row]) : quantity === 'scores' ? seen(all) : 1
        cells.push({ kind, quantity, scale, theme, position, source, text: cell.textContent, value: Number(cell.dataset.value), held: row[source], most, pixel: [...pixel] })
      }
      return cells
    })()`)) as Seen[]
    assert.equal(cells.length, 200)
    for (const { quantity, scale, theme, text, value, held, most, pixel, position, source, kind } of cells) {
      assert.equal(value, held)
      const three = Number(value.toPrecision(3))
      const written = Math.abs(value) >= 1e-3 ? String(three) : value.toExponential(2)
      assert.ok(text.includes(` ${written.replaceAll('-', '−')}, `), `${text} is to say ${written}`)
      assert.ok(
        text.startsWith(`position ${position}`) &&
          text.includes(`${kind === 'cross' ? 'source' : 'position'} ${source}`),
        text,
      )
      const strength = Math.sign(value) * strengths[scale](Math.min(1, Math.abs(value) / most))
      const expected = colourOf(strength, ramps[theme][quantity], quantity === 'scores')
      const off = Math.max(...expected.map((channel, i) => Math.abs(channel - pixel[i])))
      assert.ok(off <= 3, `${text}: ${scale}, ${theme}, of ${most}: ${pixel} instead of ${expected.map(Math.round)}`)
    }
    await page.close()
  })

  test('is walked through by keyboard: all heads, a cell, a pin, and back to the head', async () => {
    const page = await open()
    await page.evaluate(`
      globalThis.told = []
      for (const kind of ['select', 'pin']) view.addEventListener(kind, ({ detail }) => told.push([kind, detail]))`)
    await page.getByRole('gridcell', { name: 'decoder, layer 0, head 0' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    const grid = page.getByRole('grid', { name: 'decoder, layer 1, head 1: 27 positions × 27 positions' })
    await grid.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowUp')
    const cell = page.getByRole('gridcell')
    assert.match(
      String(await cell.textContent()),
      /^position 25 i reads position 0 t: [\d.e−]+, \d+(st|nd|rd|th) of 26$/,
    )
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    const back = page.getByRole('gridcell', { name: 'decoder, layer 1, head 1' })
    await back.and(page.locator(':focus')).waitFor()
    const told = (await page.evaluate('told')) as [string, Record<string, unknown>][]
    assert.deepEqual(told[0], ['select', { kind: 'decoder', layer: 1, head: 1 }])
    const { value, ...pin } = told[1][1]
    assert.deepEqual(
      [told.length, told[1][0], pin],
      [2, 'pin', { kind: 'decoder', layer: 1, head: 1, quantity: 'pattern', position: 25, source: 0 }],
    )
    assert.equal(value, await page.evaluate(`heads.get('self,1,1,pattern')[25 * 27]`))

    await page.getByRole('button', { name: 'text' }).press('Enter')
    const option = page.getByRole('option', { name: '25 i', exact: true })
    await option.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    assert.deepEqual(await page.evaluate('view.pinned.position'), 24)
    assert.ok((await page.locator('attention-view svg path').count()) <= 8)
    await page.getByRole('button', { name: 'numbers' }).press('Enter')
    assert.equal(await page.getByRole('row').count(), 26)
    const weights = (await page.evaluate(
      `[...view.shadowRoot.querySelectorAll('td data')].map(({ value }) => Number(value))`,
    )) as number[]
    assert.deepEqual(
      weights,
      weights.toSorted((a, b) => b - a),
    )
    await page.close()
  })

  test('says what it shows, four times a second at most', async () => {
    const page = await open()
    const heard = (await page.evaluate(`(async () => {
      await show({ view: 'head' })
      const line = view.shadowRoot.querySelector('[aria-live]')
      const heard = []
      new MutationObserver(() => heard.push(performance.now())).observe(line, { childList: true, subtree: true, characterData: true })
      const canvas = view.shadowRoot.querySelector('canvas').getBoundingClientRect()
      const target = view.shadowRoot.querySelector('canvas')
      for (let i = 0; i < 60; i++) {
        target.dispatchEvent(new PointerEvent('pointermove', { clientX: canvas.left + 60 + 4 * i, clientY: canvas.bottom - 10, bubbles: true }))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
      await new Promise((resolve) => setTimeout(resolve, 400))
      const told = view.shadowRoot.querySelector('[part=told]').textContent
      return { heard, isLast: line.textContent === told, told }
    })()`)) as { heard: number[]; isLast: boolean; told: string }
    assert.ok(heard.heard.length >= 2, `${heard.heard.length}`)
    for (const [i, time] of heard.heard.entries())
      if (i > 0) assert.ok(time - heard.heard[i - 1] > 200, `${heard.heard}`)
    assert.match(heard.told, /^position 26 s reads position/)
    assert.ok(heard.isLast)
    await page.close()
  })

  test('has nothing that axe finds, in any view, light on a desk and dark on a phone, where nothing is too wide', async () => {
    const axe = await readFile(join(repository, 'node_modules/axe-core/axe.min.js'), 'utf8')
    for (const [colorScheme, width] of [
      ['light', 1100],
      ['dark', 320],
    ] as const) {
      const page = await open({ colorScheme, viewport: { width, height: 640 } })
      await page.addScriptTag({ content: axe })
      if (colorScheme === 'dark') await page.addStyleTag({ content: 'body { background: #16181d; color: #e6ebf2 }' })
      const states = ['grid', 'head', 'text', 'numbers'].map((view) => `show({ view: '${view}', kind: 'decoder' })`)
      for (const state of [
        ...states,
        `show({ view: 'text', kind: 'cross' })`,
        `show({ view: 'grid', kind: 'decoder' })`,
      ]) {
        await page.evaluate(
          `(async () => { await ${state}; view.pinned = { position: 9, source: 2 }; await view.drawn })()`,
        )
        if (state === states[0]) await page.getByLabel('order').selectOption('plane')
        const found = (await page.evaluate(
          `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
        )) as unknown[]
        assert.deepEqual(found, [], `${colorScheme}: ${state}`)
        assert.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= width, state)
      }
      await page.close()
    }
  })

  test('saves pictures, tables and pages that can be read', async () => {
    const page = await open()
    const text = (format: string) =>
      page.evaluate(`view.exported('${format}').then((file) => file.text())`) as Promise<string>
    for (const view of ['grid', 'head']) {
      await page.evaluate(`show({ view: '${view}', layer: 2, head: 1, kind: 'decoder' })`)
      const faults = await page.evaluate(
        `view.exported('svg').then((file) => file.text()).then((text) => { const svg = new DOMParser().parseFromString(text, 'image/svg+xml'); return [svg.querySelectorAll('parsererror').length, svg.querySelectorAll('image').length, svg.querySelector('title').textContent, svg.documentElement.textContent.includes('six heads')] })`,
      )
      assert.deepEqual(
        faults,
        view === 'grid'
          ? [0, 6, 'decoder attention: all heads, layers below one another', true]
          : [0, 1, 'decoder, layer 2, head 1', true],
      )
      const size = (await page.evaluate(
        `view.exported('png').then((file) => createImageBitmap(file)).then(({ width, height }) => [width, height])`,
      )) as number[]
      assert.ok(Math.min(...size) > 200, `${size}`)
    }
    const lines = (await text('csv')).trimEnd().split('\r\n')
    assert.equal(lines[0], 'position,token,source,source token,share of attention')
    assert.equal(lines.length, 1 + (27 * 28) / 2)
    const held = (await page.evaluate(`[...heads.get('self,2,1,pattern')]`)) as number[]
    const row = lines[1 + (26 * 27) / 2 + 4]
    assert.equal(row, `26,s,4,e,${held[26 * 27 + 4]}`)
    assert.ok((await text('csv')).includes('\r\n5,",",'))
    await page.evaluate(`show({ view: 'grid' })`)
    assert.equal((await text('csv')).split('\r\n')[1], 'decoder,0,0,0,0,')
    const html = await text('html')
    const copy = await browser.newPage()
    await copy.setContent(html)
    await copy.getByRole('gridcell', { name: 'layer 2, head 1: previous token 0.5, entropy 1' }).click()
    assert.match(String(await copy.getByRole('grid').getAttribute('aria-label')), /^layer 2, head 1: 27 positions/)
    await copy.close()
    await page.close()
  })

  test('reads long texts in tiles, small ones first, and never more than a tile', async () => {
    const page = await open()
    const seen = (await page.evaluate(`(async () => {
      const asked = []
      const count = 1500
      const at = (position, source) => source > position ? NaN : source === position ? 1 : source === 3 ? 0.25 : 0
      const tile = async (kind, layer, head, quantity, { row, column, rows, columns, step }) => {
        asked.push([Math.ceil(rows / step) * Math.ceil(columns / step), step])
        const cells = []
        for (let y = row; y < row + rows; y += step) for (let x = column; x < column + columns; x += step) {
          let most = NaN
          for (let p = y; p < Math.min(y + step, row + rows); p++) for (let s = x; s < Math.min(x + step, column + columns); s++) if (!(most >= at(p, s))) most = Number.isNaN(at(p, s)) ? most : at(p, s)
          cells.push(most)
        }
        return Float32Array.from(cells)
      }
      view.data = {
        tokens: Array.from({ length: count }, (_, i) => 'w' + i), kinds: ['self'], layers: 1, heads: 1, tile,
        thumbnails: () => ({ bytes: new Uint8Array(47 * 47), rows: 47, columns: 47, most: 1 }),
        head: () => { throw new Error('all of a long head is asked for') },
      }
      await show({ view: 'head' })
      const first = asked[0]
      await new Promise((resolve) => setTimeout(resolve, 100))
      view.pinned = { position: 1400, source: 3 }
      await view.drawn
      await new Promise((resolve) => setTimeout(resolve, 100))
      const root = view.shadowRoot
      const files = [await view.exported('svg'), await view.exported('html')]
      return { first, isSaved: files.every(({ size }) => size > 5000), most: Math.max(...asked.map(([cells]) => cells)), text: root.querySelector('[role=gridcell]').textContent, nodes: root.querySelectorAll('*').length }
    })()`)) as { first: number[]; isSaved: boolean; most: number; text: string; nodes: number }
    assert.equal(seen.text, 'position 1400 w1400 reads position 3 w3: 0.25, 2nd of 1401')
    assert.ok(seen.isSaved)
    assert.ok(seen.most <= 512 * 512 && seen.first[1] >= 2, JSON.stringify(seen))
    for (const view of ['text', 'numbers', 'grid']) {
      const nodes = await page.evaluate(
        `show({ view: '${view}' }).then(() => view.shadowRoot.querySelectorAll('*').length)`,
      )
      assert.ok(Number(nodes) <= 3000, `${view}: ${nodes} nodes`)
    }
    await page.close()
  })

  test('says what is wrong, and goes on', async () => {
    const page = await open()
    const said = await page.evaluate(`(async () => {
      const said = []
      try { view.data = { tokens: ['a'], layers: 1, heads: 1, values: new Float32Array(3) } } catch (error) { said.push(error.message) }
      view.data = { ...both, head: () => { throw new Error('the worker is gone') } }
      await show({ view: 'head' })
      said.push(view.shadowRoot.querySelector('[part=told]').textContent)
      view.data = { ...both, head: () => new Float32Array(4) }
      await view.drawn
      said.push(view.shadowRoot.querySelector('[part=told]').textContent)
      view.data = both
      await view.drawn
      view.pinned = { position: 9, source: 2 }
      view.data = { ...both }
      await view.drawn
      said.push(view.pinned.position)
      view.data = { ...both, tokens: tokens.slice(0, 9) }
      await view.drawn
      said.push(String(view.pinned))
      view.data = both
      await show({ layer: 99, head: 'x', kind: 'encoder', quantity: 'length', scale: 'cubic', view: 'sideways' })
      said.push(view.shadowRoot.querySelectorAll('[role=gridcell]').length)
      return said
    })()`)
    assert.deepEqual(said, [
      'attention-view: 3 values for 1 layers × 1 heads × 1 positions × 1 sources, which are 1. Give one value for each.',
      'attention-view: the worker is gone',
      'attention-view: layer 0, head 0: 4 numbers came for 27 positions × 27 sources. Give one for each cell.',
      9,
      'undefined',
      6,
    ])
    await page.close()
  })

  test('waits for what was chosen last, not for a head that never comes', async () => {
    const page = await open()
    const drawn = await page.evaluate(`(async () => {
      view.data = { ...both, head: (kind, layer, head, quantity) =>
        layer === 0 ? new Promise(() => {}) : both.head(kind, layer, head, quantity) }
      view.setAttribute('view', 'head')
      const early = view.drawn
      // Long enough for the first head to be asked for.
      await new Promise((resolve) => setTimeout(resolve, 20))
      view.setAttribute('layer', '2')
      const never = new Promise((resolve) => setTimeout(() => resolve('never'), 20_000))
      const label = () => view.shadowRoot.querySelector('.window').ariaLabel
      return Promise.all([early, view.drawn].map((drawn) => Promise.race([drawn.then(label), never])))
    })()`)
    assert.deepEqual(drawn, Array(2).fill('decoder, layer 2, head 0: 27 positions × 27 positions'))
    await page.close()
  })

  test('threw nothing that nobody caught', () => assert.deepEqual(errors, []))
})

interface Seen {
  readonly kind: string
  readonly quantity: 'pattern' | 'scores'
  readonly scale: string
  readonly theme: 'light' | 'dark'
  readonly position: number
  readonly source: number
  readonly text: string
  readonly value: number
  readonly held: number
  readonly most: number
  readonly pixel: readonly number[]
}
