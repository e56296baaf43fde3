// Vectors of tokens: neighbours, analogies, components and rank correlations, held to gensim's, numpy's and scipy's numbers.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { analogy } from '../../../src/inspect/embeddings/analogy.ts'
import { cosineIn, meanCosine, nearestTokens, tokenCosines } from '../../../src/inspect/embeddings/cosines.ts'
import { principalComponents } from '../../../src/inspect/embeddings/principalComponents.ts'
import { pearson, ranksOf, spearman, spearmanInterval } from '../../../src/inspect/embeddings/rankCorrelation.ts'
import { TokenVectors } from '../../../src/inspect/embeddings/tokenVectors.ts'
import { wordSimilarity } from '../../../src/inspect/embeddings/wordSimilarity.ts'
import { idsOfAnyCase, listedWords } from '../../../src/text/lexicon.ts'
import { fixture, fixtureVectors } from './fixture.ts'

const vectors = fixtureVectors()
const idOf = (word: string): number => fixture.words.indexOf(word)

function assertNear(found: ArrayLike<number>, wanted: ArrayLike<number>, within = 1e-6): void {
  assert.equal(found.length, wanted.length)
  for (let i = 0; i < wanted.length; i++)
    assert.ok(Math.abs(found[i] - wanted[i]) <= within, `${i}: ${found[i]} where ${wanted[i]} is wanted`)
}

describe('cosines', () => {
  test('the nearest tokens are those of gensim', () => {
    for (const [word, wanted] of Object.entries(fixture.nearest)) {
      const found = nearestTokens({ vectors, of: idOf(word), most: wanted.length })
      assert.deepEqual(
        found.map(({ id }) => id),
        wanted.map(([id]) => id),
      )
      assertNear(
        found.map(({ cosine }) => cosine),
        wanted.map(([, cosine]) => cosine),
      )
    }
  })

  test('of tokens with one another, in a table that is watched, and on average, are one measure', () => {
    const ids = [idOf('king'), idOf('queen'), idOf('dog')]
    const { cosines } = tokenCosines({ vectors, ids })
    assertNear(
      cosines.map((row, i) => row[i]),
      [1, 1, 1],
    )
    assert.equal(cosines[0][2], cosines[2][0])
    const [count, width] = [vectors.count, vectors.width]
    const axes = [
      { name: 'vocab', size: count },
      { name: 'model', size: width },
    ]
    assert.equal(cosineIn({ axes, data: vectors.data }, ids[0], ids[2]), cosines[0][2])
    const all = tokenCosines({ vectors, ids: fixture.words.map((_, id) => id) }).cosines
    const sum = all.flatMap((row, i) => row.filter((_, j) => j !== i)).reduce((so, each) => so + each, 0)
    assertNear([meanCosine(vectors)], [sum / (count * (count - 1))])
  })

  test('a vector of zeros is near to nothing, and counts for no mean', () => {
    const holed = new TokenVectors({ count: 3, width: 2, data: Float32Array.of(3, 4, 0, 0, 4, 3) })
    assert.deepEqual(nearestTokens({ vectors: holed, of: 1, most: 1 }), [{ id: 0, cosine: 0 }])
    assertNear([meanCosine(holed)], [24 / 25])
  })

  test('say what is wrong with ids, axes and numbers', () => {
    assert.throws(() => nearestTokens({ vectors, of: 16 }), {
      message: 'vectors: there is no row 16, but those from 0 to 15. Give an id of these.',
    })
    assert.throws(() => cosineIn({ axes: [{ name: 'model', size: 2 }], data: Float32Array.of(1, 2) }, 0, 1), {
      message: 'cosine: the values are along model, but a table of tokens is vocab × model. Read "embedding.token".',
    })
    assert.throws(() => new TokenVectors({ count: 2, width: 2, data: Float32Array.of(1, 2, Number.NaN, 0) }), {
      message: 'vectors: row 1 has NaN in it. The weights may be damaged.',
    })
    assert.throws(() => new TokenVectors({ count: 2, width: 2, data: Float32Array.of(1, 2, 3) }), {
      message: 'vectors: 2 rows of 2 numbers are 4, but 3 were given. Give as many.',
    })
  })
})

describe('analogies', () => {
  test('by sums and by products are those of gensim', () => {
    for (const { plus, minus, sum, product } of fixture.analogies)
      for (const [by, wanted] of [['sum', sum] as const, ['product', product] as const]) {
        const found = analogy({ vectors, plus, minus, by, most: wanted.length })
        assert.deepEqual(
          found.map(({ id }) => id),
          wanted.map(([id]) => id),
        )
        for (const [i, { score }] of found.entries())
          assert.ok(Math.abs(score / wanted[i][1] - 1) < 1e-5, `${by} ${score} ${wanted[i][1]}`)
      }
    const [{ plus, minus, sum }] = fixture.analogies
    assert.deepEqual(
      [plus, minus, [sum[0][0]]].map((ids) => ids.map((id) => fixture.words[id])),
      [['king', 'woman'], ['man'], ['queen']],
    )
  })

  test('need something that is added, and a sum that points somewhere', () => {
    assert.throws(() => analogy({ vectors, plus: [], minus: [1] }), {
      message: 'analogy: nothing is added. Give one token at least that is.',
    })
    assert.throws(() => analogy({ vectors, plus: [3], minus: [3] }), {
      message: 'analogy: the sum of these vectors is nothing, which has no direction. Give others.',
    })
  })
})

describe('principal components', () => {
  test('are those of numpy, with the sign that makes the largest number positive', async () => {
    const { components, coordinates, count, variance } = await principalComponents({ vectors, most: 3 })
    const wanted = fixture.components
    assert.equal(count, 16)
    for (const [i, { direction }] of components.entries()) assertNear(direction, wanted.directions[i])
    assertNear(
      components.map((each) => each.variance),
      wanted.variances.slice(0, 3),
    )
    assertNear(
      components.map(({ share }) => share),
      wanted.shares.slice(0, 3),
    )
    assertNear([variance], [wanted.variances.reduce((sum, each) => sum + each, 0)])
    assertNear(coordinates.flat(), wanted.coordinates.flat())
  })

  test('of fewer vectors than each has numbers come from the smaller matrix', async () => {
    const found = await principalComponents({ vectors, of: [0, 1, 2, 3], most: 6 })
    assert.equal(found.components.length, 3)
    assertNear(
      found.components.map(({ share }) => share),
      fixture.few.shares,
    )
    assertNear(
      found.coordinates.flatMap((own) => own.slice(0, 2)),
      fixture.few.coordinates.flat(),
    )
  })

  test('of any number of vectors have the variances of the coordinates', async () => {
    for (const count of [7, 9, 10]) {
      const of = Array.from({ length: count }, (_, id) => id)
      const { components, coordinates, variance } = await principalComponents({ vectors, of, most: 6 })
      const own = components.map((_, c) => coordinates.reduce((sum, row) => sum + row[c] ** 2, 0) / (count - 1))
      assertNear(
        components.map((each) => each.variance),
        own,
        1e-9,
      )
      assertNear([own.reduce((sum, each) => sum + each, 0)], [variance], 1e-9)
    }
  })

  test('place other tokens on the same directions', async () => {
    const all = await principalComponents({ vectors })
    const some = await principalComponents({ vectors, placed: [7, 3] })
    assert.deepEqual(some.coordinates, [all.coordinates[7], all.coordinates[3]])
  })

  test('need two tokens that differ', async () => {
    await assert.rejects(principalComponents({ vectors, of: [1] }), {
      message: 'components: one vector differs from no other. Give two tokens at least.',
    })
    await assert.rejects(principalComponents({ vectors, of: [1, 1] }), {
      message: 'components: all of these tokens have the same vector, so that nothing tells them apart.',
    })
  })
})

describe('beside what people say', () => {
  const { ties, similarity } = fixture

  test('rank correlation with ties is that of scipy', () => {
    assertNear([spearman(ties.x, ties.y), pearson(ties.x, ties.y)], [ties.spearman, ties.pearson], 1e-12)
    assert.deepEqual(ranksOf([30, 10, 20, 10]), [4, 1.5, 3, 1.5])
    assert.ok(Number.isNaN(spearman([1, 1, 1], [1, 2, 3])))
  })

  test('the interval is that of Bonett and Wright', () => {
    // ρ 0.5, n 103: atanh 0.5 ± 1.959964 · √(1.125 / 100).
    assertNear(spearmanInterval(0.5, 103), [0.328745, 0.63942])
    assert.deepEqual(spearmanInterval(0.5, 3), [-1, 1])
  })

  test('words are looked up, and left out, as gensim does it', () => {
    const known = idsOfAnyCase(listedWords(fixture.words))
    const pairs = fixture.pairs.map(([a, b, score]) => ({ a: known(a), b: known(b), score }))
    const found = wordSimilarity({ vectors, pairs })
    assertNear([found.spearman, found.pearson], [similarity.spearman, similarity.pearson])
    assert.deepEqual([found.pairs, found.known], [11, 10])
    assertNear([((found.pairs - found.known) / found.pairs) * 100], [similarity.missing])
    assert.ok(Number.isNaN(wordSimilarity({ vectors, pairs: pairs.slice(0, 2) }).spearman))
  })
})
