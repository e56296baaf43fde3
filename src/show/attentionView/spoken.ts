// Cells as sentences: what the canvas shows, in words and numbers, the same for the eye, the ear and the clipboard.

import { sentenceNumber } from '../figureNumbers.ts'
import type { AttentionQuantity } from './data.ts'
import { isSeen } from './pooling.ts'
import type { AttentionCell, HeadSight } from './sight.ts'

/** A number to three digits; nothing for what is masked. */
export const shortNumber = (value: number): string => (isSeen(value) ? sentenceNumber(value) : '')

export const quantityNames: Readonly<Record<AttentionQuantity, string>> = {
  pattern: 'share of attention',
  scores: 'score before softmax',
  weighted: 'share × length of what is brought',
  gradient: 'gradient',
}

/** A place and its token: `16 b`. */
export const placeText = (labels: readonly string[], place: number): string =>
  labels[place] === String(place) ? labels[place] : `${place} ${labels[place]}`

/** The word for those that answer: they are positions too, where the text looks at itself. */
export const answering = (sight: HeadSight): string => (sight.isOneText ? 'position' : 'source')

/** `position 16 b reads position 4 e: 0.61, largest of 17`. `row`: the weights of the position. */
export function cellSentence(sight: HeadSight, { position, source }: AttentionCell, row: Float32Array): string {
  const asks = `position ${placeText(sight.labels.positions, position)}`
  const answers = `${answering(sight)} ${placeText(sight.labels.sources, source)}`
  if (!isSeen(row[source])) return `${asks} cannot see ${answers}`
  const seen = row.filter(isSeen)
  const rank = seen.filter((other) => other > row[source]).length + 1
  const ranked = `${shortNumber(row[source])}, ${rank === 1 ? 'largest' : ordinal(rank)} of ${seen.length}`
  return sight.quantity === 'pattern'
    ? `${asks} reads ${answers}: ${ranked}`
    : `${asks}, ${answers}: ${quantityNames[sight.quantity]} ${ranked}`
}

const ordinal = (rank: number): string =>
  rank + ((rank % 100 > 10 && rank % 100 < 14 ? '' : ['', 'st', 'nd', 'rd'][rank % 10]) || 'th')

/** The sources of a row by their weights, the largest first; those that are masked are left out. */
export const sourcesByWeight = (row: Float32Array): number[] =>
  [...row.keys()].filter((source) => isSeen(row[source])).sort((a, b) => row[b] - row[a])

/** `layer 2, head 1: previous token 0.98, entropy 1.2` */
export function headSentence(sight: HeadSight, layer: number, head: number, index: number): string {
  const scores = sight.scores
    .filter(({ values }) => isSeen(values[index]))
    .map(({ name, values }) => `${name} ${shortNumber(values[index])}`)
  return sight.title(layer, head) + (scores.length ? `: ${scores.join(', ')}` : '')
}

/** Says lines to those who listen: at most four a second, and the last one always. */
export function speakerOf(line: HTMLElement): (text: string) => void {
  let next: string | undefined
  let isWaiting = false
  const speak = (): void => {
    isWaiting = next !== undefined
    if (next === undefined) return
    line.textContent = next
    next = undefined
    setTimeout(speak, 250)
  }
  return (text) => {
    next = text
    if (!isWaiting) speak()
  }
}
