// The instruments of cutaway words, by the flags that ask for them.

import type { AnalogyMeasure } from '../inspect/embeddings/analogy.ts'
import { meanCosine, nearestTokens, tokenCosines } from '../inspect/embeddings/cosines.ts'
import { principalComponents } from '../inspect/embeddings/principalComponents.ts'
import { wordSimilarity } from '../inspect/embeddings/wordSimilarity.ts'
import { writtenAnalogy } from '../inspect/embeddings/writtenAnalogy.ts'
import { grouped } from '../show/amounts.ts'
import {
  analogyFigure,
  cosinesFigure,
  mapFigure,
  nearestFigure,
  type SimilaritySet,
  similarityFigure,
  type VectorWords,
} from '../show/embeddingFigures.ts'
import type { Figure } from '../show/figure.ts'
import { visible } from '../show/visible.ts'
import { readText } from '../text/files.ts'
import { firstWords, idsOfAnyCase, spacedOther } from '../text/lexicon.ts'
import { scoredPairs } from '../text/scoredPairs.ts'
import type { Found } from './lookInside.ts'
import type { OpenWords } from './openWords.ts'

/** The flags that say what is looked for. */
export interface WordsValues {
  readonly analogy: string | undefined
  readonly by: AnalogyMeasure | undefined
  readonly compare: boolean
  readonly map: boolean
  readonly ofAll: boolean
  readonly similarity: readonly string[]
  readonly most: number | undefined
}

type WordsMode = 'nearest' | 'analogy' | 'compare' | 'map' | 'similarity'

interface AskedWords {
  readonly values: WordsValues
  readonly asked: readonly string[]
}

/** The instrument that flags ask for. Throws for two at once, and for words and flags that it has no use for. */
export function wordsMode(values: WordsValues, asked: readonly string[]): WordsMode {
  const named = [
    ...(values.analogy === undefined ? [] : (['analogy'] as const)),
    ...(values.compare ? (['compare'] as const) : []),
    ...(values.map ? (['map'] as const) : []),
    ...(values.similarity.length > 0 ? (['similarity'] as const) : []),
  ]
  if (named.length > 1) throw new Error(`words: --${named[0]} and --${named[1]} are two questions. Give one of both.`)
  const mode = named[0] ?? (asked.length > 0 ? 'nearest' : 'map')
  if ((mode === 'analogy' || mode === 'similarity') && asked.length > 0)
    throw new Error(`words: --${mode} takes no words of its own, but got "${asked.join(' ')}". Leave them out.`)
  if (mode === 'compare' && asked.length < 2)
    throw new Error('words: --compare needs two words at least: cutaway words RUN dog pooch --compare.')
  if (values.by !== undefined && mode !== 'analogy')
    throw new Error('words: --by says how an analogy is counted. Give --analogy too, or leave it out.')
  if (values.ofAll && mode !== 'map') throw new Error('words: --of-all is for --map. Give that too, or leave it out.')
  if (values.most !== undefined && (mode === 'compare' || mode === 'similarity'))
    throw new Error(`words: --most has no meaning for --${mode}. Leave it out.`)
  return mode
}

/** So many words are on a map where nobody says how many; all of a vocabulary as small as one of letters. */
const [usualMap, mostWhole] = [60, 100]

/** Looks at vectors, and gives facts and a figure. */
export async function lookAtWords(opened: OpenWords, mode: WordsMode, asked: AskedWords): Promise<Found> {
  const { table, others, vectors } = opened
  const { address, inputs, isUnembedding } = table ?? {}
  const facts = {
    table: {
      ...(table && { address, inputs, isUnembedding }),
      count: vectors.count,
      width: vectors.width,
      ...(table && { others: others.map((other) => other.address) }),
    },
    meanCosine: meanCosine(vectors),
  }
  const words: VectorWords = {
    // The space that a token brings is part of it; one in a word of a file is a space.
    wordOf: (id) => (table ? visible(opened.words.textOf(id)) : opened.words.textOf(id)),
    table: `${address === undefined ? '' : `${address}, `}${grouped(vectors.count)} × ${vectors.width}`,
    meanCosine: facts.meanCosine,
  }
  const found = await looks[mode](opened, asked, words)
  const more =
    others.length === 0 ? [] : [`Other tables of the model: ${others.map((other) => other.address).join(', ')}.`]
  return {
    facts: { ...facts, ...found.facts },
    figure: () => withNotes(found.figure(), more),
  }
}

type Look = (opened: OpenWords, asked: AskedWords, words: VectorWords) => Promise<Found>

const looks: Readonly<Record<WordsMode, Look>> = {
  async nearest(opened, { values, asked }, words) {
    const most = values.most ?? 10
    const found = asked.map((word) => {
      const of = idIn(opened, word)
      return { of, nearest: nearestTokens({ vectors: opened.vectors, of, most }) }
    })
    checkIsFound(found[0].nearest)
    return {
      facts: {
        tokens: found.map(({ of, nearest }) => ({
          id: of,
          word: textOf(opened, of),
          nearest: nearest.map((near) => ({ ...near, word: textOf(opened, near.id) })),
        })),
      },
      figure: () =>
        withNotes(
          nearestFigure(found, words),
          found.flatMap(({ of }) => spacedNote(opened, of)),
        ),
    }
  },

  async analogy(opened, { values }, words) {
    const { vectors } = opened
    const sum = values.analogy ?? ''
    const idOf = (word: string): number => idIn(opened, word)
    const { plane, ...shown } = await writtenAnalogy({
      ...{ vectors, sum, idOf, by: values.by, most: values.most },
      place: 'words: --analogy',
    })
    const { plus, minus, by, found } = shown
    return {
      facts: {
        analogy: {
          plus,
          minus,
          plusWords: plus.map((id) => textOf(opened, id)),
          minusWords: minus.map((id) => textOf(opened, id)),
          by,
        },
        nearest: found.map((near) => ({ ...near, word: textOf(opened, near.id) })),
        ...(plane && { plane }),
      },
      figure: () => analogyFigure({ ...shown, plane }, words),
    }
  },

  async compare(opened, { asked }, words) {
    const ids = asked.map((word) => idIn(opened, word))
    const found = tokenCosines({ vectors: opened.vectors, ids })
    return {
      facts: { ...found, words: ids.map((id) => textOf(opened, id)) },
      figure: () =>
        withNotes(
          cosinesFigure(found, words),
          ids.flatMap((id) => spacedNote(opened, id)),
        ),
    }
  },

  async map(opened, { values, asked }, words) {
    const { vectors } = opened
    const meant = asked.map((word) => idIn(opened, word))
    const wanted = values.most ?? (meant.length > 0 ? meant.length : vectors.count <= mostWhole ? mostWhole : usualMap)
    // Words that were asked for, and as many of the first ones as are wanted beside them.
    const others = firstWords(opened.words, wanted).filter((id) => !meant.includes(id))
    const ids = [...new Set([...meant, ...others.slice(0, Math.max(0, wanted - meant.length))])]
    const found = await principalComponents({ vectors, of: values.ofAll ? undefined : ids, placed: ids })
    return {
      facts: { ofAll: values.ofAll, ...found, words: found.ids.map((id) => textOf(opened, id)) },
      figure: () =>
        mapFigure(found, words, {
          meant: others.length > 0 && wanted > meant.length ? meant : [],
          isOfAll: values.ofAll,
        }),
    }
  },

  async similarity(opened, { values }, words) {
    const idOf = idsOfAnyCase(opened.words)
    const sets: SimilaritySet[] = []
    for (const file of values.similarity) {
      const pairs = scoredPairs(await readText(file), file)
      const missing = [...new Set(pairs.flatMap((pair) => pair.words))].filter((word) => idOf(word) === undefined)
      const found = wordSimilarity({
        vectors: opened.vectors,
        pairs: pairs.map(({ words: [a, b], score }) => ({ a: idOf(a), b: idOf(b), score })),
      })
      sets.push({ name: file.split(/[\\/]/).at(-1) ?? file, missing, ...found })
    }
    if (sets.every(({ known }) => known < 3))
      throw new Error(
        `words: fewer than three pairs of ${values.similarity.join(', ')} have both of their words among the ${grouped(opened.vectors.count)} tokens, so that nothing can be ranked. Give vectors of whole words.`,
      )
    return {
      facts: {
        sets: sets.map(({ rows, ...set }) => ({
          ...set,
          rows: rows.map((row) => ({ ...row, words: [textOf(opened, row.a), textOf(opened, row.b)] })),
        })),
      },
      figure: () => similarityFigure(sets, words),
    }
  },
}

/** Throws where there are no other words than those that were given. */
function checkIsFound(found: readonly unknown[]): void {
  if (found.length === 0)
    throw new Error('words: there are no other words than those that were given. Give a table of more words.')
}

const textOf = ({ words }: OpenWords, id: number): string => words.textOf(id)

/** The id of a word. Throws for one that is no token, or one of several. */
function idIn({ words, vectors }: OpenWords, word: string): number {
  try {
    const id = words.idOf(word)
    if (id < vectors.count) return id
  } catch (error) {
    throw new Error(`words: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  throw new Error(`words: ${JSON.stringify(word)} has no row in this table of ${vectors.count}. Give another word.`)
}

/** Says that a word is there with a space before it, or without, as another token. */
function spacedNote({ words, vectors }: OpenWords, id: number): string[] {
  const other = spacedOther(words, id)
  if (other === undefined || other >= vectors.count) return []
  const { cosines } = tokenCosines({ vectors, ids: [id, other] })
  return [
    `${JSON.stringify(words.textOf(other))} is another token than ${JSON.stringify(words.textOf(id))}; the cosine of both is ${cosines[0][1].toFixed(3)}.`,
  ]
}

const withNotes = (figure: Figure, notes: readonly string[]): Figure => ({
  ...figure,
  notes: [...(figure.notes ?? []), ...notes],
})
