// Tokenizers and chat templates in a page: nothing of them needs Node.

import { chatPrompt } from '../../../src/text/chat.ts'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'
import { trainBytePairs } from '../../../src/text/tokenizer/trainBytePairs.ts'

/** The ids and the decoded texts of all texts, by the tokenizer of a tokenizer.json. */
export async function tokenize(json: unknown, texts: readonly string[]): Promise<object> {
  const tokenizer = await tokenizerFromJSON(json)
  const ids = texts.map((text) => Array.from(tokenizer.encode(text)))
  return { ids, decoded: ids.map((each) => tokenizer.decode(each)) }
}

/** What training gives, and a chat's prompt. */
export async function train(text: string): Promise<object> {
  const tokenizer = trainBytePairs(text, { vocab: 270 })
  const template = '{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}'
  const prompt = await chatPrompt({ template, messages: [{ role: 'user', content: text }] })
  return { size: tokenizer.size, ids: Array.from(tokenizer.encode(text)), prompt }
}
