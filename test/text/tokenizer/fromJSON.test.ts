// Tokenizers of every kind, held to what Python's `tokenizers` makes of awkward texts (tools/make_tokenizer_fixtures.py).

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { tokenizerFromJSON } from '../../../src/text/tokenizer/fromJSON.ts'

const folder = new URL('../../fixtures/tokenizers/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
const texts: string[] = read('texts.json')

interface Fixture {
  readonly tokenizer: Record<string, unknown>
  readonly results: readonly [plain: number[], whole: number[] | null, decoded: string | null][]
}

const names = readdirSync(folder).filter((name) => name !== 'texts.json')

describe("the same ids and texts as Python's", () => {
  for (const name of names) {
    test(name, async () => {
      const { tokenizer: json, results }: Fixture = read(name)
      const tokenizer = await tokenizerFromJSON(json)
      const made = texts.map((text) => {
        const plain = tokenizer.encode(text)
        return [text, [...plain], [...tokenizer.encode(text, { special: true })], tokenizer.decode(plain)]
      })
      const expected = texts.map((text, i) => {
        const [plain, whole, decoded] = results[i]
        return [text, plain, whole ?? plain, decoded ?? text]
      })
      assert.deepEqual(made, expected)
    })
  }
})
