// The main way through the Studio in a frame of this page, by the names that controls have: any browser can go it, and none has to be
// driven.

import { Guest, nameOf } from './guest.ts'

/** All that was seen on the way. */
export interface WaySeen {
  readonly machine: string
  readonly steps: number
  /** The loss (nats) of the last step. */
  readonly loss: number
  readonly written: string
  /** The cell that was opened, its number, and the products that are its sum before it is scaled. */
  readonly cell: string
  readonly value: number
  readonly sum: number
  readonly products: readonly number[]
  /** Where a factor came from, link by link, until there was none left. */
  readonly origins: readonly string[]
  readonly end: string
  /** The step at which the run stood when the page had been loaded again. */
  readonly resumedAt: number
}

/** Trains a text to its end, writes, opens a head and one cell of it, follows a factor to where it is from, and loads the page again. */
export async function goTheWay(url: string, text: string, steps: number): Promise<WaySeen> {
  const frame = document.createElement('iframe')
  frame.width = '1300'
  frame.height = '800'
  frame.src = url
  document.body.append(frame)
  const guest = new Guest(() => {
    const { contentDocument } = frame
    if (!contentDocument) throw new Error('studio: the frame has no document.')
    return contentDocument
  })
  const machine = nameOf(await guest.control(/^This machine: \d/))
  await guest.press(/^Own text$/)
  await guest.fill(/^Text to learn from$/, text)
  ;(await guest.control(/^All settings/)).click()
  for (const [name, value] of Object.entries({ blocks: 2, heads: 2, width: 16, context: 32, batch: 4, steps }))
    await guest.fill(new RegExp(`^${name}\\b`), String(value))
  await guest.press(/^Train$/, 'button')
  await guest.wait('the last step', () => guest.step() === steps)
  const loss = await guest.wait('the loss', () =>
    [...guest.document.querySelectorAll('dt')].find(({ textContent }) => textContent === 'loss'),
  )

  const sentence = (): string =>
    [...guest.document.querySelectorAll('fieldset[aria-label="Tokens of the sentence"] button')]
      .map((each) => each.textContent)
      .join('')
  const before = await guest.wait('the sentence', sentence)
  await guest.press(/^One more letter$/)
  await guest.wait('one more letter', () => sentence().length > before.length)

  await guest.press(/^block 1$/)
  await guest.press(/^attention$/)
  await guest.press(/^head 1$/)
  await guest.press(/^scores position/)
  const matrix = await guest.control(/^scores, position .* Arrows move, Enter opens\.$/)
  matrix.click()
  const heading = await guest.wait('the cell', () =>
    guest.document.querySelector<HTMLElement>('.subject h3 [data-address]'),
  )
  const { address: cell = '', value = '' } = heading.dataset
  const rows = await guest.wait('its terms', () => {
    const rows = [...guest.document.querySelectorAll('.subject tbody tr')]
    return rows.length > 0 && rows
  })
  const products = rows.map((row) => Number(row.querySelectorAll<HTMLElement>('data[data-value]')[0]?.dataset['value']))
  const sum = Number(guest.document.querySelector<HTMLElement>('.subject p data[data-value]')?.dataset['value'])

  const origins: string[] = []
  for (let link = await nextLink(guest, cell); link; ) {
    const { to = '' } = link.dataset
    origins.push(to)
    link.click()
    link = origins.length < 60 ? await nextLink(guest, to) : undefined
  }

  const end = guest.document.querySelector<HTMLElement>('.subject')?.innerText ?? ''
  frame.contentWindow?.location.reload()
  await guest.wait('the page to go', () => Number.isNaN(guest.step()))
  const resumedAt = await guest.wait('the run to come back', () => guest.step() || undefined)
  const seen = { machine, steps, loss: Number((loss.nextElementSibling as HTMLElement).title), written: sentence() }
  frame.remove()
  return { ...seen, cell, value: Number(value), sum, products, origins, end, resumedAt }
}

/** The first link of a cell to where one of its numbers is from; nothing where it ends. */
async function nextLink(guest: Guest, address: string): Promise<HTMLElement | undefined> {
  const subject = await guest.wait(`the cell ${address}`, () => {
    const subject = guest.document.querySelector<HTMLElement>('.subject')
    const shown = subject?.querySelector<HTMLElement>('h3 [data-address]')?.dataset['address']
    return shown === address && subject
  })
  // The gradient beside is of the same cell.
  const links = [...subject.querySelectorAll<HTMLElement>('a.quantity[data-to]')]
  return links.find((link) => !link.closest('.other'))
}
