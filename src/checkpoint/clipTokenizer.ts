// CLIP's tokenizer where a folder has it as vocab.json and merges.txt alone, as older ones do: the tokenizer.json that transformers makes of
// them.
//
//   lower case, one space for any → words by an expression → bytes as letters → byte pairs, where </w> ends a word → <|startoftext|> … <|endoftext|>

import { checkIsObject, kindOf } from '../text/json.ts'
import { type FolderFiles, placeOf, readBytes, readJSON } from './folderFiles.ts'

const vocabName = 'vocab.json'
const [begin, end] = ['<|startoftext|>', '<|endoftext|>']
const words = "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"

/** The tokenizer.json of a folder that has none, but CLIP's two files; undefined where these are not there, or are another's. */
export async function clipTokenizerJSON(files: FolderFiles): Promise<object | undefined> {
  const merges = await readBytes(files, 'merges.txt')
  const vocab = merges && (await readJSON(files, vocabName))
  if (vocab === undefined) return undefined
  checkIsObject(vocab, placeOf(files, vocabName))
  const ids = [begin, end].map((token) => (Object.hasOwn(vocab, token) ? vocab[token] : undefined))
  if (ids.every((id) => id === undefined)) return undefined
  for (const [i, id] of ids.entries())
    if (!Number.isSafeInteger(id))
      throw new Error(
        `${placeOf(files, vocabName)}: ${[begin, end][i]} is ${id === undefined ? 'missing' : kindOf(id)}. Restore the file.`,
      )
  const lines = new TextDecoder().decode(merges).split('\n')
  const added = (content: string, id: unknown): object => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  })
  return {
    version: '1.0',
    added_tokens: [added(begin, ids[0]), added(end, ids[1])],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      ...{ sep: [end, ids[1]], cls: [begin, ids[0]], trim_offsets: false, add_prefix_space: false },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      ...{
        unk_token: end,
        end_of_word_suffix: '</w>',
        continuing_subword_prefix: '',
        fuse_unk: false,
        byte_fallback: false,
      },
      vocab,
      // The first line may be a version.
      merges: lines.filter((line) => line.trim() !== '' && !line.startsWith('#version')),
    },
  }
}
