// cutaway embed: neighbours of lines and of a query, vectors as JSON and as a file.

import assert from 'node:assert/strict'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

const lines = ['the cat', 'a cat', 'teach', 'at the cat']

describe('cutaway embed', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    await saveRandomRuns(folder)
    await writeFile(join(folder, 'lines.txt'), `${lines.join('\n')}\n\n`)
  })
  after(() => place[Symbol.asyncDispose]())
  const embed = (...words: string[]) => cutaway(['embed', ...words], { folder })

  /** What the command prints for these words. */
  async function printed(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await embed(...words)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    return stdout
  }
  const cosine = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0)

  test('shows for each line those that are nearest, the nearest first', async () => {
    const stdout = await printed('runs/filler', 'lines.txt', '--most', '2')
    const { vectors, neighbours } = JSON.parse(await printed('runs/filler', 'lines.txt', '--most', '2', '--json'))
    const shown = lines.flatMap((line, i) => {
      const others = lines.flatMap((other, j) => (j === i ? [] : { other, near: cosine(vectors[i], vectors[j]) }))
      const nearest = others.sort((a, b) => b.near - a.near).slice(0, 2)
      assert.deepEqual(
        neighbours[i].map(({ index }: { index: number }) => lines[index]),
        nearest.map(({ other }) => other),
      )
      return [line, ...nearest.map(({ other, near }) => `  ${near.toFixed(3)}  ${other}`)]
    })
    assert.equal(stdout, `${shown.join('\n')}\n`)
  })

  test('shows of a line that is alone how its vector begins, and saves it', async () => {
    await writeFile(join(folder, 'one.txt'), 'teach\n')
    const { code, stdout, stderr } = await embed('runs/filler', 'one.txt')
    const { vectors } = JSON.parse(await printed('runs/filler', 'one.txt', '--json'))
    const numbers = vectors[0].map((each: number) => each.toFixed(4)).join(' ')
    assert.equal(code, 0)
    assert.equal(stdout.replace(/\s+/g, ' '), `teach 8 numbers, as a vector 1.000 long: ${numbers} `)
    assert.equal(
      stderr,
      'It is alone: give others too, to see how near they are. --json prints all numbers, --save FILE keeps them.\n',
    )
    assert.equal(
      await printed('runs/filler', 'one.txt', '--save', 'one.safetensors'),
      'Saved 1 vector of 8 numbers in one.safetensors.\n',
    )
  })

  test('a query that is one of the lines finds it, whatever it is told with', async () => {
    const stdout = await printed('runs/filler', 'lines.txt', '--query', 'teach', '--most', '1')
    assert.equal(stdout, '  1.000  teach\n')
    const { query, neighbours } = JSON.parse(
      await printed('runs/mood', 'lines.txt', '--query', 'a cat', '--most', '1', '--json', '--weights', 'bf16'),
    )
    assert.deepEqual([query, neighbours.length, neighbours[0][0].index], ['a cat', 1, 1])
    assert.ok(Math.abs(neighbours[0][0].cosine - 1) < 1e-5)
  })

  test('saves the vectors for other programs', async () => {
    const stdout = await printed('runs/filler', 'lines.txt', '--save', 'v.safetensors')
    assert.equal(stdout, 'Saved 4 vectors of 8 numbers in v.safetensors.\n')
    const file = await readFile(join(folder, 'v.safetensors'))
    const start = 8 + Number(file.readBigUInt64LE())
    const { vectors: header } = JSON.parse(file.toString('utf8', 8, start))
    assert.deepEqual([header.dtype, header.shape], ['F32', [4, 8]])
    const { vectors } = JSON.parse(await printed('runs/filler', 'lines.txt', '--json'))
    const saved = Array.from({ length: 32 }, (_, i) => file.readFloatLE(start + 4 * i))
    assert.deepEqual(saved, vectors.flat())
    for (const vector of vectors) assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-5)
  })

  test('embeds as the model does with values replaced, by their addresses in the whole model', async () => {
    const edit = 'bert.blocks.0.output = 1'
    const { edits, vectors } = JSON.parse(await printed('runs/filler', 'lines.txt', '--json', '--edit', edit))
    assert.deepEqual(edits, [edit])
    for (const vector of vectors) for (const x of vector) assert.ok(Math.abs(x - 1 / Math.sqrt(8)) < 1e-6)
    assert.equal(
      await complaint(['embed', 'runs/filler', 'lines.txt', '--edit', 'blocks.0.output = 1'], { folder }),
      'edits: there is no value "blocks.0.output". Did you mean "bert.blocks.0.output"?',
    )
  })

  test('says when a line is cut', async () => {
    await writeFile(join(folder, 'long.txt'), 'the cat the cat\nthe cat\n')
    const { stderr } = await embed('runs/filler', 'long.txt')
    assert.equal(stderr, '1 line is longer than the 12 tokens that the model looks at; the rest of it is left out.\n')
  })

  test('makes vectors as the folder says, with its prompts', async () => {
    const runs = join(folder, 'runs')
    await cp(join(runs, 'filler'), join(runs, 'sentences'), { recursive: true })
    const put = (name: string, json: object) => writeFile(join(runs, 'sentences', name), JSON.stringify(json))
    await mkdir(join(runs, 'sentences/1_Pooling'))
    const module = (name: string, path: string) => ({ name, path, type: `sentence_transformers.models.${name}` })
    await put('modules.json', [module('Transformer', ''), module('Pooling', '1_Pooling')])
    await put('1_Pooling/config.json', { pooling_mode: ['cls', 'mean'] })
    await put('config_sentence_transformers.json', {
      prompts: { query: 'the ', passage: 'a ' },
      similarity_fn_name: 'euclidean',
    })
    const vectorsOf = async (...words: string[]) =>
      JSON.parse(await printed('runs/sentences', 'lines.txt', '--json', ...words))
    const plain = await vectorsOf()
    assert.equal(plain.vectors[0].length, 16)
    assert.equal(plain.similarity, 'euclidean')
    assert.ok(plain.neighbours[0][0].similarity <= 0)
    await writeFile(join(folder, 'prompted.txt'), lines.map((line) => `the ${line}`.slice(0, 9)).join('\n'))
    await writeFile(join(folder, 'lines4.txt'), lines.map((line) => line.slice(0, 5)).join('\n'))
    const prompted = JSON.parse(await printed('runs/sentences', 'lines4.txt', '--json', '--prompt-name', 'query'))
    assert.deepEqual(prompted.vectors, JSON.parse(await printed('runs/sentences', 'prompted.txt', '--json')).vectors)
    const asked = JSON.parse(await printed('runs/sentences', 'lines4.txt', '--json', '--query', 'cat'))
    const passages = JSON.parse(await printed('runs/sentences', 'lines4.txt', '--json', '--prompt-name', 'passage'))
    assert.deepEqual(asked.vectors, passages.vectors)
    assert.equal(
      await complaint(['embed', 'runs/sentences', 'lines.txt', '--prompt-name', 'title'], { folder }),
      'embed: the folder has no prompt "title"; there are query, passage.',
    )
    assert.equal(
      await complaint(['embed', 'runs/filler', 'lines.txt', '--prompt-name', 'query'], { folder }),
      'embed: the folder has no prompt "query": it has no modules.json, so it is none of sentence-transformers.',
    )
    assert.equal(
      await complaint(['embed', 'runs/sentences', 'lines.txt', '--query-prompt-name', 'query'], { folder }),
      'embed: --query-prompt-name is for a query, but there is none. Give it with --query, or leave this out.',
    )
  })

  test('complains of what makes no sense', async () => {
    await writeFile(join(folder, 'empty.txt'), '')
    await writeFile(join(folder, 'blank.txt'), ' \n\n')
    const complaints: readonly [words: string, message: string][] = [
      ['runs/filler', 'cutaway: embed needs a file with a text a line: cutaway embed runs/filler FILE.'],
      ['runs/filler lines.txt more.txt', 'cutaway: embed takes one file, but got also "more.txt". Leave it out.'],
      ['runs/filler empty.txt', 'text: empty.txt is empty. Name a file with text in it.'],
      ['runs/filler blank.txt', 'text: blank.txt has no line with text in it. Name another file.'],
      [
        'runs/reader lines.txt',
        'embed: runs/reader holds a translator (an encoder and a decoder); embed needs a model that turns texts into vectors (an encoder) or a model that fills in masked tokens (an encoder) or a classifier. Try "cutaway translate runs/reader …".',
      ],
      [
        'runs/filler lines.txt --save none/v.safetensors',
        'none/v.safetensors: it cannot be saved: there is no folder none. Name another file.',
      ],
      ['lines.txt lines.txt', 'lines.txt: this is a file, not a folder. Name the folder of a model.'],
    ]
    for (const [words, message] of complaints)
      assert.equal(await complaint(['embed', ...words.split(' ')], { folder }), message)
  })
})
