// A look around in an exhibit that was opened from a disk: its model answers, is written with and looked into.

import { Guest, nameOf } from './guest.ts'

/** All that was seen there. */
export interface ExhibitSeen {
  readonly protocol: string
  readonly model: string
  /** The cells of its lattice. */
  readonly cells: number
  /** The sentence, before and after one more letter. */
  readonly before: string
  readonly after: string
  /** The different colours in the middle of a head's picture. */
  readonly colours: number
  /** The number of a cell before it is scaled, and the products that are its sum. */
  readonly sum: number
  readonly products: readonly number[]
  /** The addresses that the page has asked for. */
  readonly asked: readonly string[]
}

export async function lookAround(): Promise<ExhibitSeen> {
  const guest = new Guest(() => document)
  const model = nameOf(await guest.control(/^decoder.*numbers$/))
  const cells = (await guest.wait('the lattice', () => all('[data-lattice]').length > 0 && all('[data-lattice]')))
    .length
  const sentence = (): string =>
    all('fieldset[aria-label="Tokens of the sentence"] button')
      .map((each) => each.textContent)
      .join('')
  const before = await guest.wait('the sentence', sentence)
  await guest.press(/^One more (letter|token)$/)
  await guest.wait('one more letter', () => sentence().length > before.length)
  const after = sentence()

  guest.go({ view: 'look', text: 'the cat', at: 'blocks.0.attention' })
  const colours = await guest.wait('the picture of the heads', () => {
    const canvas = document.querySelector('attention-view')?.shadowRoot?.querySelector('canvas')
    const found = canvas && canvas.width > 0 ? coloursOf(canvas) : 0
    return found > 3 && found
  })

  guest.go({ view: 'look', text: 'the cat', at: 'blocks.0.attention.scores {head: 1, position: 3, source: 1}' })
  const rows = await guest.wait('the terms of a cell', () => {
    const found = all('.subject tbody tr')
    return found.length > 0 && found
  })
  return {
    protocol: location.protocol,
    model,
    cells,
    before,
    after,
    colours,
    sum: Number(document.querySelector<HTMLElement>('.subject p data[data-value]')?.dataset['value']),
    products: rows.map((row) => Number(row.querySelector<HTMLElement>('data[data-value]')?.dataset['value'])),
    asked: performance.getEntriesByType('resource').map(({ name }) => name),
  }
}

const all = (selector: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(selector)]

function coloursOf(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
  const found = new Set<number>()
  for (let i = 0; i < data.length; i += 4) found.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2])
  return found.size
}
