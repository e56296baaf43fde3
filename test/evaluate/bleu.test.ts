// BLEU, held to what sacrebleu says (tools/make_bleu_fixture.py).

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { type Bleu, bleu, wordsOf } from '../../src/evaluate/bleu.ts'
import { assertClose } from '../tensor/numbers.ts'

type Corpus = Bleu & { translations: string[]; references: string[] }
type Fixture = { words: { text: string; words: string[] }[]; corpora: Record<string, Corpus> }

describe('BLEU is that of sacrebleu', async () => {
  const fixture: Fixture = JSON.parse(await readFile(new URL('../fixtures/bleu.json', import.meta.url), 'utf8'))

  for (const { text, words } of fixture.words)
    test(`words of "${text}"`, () => {
      assert.deepEqual(wordsOf(text), words)
    })

  for (const [name, { translations, references, ...expected }] of Object.entries(fixture.corpora))
    test(`translations that are ${name}`, () => {
      const { score, precisions, brevityPenalty, length, referenceLength } = bleu(translations, references)
      assert.deepEqual([length, referenceLength], [expected.length, expected.referenceLength])
      assertClose([score, ...precisions], [expected.score, ...expected.precisions], 1e-9)
      assertClose([brevityPenalty], [expected.brevityPenalty], 1e-12)
    })

  test('needs a reference for each', () => {
    assert.throws(() => bleu(['a'], ['a', 'b']), {
      message: 'bleu: there are 1 translations and 2 references. Give as many of both, at least one.',
    })
  })
})
