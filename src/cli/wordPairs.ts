// Pairs of words whose likeness is followed while a run learns vectors of words: do they come to point the same way?

import type { Engine } from '../engine/engine.ts'
import { cosineIn } from '../inspect/embeddings/cosines.ts'
import { SkipGram } from '../model/skipGram.ts'
import type { PreparedRun } from '../runs/prepareRun.ts'
import { type LikenessFacts, likenessFigure } from '../show/likenessFigure.ts'
import { didYouMean } from '../text/spelling.ts'
import type { TrainEvent } from '../train/train.ts'
import { checkFigureFlags, showFacts } from './figureFlags.ts'
import { type FlagValues, path, texts } from './flags.ts'
import type { Terminal } from './terminal.ts'

/** So many times in a run the pairs are looked at. */
const mostLooks = 50

type Pair = readonly [string, string]

export const pairFlags = {
  pairs: texts('word2vec: a pair of words whose likeness is followed while it learns', { value: 'A,B' }),
  svg: path('save a picture of how like the --pairs became', { value: 'FILE' }),
  html: path('save a page of it, with the numbers', { value: 'FILE' }),
}

type PairFlags = FlagValues<typeof pairFlags> & { readonly json: boolean }

/**
 * The pairs that are named: `dog,pooch`.
 *
 * - `read`: the files that the command reads
 *
 * Throws for what is no pair, and where a picture of them could not be saved.
 */
export async function pairsNamed(flags: PairFlags, read: readonly string[], terminal: Terminal): Promise<Pair[]> {
  const { pairs, svg, html } = flags
  if (pairs.length === 0 && (svg ?? html) !== undefined)
    throw new Error('--svg and --html show how like pairs of words became. Name some: --pairs dog,pooch.')
  await checkFigureFlags(flags, terminal, read)
  return pairs.map((name) => {
    const words = name.split(',').map((word) => word.trim())
    if (words.length === 2 && words.every((word) => word !== '')) return [words[0], words[1]]
    throw new Error(`--pairs needs two words with a comma between them, as in dog,pooch, but got "${name}".`)
  })
}

/** Shows how like the words of each pair became: in the terminal, or as it was asked for. */
export async function showLikeness({ facts }: WordPairs, flags: PairFlags, terminal: Terminal): Promise<void> {
  const { svg, html, json } = flags
  if (json && svg === undefined && html === undefined) return
  await showFacts(terminal, { svg, html, json: false }, { asked: {}, facts, figure: () => likenessFigure(facts) })
}

export class WordPairs {
  readonly #engine: Engine
  readonly #model: SkipGram
  readonly #pairs: readonly Pair[]
  readonly #ids: readonly (readonly [number, number])[]
  readonly #steps: number[] = []
  readonly #cosines: number[][]
  #every = 1

  /** Throws for a run that learns no words, and for a word that it does not learn. */
  constructor(pairs: readonly Pair[], { as, model, tokenizer }: PreparedRun, engine: Engine) {
    if (!(model instanceof SkipGram))
      throw new Error(
        `--pairs is for vectors of words, but this trains --as ${as}. Leave it out, or train --as word2vec.`,
      )
    const idOf = (word: string): number => {
      const [id = 0, ...others] = tokenizer.encode(word)
      if (others.length === 0 && !tokenizer.isSpecial(id)) return id
      const known = Array.from({ length: tokenizer.size }, (_, each) => tokenizer.piece(each))
      throw new Error(
        `--pairs: "${word}" is none of the ${tokenizer.size} words that are learnt: it is not in the text, or not often enough (--min-count).${didYouMean(word, known)}`,
      )
    }
    this.#engine = engine
    this.#model = model
    this.#pairs = pairs
    this.#ids = pairs.map(([one, other]) => [idOf(one), idOf(other)])
    this.#cosines = pairs.map(() => [])
  }

  get facts(): LikenessFacts {
    return { pairs: this.#pairs, steps: this.#steps, cosines: this.#cosines }
  }

  /** Looks at the pairs where it is time, and tells what it saw, as JSON. */
  async after(event: TrainEvent, told: Pick<Terminal, 'print'> | undefined): Promise<void> {
    if (event.kind === 'begin') this.#every = Math.max(1, Math.floor(event.settings.steps / mostLooks))
    const last = this.#steps.at(-1)
    const isTime = last === undefined || event.step >= last + this.#every || event.kind === 'done'
    if (!isTime || event.step === last) return
    const { token } = this.#model.embedding
    const table = { axes: token.axes, data: await this.#engine.get(token) }
    this.#steps.push(event.step)
    const cosines = this.#ids.map(([one, other]) => cosineIn(table, one, other))
    for (const [i, cosine] of cosines.entries()) this.#cosines[i].push(cosine)
    told?.print(JSON.stringify({ kind: 'likeness', step: event.step, cosines }))
  }
}
