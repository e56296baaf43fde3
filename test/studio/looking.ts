// A Studio with a small model that has learnt for a few steps, driven in Chromium; and the same weights here, in the reference engine.

import type { Page } from 'playwright-core'
import { reference } from '../../src/engine/reference.ts'
import type { Looking } from '../../src/inspect/editedPass.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { AnswerTo, Kind, QuestionOf, Scene } from '../../src/studio/talk/questions.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import type { StudioInChromium } from './inChromium.ts'
import { patienceMs } from './visit.ts'

export const sentence = 'the cat sat'
const text = 'the cat sat on the mat. the dog sat on the log. '.repeat(40)
const sizes = { blocks: 2, heads: 2, width: 16, context: 24, batch: 2 }

export const scene: Scene = { text: sentence, source: '', edits: [], step: undefined, moment: 0 }

/** Opens the page, and trains a small model for some steps. */
export async function openTrained({ browser, url }: StudioInChromium): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  page.setDefaultTimeout(patienceMs)
  // The worker that the page starts, so that a test can ask it too.
  await page.addInitScript(() => {
    globalThis.Worker = new Proxy(Worker, {
      construct(target, args: ConstructorParameters<typeof Worker>) {
        const worker = new target(...args)
        Object.assign(globalThis, { ownWorker: worker })
        return worker
      },
    })
  })
  await page.goto(`${url}#view=look&text=${encodeURIComponent(sentence)}`)
  await page.getByRole('button', { name: 'Own text' }).click()
  await page.getByRole('textbox', { name: 'Text to learn from' }).fill(text)
  await page.getByText(/^All settings/).click()
  for (const [name, value] of Object.entries(sizes)) {
    const field = page
      .locator('label')
      .filter({ hasText: new RegExp(`^${name}`) })
      .locator('input')
      .first()
    await field.fill(String(value))
    await field.dispatchEvent('change')
  }
  await page.getByRole('button', { name: /^Train/ }).click()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await page.getByRole('button', { name: 'Go on', exact: true }).waitFor()
  return page
}

/** Asks the page's worker as the page does. */
export function askWorker<K extends Kind>(page: Page, kind: K, question: QuestionOf<K>): Promise<AnswerTo<K>> {
  return page.evaluate(
    ({ kind, question }) =>
      new Promise<never>((resolve, reject) => {
        const own = globalThis as unknown as { ownWorker: Worker; asked?: number }
        own.asked = (own.asked ?? 0) - 1
        const number = own.asked
        own.ownWorker.addEventListener('message', function hear({ data }) {
          if (data.number !== number) return
          own.ownWorker.removeEventListener('message', hear)
          if ('error' in data) reject(new Error(data.error))
          else
            resolve(
              JSON.parse(
                JSON.stringify(data.answer, (_, each) =>
                  each instanceof Float32Array ? Array.from(each, String) : each,
                ),
              ) as never,
            )
        })
        own.ownWorker.postMessage({ number, kind, question })
      }),
    { kind, question } as never,
  )
}

/** The model of the page with its weights, in the reference engine. */
export async function sameModel(page: Page): Promise<Looking> {
  const facts = await askWorker(page, 'scene', { scene })
  const weights = facts.values.filter(({ kind }) => kind === 'weight')
  const vocab = weights.flatMap(({ axes }) => axes).find(({ name }) => name === 'vocab')?.size ?? 0
  const model = new GPT2({ vocab, context: sizes.context, layer: sizes.blocks, head: sizes.heads, model: sizes.width })
  const engine = reference()
  const numbers = await askWorker(page, 'numbers', {
    scene,
    addresses: weights.map(({ address }) => address),
    facet: 'value',
  })
  for (const [path, node] of parametersOf(model)) {
    const found = numbers.find(({ address }) => address === path)
    if (!found) throw new Error(`the page has no weight ${path}`)
    engine.set(node, Float32Array.from(found.data, Number))
  }
  return { model, engine, inputs: { ids: facts.ids } }
}

/** The number of pixels that a person could tell apart in two pictures: edges are smoothed a little differently each time. */
export function pixelsApart(page: Page, one: Buffer, other: Buffer): Promise<number> {
  return page.evaluate(
    async (pictures) => {
      const [a, b] = await Promise.all(
        pictures.map(async (picture) => {
          const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(picture), (c) => c.charCodeAt(0))]))
          const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
          context?.drawImage(bitmap, 0, 0)
          return context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray()
        }),
      )
      let apart = a.length === b.length ? 0 : 1
      for (let i = 0; i < a.length; i += 4)
        if ([0, 1, 2].some((channel) => Math.abs(a[i + channel] - b[i + channel]) > 32)) apart++
      return apart
    },
    [one, other].map((picture) => picture.toString('base64')),
  )
}
