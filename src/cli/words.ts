// cutaway words: the vectors of a model's tokens, or of a file of word vectors: neighbours, analogies, cosines, maps.

import { writeWordVectors } from '../checkpoint/writeWordVectors.ts'
import { count } from '../show/amounts.ts'
import type { Command } from './command.ts'
import { checkFigureFlags, figureFlags, showFacts } from './figureFlags.ts'
import { choice, path, text, texts, toggle, whole } from './flags.ts'
import { noRun, runFlags } from './openRun.ts'
import { type OpenWords, openWords } from './openWords.ts'
import { wordVectors as savedWordVectors } from './savedKinds.ts'
import { checkAreApart, checkCanSave, checkIsOther, saveFile } from './saveFile.ts'
import type { Terminal } from './terminal.ts'
import { lookAtWords, wordsMode } from './wordsLook.ts'

const flags = {
  analogy: text('the words nearest to a sum: "king - man + woman"', { value: 'SUM' }),
  by: choice('how an analogy is counted: by the sum of the vectors (3CosAdd), or by products of cosines (3CosMul)', [
    'sum',
    'product',
  ]),
  compare: toggle('the cosines of the words with one another'),
  map: toggle('a plane: the two directions along which the words differ most'),
  ofAll: toggle('for a map: the directions along which all words of the table differ, rather than those shown'),
  similarity: texts('how cosines rank beside what people say: a file of lines with two words and a score', {
    value: 'FILE',
  }),
  most: whole('how many words are shown', { least: 1, usual: '10; in a map 60, or all of at most 100' }),
  table: text("the table, by its weight's address, where a model has several", { value: 'ADDRESS' }),
  first: whole('of a file: read so many words, and nothing behind them', { least: 1 }),
  save: path("save all words with their vectors in word2vec's text format", { value: 'FILE' }),
  ...figureFlags,
  ...runFlags,
}

export const wordsCommand: Command<typeof flags> = {
  name: 'words',
  takes: 'RUN [WORD…]',
  summary: "Shows which of a model's tokens point the same way, and what can be counted with their vectors",
  flags,
  about: [
    "A model keeps a vector for each token of its vocabulary. With words, their nearest neighbours are shown; without any, a map of the vocabulary's first words. In place of a run, a file of word vectors is read, in the text format of word2vec or GloVe (.gz too).",
    'A word is looked up as it is given: where a vocabulary has words with a space before them, " dog" is another token than "dog". A word of several tokens has no vector of its own. In sets of word pairs, words count as they stand in running text, whatever their case.',
    'Saved are the tokens as the vocabulary writes them (Ġdog); spaces and line ends in them, which the format has no way to say, as <0x20> and <0x0A>.',
  ],
  examples: [
    { line: 'cutaway words models/gpt2 " dog" " cat" --most 5', does: 'the nearest tokens of each' },
    { line: 'cutaway words vectors.txt --analogy "king - man + woman"', does: 'the fourth of three' },
    { line: 'cutaway words vectors.txt dog pooch --compare', does: 'the angle between two words' },
    { line: 'cutaway words runs/novel --map --svg map.svg', does: 'the first words, in a plane' },
    { line: 'cutaway words vectors.txt --similarity wordsim353.tsv', does: 'beside what people say' },
    { line: 'cutaway words models/gpt2 --save gpt2.txt', does: 'vectors, for other programs' },
  ],
  async run({ values, given, positionals: [place, ...named] }, terminal) {
    if (place === undefined) throw await noRun('words')
    const mode = wordsMode(values, named)
    checkAreApart(values.svg, values.html, values.save)
    await checkFigureFlags(values, terminal, [place, ...values.similarity])
    const { save } = values
    if (save !== undefined) {
      checkIsOther(save, place)
      for (const file of values.similarity) checkIsOther(save, file)
      await checkCanSave(save, savedWordVectors)
    }
    const opened = await openWords(place, values, terminal)
    if (save !== undefined) await saveWords(save, opened, terminal)
    const isShown = named.length > 0 || mode !== 'map' || given.has('map') || values.svg !== undefined
    if (save !== undefined && !isShown && values.html === undefined && !values.json) return 0
    const { facts, figure } = await lookAtWords(opened, mode, { values, asked: named })
    const asked = opened.table ? { run: place } : { file: place }
    terminal.clear()
    await showFacts(terminal, values, { asked, facts, figure })
    return 0
  },
}

async function saveWords(file: string, { vectors, pieces }: OpenWords, terminal: Terminal): Promise<void> {
  const { width, data } = vectors
  await saveFile(file, writeWordVectors({ words: pieces, width, data: data.subarray(0, pieces.length * width) }))
  terminal.note(`Saved ${count(pieces.length, 'vector')} of ${count(width, 'number')} in ${file}.`)
}
