// cutaway tokenizer: learns a vocabulary from a text, or shows how a tokenizer cuts one.

import { nearest } from '../text/spelling.ts'
import type { Command } from './command.ts'
import { cutaway } from './invocation.ts'
import { tokenizerFlags } from './tokenizerFlags.ts'
import { showTokens } from './tokenizerShow.ts'
import { trainTokenizer } from './tokenizerTrain.ts'

const verbs = ['train', 'show']

export const tokenizerCommand: Command<typeof tokenizerFlags> = {
  name: 'tokenizer',
  takes: 'train FILE… | show RUN TEXT',
  summary:
    'Learns a vocabulary from a text, or shows how a tokenizer cuts one: the pieces, their ids, and what made them',
  flags: tokenizerFlags,
  about: [
    'bytes: pieces of UTF-8 bytes, learnt by joining what stands together most often, as GPT-2 does; they can write every text.',
    'wordpiece: pieces of words, as BERT has them; what no piece can write is unknown.',
    'characters: every character of the text is one.',
    'It is saved as a tokenizer.json, which Python reads too. RUN is a run, a folder with a tokenizer, or its tokenizer.json.',
  ],
  examples: [
    { line: 'cutaway tokenizer train shakespeare.txt --vocab 4096', does: 'byte pairs of a text' },
    {
      line: 'cutaway tokenizer train train.en train.de --vocab 8192 --for encoder-decoder',
      does: 'one for translating',
    },
    {
      line: 'cutaway tokenizer train books --kind wordpiece --out tokenizers/books',
      does: 'word pieces of all texts in a folder',
    },
    {
      line: 'cutaway tokenizer show tokenizers/shakespeare "To be, or not"',
      does: 'its pieces, and the merges that made them',
    },
  ],
  async run({ values, given, positionals: [verb, ...words] }, terminal) {
    if (verb === 'train') await trainTokenizer(words, values, terminal)
    else if (verb === 'show') await showTokens(words, values, given, terminal)
    else throw unknownVerb(verb)
    return 0
  },
}

function unknownVerb(verb: string | undefined): Error {
  const usage = `Write "${cutaway('tokenizer train FILE…')}" or "${cutaway('tokenizer show RUN TEXT')}".`
  if (verb === undefined) return new Error(`tokenizer needs to know what to do. ${usage}`)
  const meant = nearest(verb, verbs)
  return new Error(
    `tokenizer can train or show, but not "${verb}". ${meant === undefined ? usage : `Did you mean "${cutaway(`tokenizer ${meant}`)}"?`}`,
  )
}
