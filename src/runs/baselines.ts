// Baselines, which a model has to beat: the losses of those who guess without looking, or by counting. The hardest comes last.

import { type CountLosses, countLosses } from '../text/counts.ts'

export interface Baseline {
  /** By what one guesses: "counting characters". */
  readonly name: string
  readonly loss: number
  /** The reason for that much, where it is short. */
  readonly because?: string
}

/** Those of a text: `unit` is what its tokens are. */
export function textBaselines(losses: CountLosses, vocab: number, unit: string): Baseline[] {
  return [
    guessing(vocab),
    { name: `counting ${unit}`, loss: losses.unigram },
    { name: 'counting pairs', loss: losses.bigram },
  ]
}

export const guessing = (among: number): Baseline => ({
  name: 'guessing',
  loss: Math.log(among),
  because: `ln ${among}`,
})

/** Those of sequences of targets: how often each occurs, and what follows what. */
export function sequenceBaselines(
  { training, validation }: { readonly training: Int32Array; readonly validation: Int32Array },
  vocab: number,
): Baseline[] {
  return textBaselines(countLosses({ training, evaluation: validation, vocab }), vocab, 'tokens')
}

/** Those of labels: the share that each has in what is learnt from. */
export function labelBaselines(
  training: readonly number[],
  validation: readonly number[],
  classes: number,
): Baseline[] {
  const counts = new Float64Array(classes).fill(1)
  for (const label of training) counts[label]++
  const loss = validation.reduce((sum, label) => sum - Math.log(counts[label] / (training.length + classes)), 0)
  return [guessing(classes), { name: 'counting labels', loss: loss / validation.length }]
}
