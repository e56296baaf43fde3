// The losses of guessing, against the formulas written out.

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { splitCorpus } from '../../src/text/corpus.ts'
import { countLosses } from '../../src/text/counts.ts'

/** The formulas, word for word and slowly. */
function slowly(training: readonly number[], evaluation: readonly number[], vocab: number, s: number) {
  let unigram = 0
  let bigram = 0
  for (let i = 1; i < evaluation.length; i++) {
    const [a, b] = [evaluation[i - 1], evaluation[i]]
    const n = training.filter((id) => id === b).length
    const pairs = training.slice(1).filter((id, j) => training[j] === a && id === b).length
    const firsts = training.slice(0, -1).filter((id) => id === a).length
    unigram -= Math.log((n + s) / (training.length + s * vocab))
    bigram -= Math.log((pairs + s) / (firsts + s * vocab))
  }
  const targets = evaluation.length - 1
  return { uniform: Math.log(vocab), unigram: unigram / targets, bigram: bigram / targets }
}

function near(found: number, expected: number): void {
  assert.ok(Math.abs(found - expected) < 1e-9, `${found} is not ${expected}`)
}

describe('count losses', () => {
  test('follow their formulas, for small vocabularies and for large ones', () => {
    const training = Array.from({ length: 300 }, (_, i) => (i * i + (i >> 3)) % 7)
    const evaluation = Array.from({ length: 50 }, (_, i) => (i * 5 + (i >> 2)) % 8)
    for (const vocab of [8, 5000]) {
      for (const smoothing of [1, 0.1]) {
        const found = countLosses({
          training: Int32Array.from(training),
          evaluation: Int32Array.from(evaluation),
          vocab,
          smoothing,
        })
        const expected = slowly(training, evaluation, vocab, smoothing)
        near(found.uniform, expected.uniform)
        near(found.unigram, expected.unigram)
        near(found.bigram, expected.bigram)
      }
    }
  })

  test('what follows from what came before costs nothing, without smoothing', () => {
    const ids = Int32Array.from({ length: 1000 }, (_, i) => i % 4)
    const { uniform, unigram, bigram } = countLosses({ training: ids, evaluation: ids, vocab: 4, smoothing: 0 })
    near(uniform, Math.log(4))
    near(unigram, Math.log(4))
    near(bigram, 0)
  })

  test('are finite with smoothing, whatever the evaluation holds, and infinite without', () => {
    const training = Int32Array.of(0, 0, 1)
    const evaluation = Int32Array.of(2, 2, 1, 0)
    const { unigram, bigram } = countLosses({ training, evaluation, vocab: 3 })
    assert.ok(Number.isFinite(unigram) && Number.isFinite(bigram))
    const plain = countLosses({ training, evaluation, vocab: 3, smoothing: 0 })
    assert.equal(plain.unigram, Number.POSITIVE_INFINITY)
    assert.equal(plain.bigram, Number.POSITIVE_INFINITY)
  })

  test('what cannot be', () => {
    const ids = Int32Array.of(0, 1, 2)
    assert.throws(() => countLosses({ training: ids, evaluation: ids, vocab: 2 }), {
      message:
        'counts: the training ids hold 2, outside the vocabulary (0..1). The ids and the vocabulary may not belong together.',
    })
    assert.throws(() => countLosses({ training: ids, evaluation: ids.subarray(0, 1), vocab: 3 }), {
      message: 'counts: there are 3 training ids and 1 evaluation ids. Give at least 2 of each.',
    })
    assert.throws(() => countLosses({ training: ids, evaluation: ids, vocab: 0 }), {
      message: 'counts: vocab is 0. Give a whole number from 1.',
    })
    assert.throws(() => countLosses({ training: ids, evaluation: ids, vocab: 3, smoothing: -1 }), {
      message: 'counts: smoothing is -1. Give a number from 0; 1 is usual.',
    })
  })

  const shakespeare = process.env['CUTAWAY_SHAKESPEARE'] ?? ''
  test('Shakespeare, nine tenths of it', {
    skip: existsSync(shakespeare) ? false : 'CUTAWAY_SHAKESPEARE names no file',
  }, () => {
    const text = readFileSync(shakespeare, 'utf8')
    const tokenizer = CharacterTokenizer.of(text)
    const { training, validation } = splitCorpus(text, tokenizer, { context: 256 })
    assert.equal(
      countLosses({ training, evaluation: training, vocab: tokenizer.size, smoothing: 0 }).bigram.toFixed(4),
      '2.4519',
    )
    assert.equal(countLosses({ training, evaluation: validation, vocab: tokenizer.size }).bigram.toFixed(4), '2.4819')
  })
})
