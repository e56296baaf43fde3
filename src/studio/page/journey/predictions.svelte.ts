// The predictions that somebody has made since the page was opened.

import { type MadePrediction, predictionScore } from '../../../inspect/journey/prediction.ts'

/** The end of a question: a token was chosen, or the answer was asked for. */
export type Answered = MadePrediction | 'shown'

class Predictions {
  #all = $state.raw<ReadonlyMap<string, Answered>>(new Map())
  readonly score = $derived.by(() => {
    const made = [...this.#all.values()].filter((each) => each !== 'shown')
    return made.length === 0 ? undefined : predictionScore(made)
  })

  of(question: string): Answered | undefined {
    return this.#all.get(question)
  }

  keep(question: string, answered: Answered): void {
    this.#all = new Map(this.#all).set(question, answered)
  }
}

export const predictions = new Predictions()
