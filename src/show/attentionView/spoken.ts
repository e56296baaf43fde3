// Cells as sentences: what the canvas shows, in words and numbers, the same for the eye, the ear and the clipboard.

import { threeDigits } from '../figureNumbers.ts'
import type { AttentionQuantity } from './data.ts'
import { isSeen } from './pooling.ts'
import type { AttentionCell, HeadSight } from './sight.ts'

/** A number to three digits, with a true minus. */
export const shortNumber = (value: number): string => (isSeen(value) ? threeDigits(value).replaceAll('-', '−') : '')

/** A number with all its digits. */
export const fullNumber = (value: number): string => String(value)

export const quantityNames: Readonly<Record<AttentionQuantity, string>> = {
  pattern: 'share of attention',
  scores: 'score before softmax',
  weighted: 'share × length of what is brought',
  gradient: 'gradient',
}

/** A place and its token: `16 b`. */
export const placeText = (place: number, label: string | undefined): string =>
  label === undefined || label === String(place) ? String(place) : `${place} ${label}`

/** The word for those that answer: they are positions too, where the text looks at itself. */
export const answering = (sight: HeadSight): string => (sight.isOneText ? 'position' : 'source')

/** `position 16 b reads position 4 e: 0.61, largest of 17`. `row`: the weights of the position. */
export function cellSentence(sight: HeadSight, { position, source }: AttentionCell, row: Float32Array): string {
  const { positions, sources } = sight.labels
  const asks = `position ${placeText(position, positions[position])}`
  const answers = `${answering(sight)} ${placeText(source, sources[source])}`
  const value = row[source]
  if (!isSeen(value)) return `${asks} cannot see ${answers}`
  const seen = row.filter(isSeen)
  const rank = 1 + seen.filter((other) => other > value).length
  const ranked = `${rank === 1 ? 'largest' : ordinal(rank)} of ${seen.length}`
  return sight.quantity === 'pattern'
    ? `${asks} reads ${answers}: ${shortNumber(value)}, ${ranked}`
    : `${asks}, ${answers}: ${quantityNames[sight.quantity]} ${shortNumber(value)}, ${ranked}`
}

function ordinal(rank: number): string {
  const last = rank % 100 >= 11 && rank % 100 <= 13 ? 0 : rank % 10
  return `${rank}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`
}

/** The sources of a row by their weights, the largest first; those that are masked are left out. */
export function sourcesByWeight(row: Float32Array): number[] {
  return [...row.keys()].filter((source) => isSeen(row[source])).sort((a, b) => row[b] - row[a] || a - b)
}

/** `layer 2, head 1: previous 0.98, entropy 1.2` */
export function headSentence(sight: HeadSight, layer: number, head: number): string {
  const place = sight.layers.indexOf(layer) * sight.heads.length + sight.heads.indexOf(head)
  const scores = sight.scores
    .filter(({ values }) => isSeen(values[place]))
    .map(({ name, values }) => `${name} ${shortNumber(values[place])}`)
  return sight.title(layer, head) + (scores.length > 0 ? `: ${scores.join(', ')}` : '')
}

/** Says lines to those who listen: at most four a second, and the last one always. */
export class Speaker {
  readonly #line: HTMLElement
  #next: string | undefined
  #isWaiting = false

  constructor(line: HTMLElement) {
    this.#line = line
  }

  say(text: string): void {
    this.#next = text
    if (this.#isWaiting) return
    this.#speak()
  }

  #speak(): void {
    if (this.#next === undefined) return
    this.#line.textContent = this.#next
    this.#next = undefined
    this.#isWaiting = true
    setTimeout(() => {
      this.#isWaiting = false
      this.#speak()
    }, 250)
  }
}
