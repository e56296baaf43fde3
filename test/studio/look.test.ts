// Look, in Chromium: the numbers that are shown are those of the reference engine, every one leads back to a token or a weight, and
// nobody gets lost on the way.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { CellReader } from '../../src/inspect/cells/cellReader.ts'
import type { PassCells } from '../../src/inspect/cells/cells.ts'
import type { CellOf } from '../../src/inspect/cells/explanation.ts'
import { addressAbove } from '../../src/studio/page/look/depth.ts'
import { Outline } from '../../src/studio/page/look/outline.ts'
import type { SceneFacts } from '../../src/studio/talk/questions.ts'
import { randomKey, uniform } from '../../src/tensor/random.ts'
import { noChromium } from '../browser/chromium.ts'
import { studioInChromium } from './inChromium.ts'
import { askWorker, openTrained, pixelsApart, sameModel, scene, sentence } from './looking.ts'

/** Walks of each kind; the requirement's own numbers, 100 and 200, are walked where WALKS says so. */
const walks = Number(process.env['WALKS'] ?? 6)
/** Walks on which pictures are compared too: all where WALKS says how many, else some, since they take their time. */
const pictured = Number(process.env['WALKS'] ?? 2)

describe('Look', { skip: noChromium, timeout: 800_000 + 10_000 * walks }, () => {
  const studio = studioInChromium()
  let page: Page
  let facts: SceneFacts
  let outline: Outline
  const faults: string[] = []
  const key = randomKey('look', 1)
  let draws = 0
  const random = (below: number): number => Math.floor(uniform(key, draws++, 0) * below)
  const drawn = <T>(list: readonly T[]): T => list[random(list.length)]

  before(async () => {
    page = await openTrained(studio)
    page.on('pageerror', ({ message }) => faults.push(message))
    facts = await askWorker(page, 'scene', { scene })
    outline = new Outline(facts.values)
  })
  after(() => {
    assert.deepEqual(faults, [])
  })

  const hash = (): Promise<string> => page.evaluate(() => decodeURIComponent(location.hash.replaceAll('+', ' ')))
  const go = async (at: string, of: CellOf = 'value'): Promise<void> => {
    await page.evaluate(
      (words) => {
        location.hash = new URLSearchParams(words).toString()
      },
      { view: 'look', text: sentence, ...(at !== '' && { at }), ...(of === 'gradient' && { of }) },
    )
  }
  const follow = (link: string): Promise<void> =>
    page.evaluate((link) => {
      location.hash = link
    }, link)
  const goTo = (more: Readonly<Record<string, string>>): Promise<void> =>
    page.evaluate(
      (words) => {
        location.hash = new URLSearchParams(words).toString()
      },
      { view: 'look', text: sentence, ...more },
    )
  /** A cell of a value, at random. */
  const cellIn = ({ address, axes }: SceneFacts['values'][number]): string =>
    `${address} {${axes.map(({ name, size }) => `${name}: ${random(size)}`).join(', ')}}`
  const goToCell = async (cell: string, of: CellOf = 'value'): Promise<void> => {
    await go(cell, of)
    await page.locator(`.subject h3[data-open="${of} ${cell}"]`).waitFor()
  }

  /** Nothing is on its way any more, and all of it is drawn. */
  const settled = async (): Promise<void> => {
    // What has its turn after all that is asked now; twice, since an answer may lead to a question.
    for (let i = 0; i < 2; i++) {
      await page.waitForTimeout(20)
      await askWorker(page, 'numbers', { scene, addresses: ['embedded'], facet: 'value' })
    }
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    await page.waitForTimeout(60)
  }

  test('300 numbers that are shown are those of the reference engine', async () => {
    const { model, engine, inputs } = await sameModel(page)
    const shown: { address: string; facet: CellOf; value: number }[] = []
    const computed = facts.values.filter(({ kind }) => kind === 'value')
    for (const [i, value] of computed.entries()) {
      // What the last position gives reaches no loss, so gradients are looked at where there are some.
      const of = i % 3 === 2 && value.address !== 'logits' ? 'gradient' : 'value'
      await goToCell(cellIn(value), of)
      shown.push(
        ...(await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('[data-value][data-address][data-facet]')].map(({ dataset }) => ({
            address: dataset['address'] ?? '',
            facet: dataset['facet'] as 'value' | 'gradient',
            value: Number(dataset['value']),
          })),
        )),
      )
    }
    const reader = new CellReader({ model, engine })
    const cells: Record<CellOf, PassCells> = {
      value: await reader.look({ inputs }),
      gradient: await reader.look({ inputs, hasGradients: true }),
    }
    assert.ok(shown.length >= 300, `only ${shown.length} numbers were shown`)
    const seen = new Set<string>()
    for (let n = 0; n < 300; n++) {
      const { address, facet, value } = drawn(shown)
      seen.add(`${facet} ${address}`)
      const { value: right, how } = await cells[facet].explain(address, facet)
      if (value === right) continue
      // A sum of numbers that cancel out has the rounding of its terms.
      const terms = how.kind === 'product' ? how.terms.map(({ product }) => Math.abs(product)) : []
      const scale = Math.max(Math.abs(right), 1e-2, ...terms)
      assert.ok(Math.abs(value - right) <= 1e-5 * scale, `${facet} of ${address}: ${value}, but ${right} is right`)
    }
    assert.ok(seen.size > 150, `${seen.size} of them are different cells`)
  })

  test('the terms of a cell add up to it, within 100 ms', async () => {
    for (const address of ['blocks.0.attention.query', 'blocks.1.mlp.output', 'logits', 'blocks.1.attention.mixed']) {
      const value = outline.valueAt(address)
      assert.ok(value)
      const cell = cellIn(value)
      const began = performance.now()
      const { explanation, bySize = [] } = await askWorker(page, 'cell', { scene, address: cell, of: 'value' })
      const tookMs = performance.now() - began
      assert.ok(explanation.how.kind === 'product')
      const { terms, sum } = explanation.how
      for (const list of [terms, bySize]) {
        const total = list.reduce((all, { left, right }) => all + left.value * right.value, 0)
        const size = list.reduce((all, { left, right }) => all + Math.abs(left.value * right.value), 0)
        assert.ok(Math.abs(total - sum) <= 1e-6 * size, `${cell}: ${total}, but ${sum}`)
        assert.ok(Math.abs((list.at(-1)?.sum ?? 0) - sum) <= 1e-6 * size)
      }
      // A machine with much else to do may take its time.
      assert.ok(tookMs < 2000, `${cell}: ${tookMs} ms`)
    }
  })

  test('"where is it from?" ends at a token, a place or a weight', async () => {
    const starts = Array.from({ length: Math.max(100, walks) }, () =>
      cellIn(drawn(facts.values.filter(({ kind }) => kind === 'value'))),
    )
    const ends = await page.evaluate(
      async ({ starts, scene }) => {
        const own = globalThis as unknown as { ownWorker: Worker }
        let number = -1e6
        const ask = (address: string, of: string): Promise<unknown> =>
          new Promise((resolve, reject) => {
            const mine = number--
            own.ownWorker.addEventListener('message', function hear({ data }) {
              if (data.number !== mine) return
              own.ownWorker.removeEventListener('message', hear)
              if ('error' in data) reject(new Error(data.error))
              else resolve(data.answer.explanation)
            })
            own.ownWorker.postMessage({ number: mine, kind: 'cell', question: { scene, address, of } })
          })
        interface Found {
          readonly address?: string
          readonly of?: string
          readonly kind?: string
        }
        /** All cells that an explanation names. */
        const cellsIn = (what: unknown, found: Found[] = []): Found[] => {
          if (typeof what !== 'object' || what === null) return found
          const { address, of, kind } = what as Found
          if (address !== undefined && of !== undefined && kind !== undefined) found.push(what as Found)
          // A step inside of a function leads to what goes in; what comes out is the cell itself, or goes into the next step.
          const isStep = 'inputs' in what
          for (const [name, each] of Object.entries(what)) if (!(isStep && name === 'cell')) cellsIn(each, found)
          return found
        }
        let state = 1
        const below = (count: number): number => {
          state = (state * 48271) % 2147483647
          return state % count
        }
        const ends: { start: string; kind: string; steps: number }[] = []
        for (const start of starts) {
          let [address, of] = [start, 'value']
          for (let steps = 0; ; steps++) {
            const { how, kind } = (await ask(address, of)) as { how: unknown; kind: string }
            const next = cellsIn(how)
            if (next.length === 0 || steps > 400) {
              // A comparison of places, such as source ≤ position, is made of nothing but places.
              const isOfPlaces = kind === 'step' && JSON.stringify(how).includes('"kind":"place"')
              ends.push({ start, kind: isOfPlaces ? 'place' : kind, steps })
              break
            }
            const chosen = next[below(next.length)]
            address = chosen.address ?? ''
            of = chosen.of ?? 'value'
          }
        }
        return ends
      },
      { starts, scene },
    )
    assert.equal(ends.length, starts.length)
    for (const { start, kind, steps } of ends)
      assert.ok(['input', 'weight', 'place'].includes(kind), `${start}: after ${steps} steps it ended at a ${kind}`)
    assert.ok(ends.some(({ kind }) => kind === 'input') && ends.some(({ kind }) => kind === 'weight'))
  })

  test('the same by its links, one after the other', async () => {
    await goToCell(`blocks.1.output {position: 4, model: 3}`)
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 300, 'the walk does not end')
      const links = page.locator('.subject a.quantity:not(.other *)')
      const count = await links.count()
      if (count === 0) break
      const link = links.nth(random(count))
      const to = await link.getAttribute('data-address')
      await link.click()
      await page.locator(`.subject h3[data-open$=" ${to}"]`).waitFor()
    }
    await page
      .getByText('Here the way back ends', { exact: false })
      .or(page.getByText('here the way back ends'))
      .waitFor()
  })

  test('down and up again is where it was', async () => {
    for (let walk = 0; walk < walks; walk++) {
      await go('')
      await page.locator('.lattice').waitFor()
      const before: { hash: string; picture: Buffer | undefined; to: string }[] = []
      let address = ''
      for (;;) {
        const links = await page.evaluate(() =>
          [...document.querySelectorAll<HTMLElement>('.subject [data-to]')].map(({ dataset }) => dataset['to'] ?? ''),
        )
        const down = [...new Set(links)].filter((to) => to !== address && addressAbove(to, outline) === address)
        if (down.length === 0) break
        const to = drawn(down)
        await page.keyboard.press('Shift')
        await page.locator(`.subject [data-to="${to}"]`).first().focus()
        const isPictured = walk < pictured
        if (isPictured) await settled()
        before.push({
          hash: await hash(),
          to,
          picture: isPictured ? await page.screenshot() : undefined,
        })
        await page.keyboard.press('Enter')
        address = to
        await page.waitForFunction((at) => new URLSearchParams(location.hash.slice(1)).get('at') === at, to)
        await page.waitForFunction(() => {
          const subject = document.querySelector('.subject')
          return !subject?.textContent?.includes('Reading …') && subject?.querySelector('[data-to], h3') !== null
        })
      }
      assert.ok(before.length >= 1, `a walk of ${before.length} steps`)
      for (const { hash: former, picture, to } of before.toReversed()) {
        await page.keyboard.press('Escape')
        await page.waitForFunction((at) => decodeURIComponent(location.hash.replaceAll('+', ' ')) === at, former)
        await page.waitForFunction((left) => (document.activeElement as HTMLElement).dataset['to'] === left, to)
        if (!picture) continue
        await settled()
        const apart = await pixelsApart(page, picture, await page.screenshot())
        assert.equal(apart, 0, `${former} looks different`)
      }
    }
  })

  test("the browser's way back leads to what was left, too", async () => {
    await go('')
    const link = page.locator('.subject a[data-to="blocks.1"]').first()
    await link.waitFor()
    await link.focus()
    await settled()
    const before = await page.evaluate(() => document.querySelector('.view.look')?.scrollTop)
    await page.keyboard.press('Enter')
    await page.locator('.subject [data-to="blocks.1.mlp"]').first().waitFor()
    await page.goBack()
    await page.waitForFunction(() => (document.activeElement as HTMLElement).dataset['to'] === 'blocks.1')
    await settled()
    assert.equal(await page.evaluate(() => document.querySelector('.view.look')?.scrollTop), before)
    // Forward again is a new place, seen from its beginning.
    await page.goForward()
    await page.locator('.subject [data-to="blocks.1.mlp"]').first().waitFor()
    assert.equal(await page.evaluate(() => document.querySelector('.view.look')?.scrollTop), 0)
  })

  test('the way back from a link leads to that link, also where Escape led before', async () => {
    await go('')
    const press = async (to: string): Promise<void> => {
      const link = page.locator(`.subject a[data-to="${to}"]`).first()
      await link.waitFor()
      await link.focus()
      await page.keyboard.press('Enter')
      await page.waitForFunction((to) => new URLSearchParams(location.hash.slice(1)).get('at') === to, to)
    }
    const isAt = (to: string) =>
      page.waitForFunction((to) => (document.activeElement as HTMLElement).dataset['to'] === to, to)
    await press('blocks.1')
    await page.keyboard.press('Escape')
    await isAt('blocks.1')
    await press('blocks.0')
    await page.goBack()
    await isAt('blocks.0')
    // Further back, into what Escape had left, and forward again: a place that is come to anew.
    await page.goBack()
    await page.locator('.subject [data-to="blocks.1.mlp"]').first().waitFor()
    assert.equal(
      await page.evaluate(() => history.state.entry + 2),
      await page.evaluate(async () => {
        history.go(2)
        await new Promise((heard) => addEventListener('popstate', heard, { once: true }))
        return history.state.entry
      }),
    )
  })

  test('a key right behind a link is for the place that the link leads to', async () => {
    await go('')
    const link = page.locator('.subject a[data-to="blocks.1"]').first()
    await link.waitFor()
    const [before, there, after] = await link.evaluate((element: HTMLElement) => {
      const before = location.hash
      element.click()
      const there = location.hash
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
      return [before, there, location.hash]
    })
    assert.match(there, /&at=blocks\.1$/)
    assert.equal(after, before)
  })

  test('what stands in a link is what is seen, and a link that means nothing is one clear line', async () => {
    const cell = 'blocks.0.attention.scores {head: 1, position: 9, source: 4}'
    await goToCell(cell)
    const link = await page.evaluate(() => location.hash)
    assert.ok(link.length <= 2048)
    await go('blocks.7.<img src=x onerror=alert(1)>')
    await page.getByRole('alert').filter({ hasText: 'is no address' }).waitFor()
    await go('blocks.7.output')
    await page.getByRole('alert').filter({ hasText: 'there is no blocks.7.output in this model' }).waitFor()
    await go('blocks.1.attention {head: 9}')
    await page.getByRole('alert').filter({ hasText: 'has the heads 0 to 1' }).waitFor()
    await follow(`#view=look&text=the+cat&pos=3`)
    await page.getByRole('alert').filter({ hasText: 'link: there is no "pos"; a link says view, text,' }).waitFor()
    await follow(`#view=look&text=the+cat&step=999999`)
    await page.getByRole('alert').filter({ hasText: 'link: step is 999999, but the weights of this run are' }).waitFor()
    assert.equal(await hash(), '#view=look&text=the cat')
    // The usual sentence has letters that this model never saw.
    await follow('#view=look')
    await page.waitForFunction(() => location.hash === '#view=look&text=the+cat+sat+on+the')
    await page.locator('.lattice').waitFor()
  })

  test('a cell is dragged, by pointer and by keys; it is undone and done again', async () => {
    const value = 'blocks.0.mlp.output'
    await go(value)
    const matrix = page.locator('.subject .product .matrix').last()
    await matrix.waitFor()
    await settled()
    const edits = async (): Promise<{ at: string; to: number }[]> =>
      JSON.parse(new URLSearchParams((await hash()).slice(1)).get('edits') || '[]')
    const ways = await page.evaluate(() => history.length)
    await matrix.scrollIntoViewIfNeeded()
    const box = await matrix.boundingBox()
    assert.ok(box)
    await page.mouse.move(box.x + 30, box.y + 8)
    await page.mouse.down()
    await page.mouse.move(box.x + 30, box.y - 20, { steps: 4 })
    await page.mouse.move(box.x + 30, box.y - 42)
    await page.mouse.up()
    const [dragged, ...more] = await edits()
    assert.ok(dragged && more.length === 0)
    assert.match(dragged.at, /^blocks\.0\.mlp\.output \{position: \d+, model: \d+\}$/)
    assert.ok((await page.evaluate(() => history.length)) - ways <= 1, 'one step in the history')
    await matrix.focus()
    await page.keyboard.press('+')
    const [nudged] = await edits()
    assert.ok(nudged.at === dragged.at && nudged.to > dragged.to)
    // What is seen is what was set.
    await page.waitForFunction(
      (to) =>
        Number([...document.querySelectorAll<HTMLElement>('.subject .product .matrix')].at(-1)?.dataset['raw']) === to,
      Math.fround(nudged.to),
    )
    await page.keyboard.press('Delete')
    assert.deepEqual(await edits(), [])
    await page.keyboard.press('y')
    assert.deepEqual(await edits(), [nudged])
    await page.getByRole('button', { name: 'Undo' }).click()
    assert.deepEqual(await edits(), [])
    await page.getByRole('button', { name: 'Redo' }).click()
    assert.deepEqual(await edits(), [nudged])
    await page.keyboard.press('z')
  })

  test('the numbers on the screen are checked, and a wrong one is found', async () => {
    await goToCell('blocks.1.attention.scores {head: 1, position: 9, source: 4}')
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByRole('button', { name: 'checked' }).waitFor()
    await page.keyboard.press('Escape')
    // Whoever writes another number into the page is found out.
    const wrong = await page.evaluate(() => {
      const shown = document.querySelector<HTMLElement>('.subject h3 [data-value]')
      if (shown) shown.dataset['value'] = String(Number(shown.dataset['value']) + 1)
      return shown?.dataset['address']
    })
    await page.getByRole('button', { name: 'checked' }).click()
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByRole('button', { name: 'differs' }).waitFor()
    assert.match(await page.locator('#check').innerText(), /They are not the same/)
    assert.equal(await page.locator('#check code').innerText(), wrong)
    await page.keyboard.press('Escape')
  })

  test('stays small at every depth', async () => {
    for (const at of ['', 'blocks.1', 'blocks.1.attention', 'blocks.1.attention.scores {head: 1}', 'logits']) {
      await go(at)
      await page.locator('.subject [data-to]').first().waitFor({ state: 'attached' })
      const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
      assert.ok(nodes <= 3000, `${at}: ${nodes} nodes`)
    }
  })

  test('the journey asks before its last cards, and scores the choice beside the model itself', async () => {
    const asked = await askWorker(page, 'journey', {
      ...{ scene, position: sentence.length - 1, token: undefined, against: undefined, temperature: 0.8 },
    })
    const { prediction, words } = asked
    assert.ok(prediction)
    await goTo({ as: 'journey' })
    await page.getByRole('heading', { name: /^Why “/ }).waitFor()
    await page.getByRole('button', { name: /^why not “/ }).click()
    await page.getByRole('heading', { name: /rather than/ }).waitFor()
    await page.getByRole('button', { name: 'Step by step' }).click()
    const current = page.locator('.steps [aria-current=step]')
    await current.waitFor()
    // Until somebody has chosen, nothing that is read says what the model would guess.
    const cards = await page.locator('.steps').innerText()
    assert.doesNotMatch(cards, /the guess|is drawn|become probabilities/)
    for (let i = 0; i < asked.full.steps.length; i++) await page.keyboard.press('Space')
    const choices = page.locator('.steps .choice')
    assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), 'Your prediction')
    assert.deepEqual(
      await choices.allInnerTexts(),
      prediction.choices.map(({ id }) => `“${words[id].replace(' ', '␣')}”`),
    )
    await choices.nth(1).click()
    const status = page.getByRole('region', { name: 'Your prediction' })
    await status.getByRole('status').waitFor()
    const shown = await status.locator('data').evaluateAll((all) => all.map((each) => Number(each.dataset['value'])))
    assert.deepEqual(shown, [prediction.choices[1].surprise, prediction.entropy].map(Number))
    await page.getByText('is drawn, which had').waitFor()
  })

  test('two journeys stand side by side to where they part', async () => {
    await goTo({ as: 'journey', position: '1', besidePosition: '6' })
    const pair = await askWorker(page, 'journeyPair', {
      ...{ scene, position: 1, token: facts.ids[2], temperature: 0.8, beside: { position: 6 } },
    })
    assert.ok(pair.parts !== undefined)
    await page.getByRole('heading', { name: `They part at step ${pair.parts + 1} of ${pair.steps.length}` }).waitFor()
    const distance = await page.locator('tr.parts data').getAttribute('data-value')
    assert.equal(Number(distance), pair.steps[pair.parts].distance)
    const kept = page.locator('optgroup[label="another step of the run"] option')
    await page
      .getByLabel('beside')
      .last()
      .selectOption(await kept.first().getAttribute('value'))
    await page.getByRole('columnheader', { name: ', step 0' }).waitFor()
  })

  test('a letter is swapped, what that changes is seen in colour, and it is swapped back', async () => {
    await goTo({ position: '4' })
    await page.getByRole('textbox', { name: 'swap “c” for' }).fill('m')
    await page.getByRole('button', { name: 'Swap', exact: true }).click()
    const cell = page.getByRole('button', { name: /^block 1, position 7 .*; was “.”, distance / })
    await cell.waitFor()
    const changed = { ...scene, text: 'the mat sat' }
    const { rows } = await askWorker(page, 'latticeChange', { scene: changed, beside: { text: sentence } })
    const shown = await page
      .locator('.cell')
      .evaluateAll((all: HTMLElement[]) =>
        all.map(({ style, dataset }) => [dataset['lattice'], style.getPropertyValue('--how')]),
      )
    const right = rows.flatMap(({ address, cells }) =>
      cells.map(({ distance }, position) => [
        `${address} {position: ${position}}`,
        `${Math.round(100 * Math.min(1, distance))}%`,
      ]),
    )
    assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(right))
    await page.getByRole('button', { name: 'Swap back' }).click()
    await page.waitForFunction((text) => new URLSearchParams(location.hash.slice(1)).get('text') === text, sentence)
    assert.equal(await page.getByRole('button', { name: 'Swap back' }).count(), 0)
  })
})
