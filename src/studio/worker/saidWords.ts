// The words of what the model that is shown says: the tokens of its vocabulary, or its classes.

import { classNames } from '../../checkpoint/labels.ts'
import { writtenTokenizer } from './codeText.ts'
import { allWords, idOfWord, wordOfId } from './instrument.ts'
import type { OpenModel } from './showroom.ts'

export interface SaidWords {
  /** The number of all answers. */
  readonly count: number
  /** Of all answers, by their ids. A large vocabulary takes a while. */
  all(): readonly string[]
  /** Of one that has none, its number. */
  wordOf(id: number): string
  /** Of some answers, by their ids. */
  ofIds(ids: Iterable<number>): Readonly<Record<number, string>>
  /** The id of a word, undefined for ''. Throws for one that is no answer. `asker`: who asks, for messages. */
  idOf(asker: string, word: string): number | undefined
}

export function saidWords(open: Pick<OpenModel, 'model' | 'tokenizer' | 'codec' | 'blueprint'>): SaidWords {
  const { model, blueprint } = open
  const tokenizer = writtenTokenizer(open)
  const classes = model.kind === 'classifier' ? classNames(blueprint.config, model.config.class) : undefined
  const wordOf = (id: number): string => (classes ? (classes[id] ?? `${id}`) : wordOfId(tokenizer, id))
  return {
    count: classes?.length ?? tokenizer.size,
    all: () => classes ?? allWords(tokenizer),
    wordOf,
    ofIds: (ids) => Object.fromEntries([...new Set(ids)].map((id) => [id, wordOf(id)])),
    idOf(asker, word) {
      if (!classes) return idOfWord(asker, tokenizer, word)
      if (word === '') return undefined
      const id = classes.indexOf(word)
      if (id >= 0) return id
      throw new Error(
        `${asker}: ${JSON.stringify(word)} is no class of the model. Its classes are ${classes.slice(0, 12).join(', ')}${classes.length > 12 ? ', …' : ''}.`,
      )
    },
  }
}
