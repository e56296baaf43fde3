// Sentences whose first word must fit the last: begin, who, where, article, fillers, noun. Who and where together say which noun it
// will be, as a Latin square does, so that neither of them alone says anything about it; the article agrees with the noun, of
// one of two kinds. So whoever writes the article has to know of a word that comes four words later.

import type { Batches } from '../data/batch.ts'
import { Draws } from '../data/draws.ts'

/** The numbers of nouns, and of whos and wheres each; of kinds of nouns, which are articles too; of fillers, and of those in a sentence. */
export const [nouns, kinds, fillers, gap] = [6, 2, 6, 3]

const first = { who: 1, where: 1 + nouns, article: 1 + 2 * nouns, filler: 1 + 2 * nouns + kinds }

/** The id of noun 0; the nouns are the last of the vocabulary. */
export const firstNoun = first.filler + fillers
export const vocab = firstNoun + nouns

/** The position behind which the article is written, and the number of tokens before the noun. */
export const beforeArticle = 2
export const length = beforeArticle + 2 + gap

/** The noun that follows from who and where. Their sum decides, and the order of nouns says nothing about that. */
export const nounOf = (who: number, where: number): number => [3, 0, 5, 1, 4, 2][(who + where) % nouns]

/** The ids of a sentence, with fillers by chance. */
export function sentence({ who, where }: { who: number; where: number }, draws: Draws): number[] {
  const noun = nounOf(who, where)
  const article = noun % kinds
  const between = Array.from({ length: gap }, () => first.filler + draws.below(fillers))
  return [0, first.who + who, first.where + where, first.article + article, ...between, firstNoun + noun]
}

/** Batches of such sentences without end. */
export function sentences({ batch, seed }: { batch: number; seed: number }): Batches {
  const sizes = { batch, position: length }
  const at = (step: number) => {
    const ids = new Int32Array(batch * length)
    const targets = new Int32Array(batch * length)
    for (let row = 0; row < batch; row++) {
      const draws = new Draws(seed, step, row)
      const text = sentence({ who: draws.below(nouns), where: draws.below(nouns) }, draws)
      ids.set(text.slice(0, -1), row * length)
      targets.set(text.slice(1), row * length)
    }
    return { sizes, inputs: { ids, targets } }
  }
  return {
    shapes: [sizes],
    axes: { ids: ['batch', 'position'], targets: ['batch', 'position'] },
    stepsPerEpoch: Number.MAX_SAFE_INTEGER,
    at,
    *evaluation(atMost = 4) {
      for (let i = 0; i < atMost; i++) yield at(-1 - i)
    },
  }
}
