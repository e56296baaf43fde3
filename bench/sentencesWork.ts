// Embedding sentences, as a user would: from their texts to their vectors, tokenizing included.

import { filesOf } from '../src/checkpoint/filesOf.ts'
import { loadFolder } from '../src/checkpoint/load.ts'
import { Embedder } from '../src/encode/embed.ts'
import type { Engine } from '../src/engine/engine.ts'
import type { EncodingModel } from '../src/model/language.ts'
import { readSentences } from './sentenceFile.ts'

export interface SentencesWorkload {
  /** The folder of an encoder. */
  readonly folder: string
  /** A file with a sentence a line. */
  readonly file: string
}

/** Embeds all sentences, in the order of the file. */
export async function embedding(engine: Engine, { folder, file }: SentencesWorkload): Promise<() => Promise<object>> {
  const { model, tokenizer } = await loadFolder(filesOf(folder), engine)
  if (!('states' in model)) throw new Error(`bench: ${folder} holds no encoder of texts.`)
  const embedder = new Embedder({ engine, model: model as EncodingModel })
  const sentences = readSentences(file)
  return async () => {
    const vectors = await embedder.embed(sentences.map((sentence) => tokenizer.encode(sentence, { special: true })))
    if (vectors.length !== sentences.length) throw new Error('bench: a vector is missing.')
    return {}
  }
}
