// cutaway words: vectors of runs and of files, in every way that they are looked at, and what it says of what it cannot do.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { analogyTerms } from '../../src/inspect/embeddings/analogyTerms.ts'
import { fixture } from '../inspect/embeddings/fixture.ts'
import { saveRandomRuns, saveSpacedRun } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

describe('cutaway words', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    await saveRandomRuns(folder)
    await saveSpacedRun(join(folder, 'runs/spaced'))
    await writeFile(join(folder, 'v.txt'), fixture.text)
    await writeFile(join(folder, 'v.txt.gz'), gzipSync(fixture.text))
    const lines = fixture.pairs.map((pair) => pair.join('\t'))
    await writeFile(join(folder, 'pairs.tsv'), `word1\tword2\tscore\r\n${lines.join('\r\n')}\r\n`)
  })
  after(() => place[Symbol.asyncDispose]())

  /** What the command prints for these words. */
  async function printed(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await cutaway(['words', ...words], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }
  const said = (...words: string[]): Promise<string> => complaint(['words', ...words], { folder })
  const wordsIn = (found: readonly { word: string }[]): string[] => found.map(({ word }) => word)

  test('shows neighbours of a file, packed or not, and with all digits', async () => {
    const shown = await printed('v.txt', 'king', 'dog', '--most', '2')
    assert.ok(shown.startsWith('The nearest tokens (16 × 6)\n'), shown)
    assert.match(shown, /To “king”\ncosine\nprince {2}█+ {2}0\.942\nman .*0\.832\n\nTo “dog”\n/)
    const { file, table, tokens } = JSON.parse(await printed('v.txt.gz', 'king', '--most', '4', '--json'))
    assert.deepEqual([file, table, tokens[0].word], ['v.txt.gz', { count: 16, width: 6 }, 'king'])
    assert.deepEqual(
      tokens[0].nearest.map(({ id }: { id: number }) => id),
      fixture.nearest['king'].map(([id]) => id),
    )
  })

  test('counts an analogy, and draws the four words', async () => {
    const shown = await printed('v.txt', '--analogy', 'king - man + woman', '--most', '3')
    assert.ok(shown.startsWith('king − man + woman = “queen”?'), shown)
    assert.ok(shown.includes('man → woman\nking → queen\n'), shown)
    const { analogy, nearest } = JSON.parse(
      await printed('v.txt', '--analogy', 'king - man + woman', '--by', 'product', '--json'),
    )
    assert.deepEqual([analogy.plusWords, analogy.minusWords, analogy.by], [['king', 'woman'], ['man'], 'product'])
    assert.deepEqual(
      nearest.slice(0, 4).map(({ id }: { id: number }) => id),
      fixture.analogies[0].product.map(([id]) => id),
    )
  })

  test('compares words, and says the angle between two', async () => {
    const shown = await printed('v.txt', 'king', 'queen', '--compare')
    assert.ok(shown.includes('Between “king” and “queen” is an angle of 108.5°: a cosine of -0.3180.'), shown)
    const { words, cosines } = JSON.parse(await printed('v.txt', 'king', 'queen', 'dog', '--compare', '--json'))
    assert.deepEqual([words, cosines.length, cosines[1].length], [['king', 'queen', 'dog'], 3, 3])
  })

  test('draws a map of the first words, of words that are named, and of both', async () => {
    const named = JSON.parse(await printed('v.txt', '--map', 'dog', 'king', 'Rome', '--json'))
    assert.deepEqual(named.words, ['dog', 'king', 'Rome'])
    const more = JSON.parse(await printed('v.txt', '--map', 'dog', '--most', '4', '--of-all', '--json'))
    assert.deepEqual([more.words, more.count, more.ofAll], [['dog', 'king', 'queen', 'man'], 16, true])
    assert.equal(await printed('v.txt', '--svg', 'map.svg', '--html', 'map.html'), 'Saved in map.svg and map.html.\n')
    assert.equal((await readFile(join(folder, 'map.svg'), 'utf8')).match(/<circle /g)?.length, 16)
  })

  test('holds cosines to what people say, and names the words that are missing', async () => {
    const shown = await printed('v.txt', '--similarity', 'pairs.tsv')
    assert.ok(shown.includes('pairs.tsv: 1 word of its pairs is no token here: unknown.'), shown)
    const { sets } = JSON.parse(await printed('v.txt', '--similarity', 'pairs.tsv', '--json'))
    const [{ known, missing, spearman, rows }] = sets
    assert.deepEqual([known, missing, rows[1].words], [10, ['unknown'], ['king', 'man']])
    assert.ok(Math.abs(spearman - fixture.similarity.spearman) < 1e-6)
  })

  test('looks at the tables of runs, and saves them for other programs', async () => {
    const { code, stdout, stderr } = await cutaway(['words', 'runs/spaced', '--save', 'out.txt'], { folder })
    assert.deepEqual([code, stdout, stderr], [0, '', 'Saved 11 vectors of 8 numbers in out.txt.\n'])
    const saved = await readFile(join(folder, 'out.txt'), 'utf8')
    assert.match(saved, /^11 8\n<unk> (\S+ ){7}\S+\n<s> /)
    const run = JSON.parse(await printed('runs/spaced', 'fox', '--most', '2', '--json'))
    const file = JSON.parse(await printed('out.txt', '▁fox', '--most', '2', '--json'))
    assert.deepEqual(run.tokens[0].nearest.map(idOf), file.tokens[0].nearest.map(idOf))
    assert.deepEqual(run.table.others, ['unembedding.weight'])
    assert.ok(wordsIn(run.tokens[0].nearest).every((word) => word !== ' fox'))
    const out = JSON.parse(await printed('runs/spaced', 'fox', '--table', 'unembedding.weight', '--json'))
    assert.deepEqual([out.table.address, out.table.isUnembedding], ['unembedding.weight', true])
    for (const name of ['reader', 'filler', 'mood'])
      assert.equal(JSON.parse(await printed(`runs/${name}`, 't', '--json')).table.width, 8)
  })

  test('writes spaces of a vocabulary of characters by their numbers', async () => {
    await cutaway(['words', 'runs/mood', '--save', 'mood.txt'], { folder })
    const saved = await readFile(join(folder, 'mood.txt'), 'utf8')
    assert.match(saved, /^<0x20> /m)
    assert.match(await printed('mood.txt', '<0x20>', '--most', '1'), /To “<0x20>”/)
  })

  test('says what is wrong, in one line', async () => {
    const lines: readonly (readonly [words: readonly string[], message: string])[] = [
      [['v.txt', 'kinng'], 'words: there is no word "kinng" among the 16. Did you mean "king"?'],
      [
        ['runs/mood', 'the'],
        'words: "the" is 3 tokens, "t" "h" "e", and has no vector of its own. Give a word that is one.',
      ],
      [
        ['v.txt', 'king', '--compare'],
        'words: --compare needs two words at least: cutaway words RUN dog pooch --compare.',
      ],
      [['v.txt', '--map', '--compare'], 'words: --compare and --map are two questions. Give one of both.'],
      [
        ['v.txt', 'king', '--by', 'sum'],
        'words: --by says how an analogy is counted. Give --analogy too, or leave it out.',
      ],
      [['v.txt', 'king', '--of-all'], 'words: --of-all is for --map. Give that too, or leave it out.'],
      [
        ['v.txt', 'dog', 'cat', '--compare', '--most', '3'],
        'words: --most has no meaning for --compare. Leave it out.',
      ],
      [['v.txt', '--table', 'a'], 'words: --table is for runs; v.txt is a file. Leave it out.'],
      [['runs/mood', '--first', '3'], 'words: --first is for files; runs/mood is none. Leave it out.'],
      [
        ['v.txt', '--analogy', 'king -'],
        'words: --analogy "king -" is no sum of words. Write words with signs between, and spaces around each sign: "king - man + woman".',
      ],
      [
        ['v.txt', 'king', '--analogy', 'a + b'],
        'words: --analogy takes no words of its own, but got "king". Leave them out.',
      ],
      [
        ['cat.txt', 'king'],
        'cat.txt: this is no file of word vectors: in its first line stands no word with numbers behind it. Give one in the text format of word2vec or GloVe; of a binary one, save it as text first.',
      ],
      [
        ['v.txt', '--similarity', 'cat.txt'],
        'cat.txt: there are no pairs in it. Name a file with two words and a number a line.',
      ],
      [
        ['runs/mood', '--similarity', 'pairs.tsv'],
        'words: fewer than three pairs of pairs.tsv have both of their words among the 11 tokens, so that nothing can be ranked. Give vectors of whole words.',
      ],
      [['v.txt', '--save', 'v.txt'], 'v.txt: it cannot be saved: it is what is read. Name another file.'],
      [
        ['v.txt', '--save', 'pairs.tsv'],
        'pairs.tsv: it cannot be saved: a file is there that was not saved as word vectors by this program. Name another file.',
      ],
      [['w.txt', 'king'], 'words: there is no file w.txt. Did you mean "v.txt"?'],
      [['nowhere', 'king'], 'nowhere: there is no such folder. Check the name.'],
    ]
    for (const [words, message] of lines) assert.equal(await said(...words), message)
  })

  const idOf = ({ id }: { id: number }): number => id
})

describe('cutaway words of hardly any words', () => {
  let place: Workshop
  before(async () => {
    place = await workshop()
    await writeFile(join(place.path, 'one.txt'), '1 2\nx 1 2\n')
    await writeFile(join(place.path, 'zero.txt'), '2 2\nx 1 2\no 0 0\n')
    await writeFile(join(place.path, 'three.txt'), '3 2\na 1 2\nb 3 4\nc -1 1\n')
  })
  after(() => place[Symbol.asyncDispose]())

  test('says that there are no others', async () => {
    const says = (words: readonly string[]) => complaint(['words', ...words], { folder: place.path })
    assert.equal(
      await says(['one.txt', 'x']),
      'words: there are no other words than those that were given. Give a table of more words.',
    )
    for (const more of [[], ['--by', 'product']])
      assert.equal(
        await says(['three.txt', '--analogy', 'a - b + c', ...more]),
        'words: --analogy asks for another word than those given, but there is none. Give a table of more words.',
      )
  })

  test('says no mean that there is none of, and no angle to a vector of zeros', async () => {
    const { stdout } = await cutaway(['words', 'zero.txt', 'x', 'o', '--compare'], { folder: place.path })
    assert.match(
      stdout,
      /^Cosines of 2 tokens \(2 × 2\)\n“o” is a vector of zeros, which has no direction: its cosines are 0\.\n\ntoken/,
    )
  })

  test('draws no arrows for an analogy of a word with itself', async () => {
    const { stdout } = await cutaway(['words', 'three.txt', '--analogy', 'a - b + b'], { folder: place.path })
    assert.ok(stdout.includes('a − b + b = “c”?') && !stdout.includes('→'), stdout)
  })
})

describe('the terms of an analogy', () => {
  test('are words between signs; what stands in quotes is taken as it is', () => {
    const read = (text: string): string[] => analogyTerms(text).map(({ word, sign }) => `${sign} ${word}`)
    assert.deepEqual(read('king - man + woman'), ['1 king', '-1 man', '1 woman'])
    assert.deepEqual(read('- well-known + New York'), ['-1 well-known', '1 New York'])
    assert.deepEqual(read('" king" − " man"'), ['1  king', '-1  man'])
    for (const text of ['king', '', '+ +', 'king + + man'])
      assert.throws(() => analogyTerms(text), /is no sum of words/)
  })
})
