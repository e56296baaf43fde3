// Codebooks: the nearest code is the nearest, however it is searched for; few vectors are kept as they are; k-means comes out the same
// every time and better than codes that are merely drawn.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Codebook } from '../../src/data/codebook.ts'
import { codebookOf } from '../../src/data/codebookOf.ts'
import { uniforms } from '../../src/text/random.ts'

const numbers = (count: number, seed: number): Float32Array => {
  const draw = uniforms(seed, 0, 0)
  return Float32Array.from({ length: count }, () => draw())
}

/** Vectors around a few centres. */
function heaps(count: number, width: number, centres: number, seed: number): Float32Array {
  const middle = numbers(centres * width, seed)
  const draw = uniforms(seed, 1, 0)
  return Float32Array.from({ length: count * width }, (_, i) => {
    const centre = Math.floor(i / width) % centres
    return middle[centre * width + (i % width)] + 0.01 * (draw() - 0.5)
  })
}

describe('a codebook', () => {
  test('finds the nearest code, and of equal ones the lower', () => {
    const width = 5
    const codes = numbers(40 * width, 1)
    codes.copyWithin(30 * width, 7 * width, 8 * width)
    const book = new Codebook(codes, width)
    const vectors = numbers(500 * width, 2)
    vectors.set(codes.subarray(30 * width, 31 * width))
    const plain = Array.from({ length: 500 }, (_, v) => {
      let [best, least] = [-1, Infinity]
      for (let c = 0; c < 40; c++) {
        let distance = 0
        for (let i = 0; i < width; i++) distance += (vectors[v * width + i] - codes[c * width + i]) ** 2
        if (distance < least) [best, least] = [c, distance]
      }
      return best
    })
    assert.deepEqual(Array.from(book.encode(vectors)), plain)
    assert.equal(plain[0], 7)
  })

  test('gives vectors back to the bit, and says how far the nearest are', () => {
    const book = new Codebook([0, 0, 3, 4], 2)
    assert.deepEqual(Array.from(book.decode([1, 0, 1])), [3, 4, 0, 0, 3, 4])
    assert.equal(book.error([3, 4, 0, 0]), 0)
    assert.equal(book.error([3, 4, 1, 0]), 0.25)
  })

  test('holds every vector where there are no more than codes, in one order', () => {
    const vectors = [1, 0, 0, 1, -0, 1, 1, 0, 0, 0]
    const book = codebookOf(vectors, { width: 2, codes: 3, seed: 5 })
    assert.deepEqual(Array.from(book.vectors), [0, 0, 0, 1, 1, 0])
    assert.equal(book.error(vectors), 0)
    const other = codebookOf([0, 0, 1, 0, 0, 1], { width: 2, codes: 3, seed: 6 })
    assert.deepEqual(other.vectors, book.vectors)
  })

  test('finds heaps by k-means, the same every time', () => {
    const vectors = heaps(600, 4, 12, 3)
    const made = codebookOf(vectors, { width: 4, codes: 12, seed: 1 })
    assert.equal(made.size, 12)
    assert.deepEqual(codebookOf(vectors, { width: 4, codes: 12, seed: 1 }).vectors, made.vectors)
    // Numbers within a heap are 0.01 · (uniform − ½) around its centre: their variance is 0.01² / 12.
    assert.ok(made.error(vectors) < 1.05 * (0.01 ** 2 / 12), `${made.error(vectors)}`)
  })

  test('is better with each round, and has no code without vectors', () => {
    const vectors = numbers(3000 * 3, 8)
    const errors = [1, 4, 25].map((rounds) => {
      const book = codebookOf(vectors, { width: 3, codes: 64, seed: 2, rounds })
      assert.equal(new Set(book.encode(vectors)).size, 64)
      return book.error(vectors)
    })
    assert.ok(errors[0] > errors[1] && errors[1] > errors[2], errors.join(' '))
  })

  test('looks at no more vectors than it is told', () => {
    const vectors = heaps(5000, 2, 9, 4)
    const book = codebookOf(vectors, { width: 2, codes: 9, seed: 1, most: 300 })
    assert.ok(book.error(vectors) < 1e-4)
  })

  test('says what is wrong with numbers', () => {
    assert.throws(() => new Codebook([1, 2, 3], 2), {
      message: 'codebook: 3 numbers are no vectors of 2 numbers each. Give whole ones, at least one.',
    })
    assert.throws(() => new Codebook([1, 2], 2).encode([1, 2, 3]), {
      message: 'codebook: 3 numbers are no vectors of 2 numbers each. Give whole ones.',
    })
    assert.throws(() => codebookOf([0, 1, Number.NaN, 1], { width: 2, codes: 2, seed: 1 }), {
      message: 'codebook: vector 1 has NaN in it; every number must be finite. Mend it, or leave it out.',
    })
    assert.throws(() => new Codebook([1, 2], 2).decode([1]), {
      message: 'codebook: id 1 is outside of it (0..0). The model and the codebook may not belong together.',
    })
    assert.throws(() => codebookOf([], { width: 2, codes: 0, seed: 1 }), {
      message: 'codebook: codes is 0. Give a whole number from 1.',
    })
  })
})
