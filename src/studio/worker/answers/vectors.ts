// Vectors of tokens: which point the same way, what can be counted with them, and where they lie on a plane.

import { meanCosine, nearestTokens } from '../../../inspect/embeddings/cosines.ts'
import { readEmbedding } from '../../../inspect/embeddings/embeddingTables.ts'
import { principalComponents } from '../../../inspect/embeddings/principalComponents.ts'
import { TokenVectors } from '../../../inspect/embeddings/tokenVectors.ts'
import { writtenAnalogy } from '../../../inspect/embeddings/writtenAnalogy.ts'
import { firstWords, type Lexicon, tokenizerWords } from '../../../text/lexicon.ts'
import type { QuestionOf, VectorsFacts, VectorsWish } from '../../talk/questions.ts'
import { foundIn, type Waiting, wordsOfIds } from '../instrument.ts'
import type { Showroom } from '../showroom.ts'

/** So many tokens are told, and so many are on a map; all of a vocabulary as small as one of letters. */
const [told, placed, whole] = [10, 60, 100]

export function vectorsFacts(
  room: Showroom,
  { scene, wish }: QuestionOf<'vectors'>,
  waiting: Waiting = {},
): Promise<VectorsFacts> {
  return foundIn(room, scene, waiting, async ({ looking: { model }, engine, sourceTokenizer, tokenizer: written }) => {
    const { table, vectors: all } = await readEmbedding({ model, engine })
    const tokenizer = table.inputs.includes('source') ? sourceTokenizer : written
    const count = Math.min(all.count, tokenizer.size)
    const { width } = all
    const vectors = new TokenVectors({ count, width, data: all.data.subarray(0, count * width) })
    const words = { ...tokenizerWords(tokenizer), size: count }
    const found = await look(vectors, words, wish)
    return { table, meanCosine: meanCosine(vectors), found, words: wordsOfIds(tokenizer, idsIn(found)) }
  })
}

async function look(vectors: TokenVectors, words: Lexicon, wish: VectorsWish): Promise<VectorsFacts['found']> {
  switch (wish.what) {
    case 'near': {
      const of = wish.word === '' ? wish.id : words.idOf(wish.word)
      return { what: 'near', of, nearest: nearestTokens({ vectors, of, most: told }) }
    }
    case 'analogy':
      return {
        what: 'analogy',
        analogy: await writtenAnalogy({ vectors, sum: wish.sum, idOf: words.idOf, by: wish.by, most: told }),
      }
    case 'map': {
      const ids = firstWords(words, words.size <= whole ? whole : placed)
      return { what: 'map', map: await principalComponents({ vectors, of: ids, placed: ids }) }
    }
  }
}

/** The ids that are named. */
function idsIn(found: VectorsFacts['found']): readonly number[] {
  if (found.what === 'map') return found.map.ids
  if (found.what === 'near') return [found.of, ...found.nearest.map(({ id }) => id)]
  return [...found.analogy.found.map(({ id }) => id), ...(found.analogy.plane?.ids ?? [])]
}
