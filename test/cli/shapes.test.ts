// cutaway shapes: of a run, of sizes, of one value.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('cutaway shapes', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  test('tells the shapes of a run, with its own batch and its own text', async () => {
    const { code, stdout, stderr } = await cutaway(['shapes', 'runs/cat'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^Parameters: 1,912$/m)
    assert.match(stdout, /^Forward: 17 matrix products, /m)
    assert.match(stdout, /^ {5}\(16 × 8\) · \(8 × 8\) → \(16 × 8\) +2\.05 kFLOP {2}\d\.\d %$/m)
    assert.match(stdout, /^ {7}vocab {2}11 {2}11 different characters in its text$/m)
    assert.match(stdout, /^together {2}53 matrix products /m)
    assert.ok(stdout.split('\n').every((line) => line.length <= 85))
  })

  test('tells the shapes of any sizes', async () => {
    const { stdout } = await cutaway(
      'shapes --layers 12 --heads 12 --model 768 --vocab 50257 --context 1024 --batch 1 --forward'.split(' '),
    )
    assert.match(stdout, /^Parameters: 124,439,808$/m)
    assert.match(stdout, /^blocks\.0, and the same in blocks\.1 to blocks\.11 \(up to product 96\)$/m)
    assert.match(stdout, /^ {5}\(1024 × 768\) · \(768 × 50257\) → \(1024 × 50257\) +79\.0 GFLOP {2}27\.1 %$/m)
    assert.doesNotMatch(stdout, /Backward/)
  })

  test('gives all of it as JSON', async () => {
    const { stdout } = await cutaway(['shapes', 'runs/cat', '--json', '--batch', '1', '--context', '4'], { folder })
    const { config, batch, parameters, products, flops } = JSON.parse(stdout)
    assert.equal(batch, 1)
    assert.deepEqual(config, {
      vocab: 11,
      context: 8,
      layer: 2,
      model: 8,
      head: 2,
      hidden: 32,
      epsilon: 1e-5,
      dropout: 0,
    })
    assert.equal(
      parameters.reduce((sum: number, { count }: { count: number }) => sum + count, 0),
      1912,
    )
    assert.equal(products[3].numbers, '2 times (4 × 4) · (4 × 4) → (4 × 4)')
    assert.equal(products.length, 53)
    assert.ok(flops.backward > 2 * flops.forward)
  })

  test('tells every operation in words, or as JSON', async () => {
    const { code, stdout, stderr } = await cutaway(['shapes', 'runs/cat', '--operations'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^33 operations, .* 1,912 parameters$/m)
    assert.match(stdout, /^ {3}4 {2}blocks\.0\.attention\.query: Each of the 2 heads asks a question of 4/m)
    assert.match(stdout, /^ {6}vocab 11: 11 different characters in its text$/m)
    const { operations } = JSON.parse(
      (await cutaway(['shapes', 'runs/cat', '--operations', '--json'], { folder })).stdout,
    )
    assert.deepEqual([operations.length, operations[3].kind, operations[3].parameters], [33, 'product', 72])
    assert.equal(
      await complaint(['shapes', 'runs/cat', '--operations', '--of', 'logits'], { folder }),
      'shapes: --operations tells all, and --of describes one value. Give one of both.',
    )
  })

  test('says what another size would change, or why it cannot be', async () => {
    const ask = (...words: string[]) => cutaway(['shapes', 'runs/cat', ...words], { folder })
    assert.equal((await ask('--what-if', 'heads=3')).stdout, '8 cannot be split by 3; 6 or 9 can, and 8 by 2 or 4.\n')
    assert.match(
      (await ask('--what-if', 'layers=4')).stdout,
      /^With 4 layers rather than 2: 3,656 parameters rather than 1,912; /,
    )
    const { impossible } = JSON.parse((await ask('--what-if', 'heads=3', '--json')).stdout)
    assert.deepEqual(impossible.heads, [2, 4])
    const complain = (...words: string[]) => complaint(['shapes', 'runs/cat', ...words], { folder })
    assert.equal(
      await complain('--what-if', '5'),
      'shapes: --what-if "5" says no size. Give one of layers, heads, model, hidden, context, vocab, and what it would be: heads=5.',
    )
    assert.equal(
      await complain('--what-if', 'heads=4', '--operations'),
      'shapes: --what-if is about another model. Leave --operations and --of out.',
    )
  })

  test('describes one value', async () => {
    const { stdout } = await cutaway(['shapes', '--of', 'blocks.0.attention.key'])
    assert.equal(
      stdout,
      `blocks.0.attention.key = Σ[model] blocks.0.attentionNorm.output ·
  blocks.0.attention.key.weight + blocks.0.attention.key.bias

  batch   12  chosen
  source  64  chosen: at most the context
  head     4  forced by blocks.0.attention.query.weight:
              blocks.0.attention.scores is a product that has both run along
  key     32  forced by blocks.0.attention.query.weight:
              blocks.0.attention.scores is a product that runs over both
`,
    )
    const { stdout: json } = await cutaway(['shapes', '--of', 'logits', '--json'])
    assert.deepEqual(JSON.parse(json).axes[2], { name: 'vocab', size: 65, reason: 'so many different tokens' })
  })

  const kinds: readonly [run: string, shows: readonly RegExp[]][] = [
    [
      'runs/reader',
      [
        /^encoder\.blocks\.0$/m,
        /^decoder\.blocks\.0$/m,
        /^ +\d+ {2}cross\.scores = cross\.query · cross\.keyᵀ$/m,
        /^ {5}8 times \(5 × 4\) · \(4 × 5\) → \(5 × 5\)/m,
        /^ +\d+ {2}decoder\.logits = decoder\.blocks\.0\.output · encoder\.embedding\.tokenᵀ$/m,
      ],
    ],
    [
      'runs/filler',
      [
        /^ +\d+ {2}transforming = bert\.blocks\.0\.output · transform\.weight$/m,
        /^ {5}\(20 × 8\) · \(8 × 11\) → \(20 × 11\)/m,
      ],
    ],
    [
      'runs/mood',
      [/^ +\d+ {2}bert\.pooling = bert\.first · bert\.pooler\.weight$/m, /^ {5}\(4 × 8\) · \(8 × 3\) → \(4 × 3\)/m],
    ],
  ]
  for (const [run, shows] of kinds)
    test(`tells the shapes of ${run}`, async () => {
      const { code, stdout, stderr } = await cutaway(['shapes', run, '--batch', '4', '--context', '5'], { folder })
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      for (const line of shows) assert.match(stdout, line)
      // What has no name is a value that people cannot ask for.
      assert.doesNotMatch(stdout, /without a name|undefined|NaN/)
    })

  test('describes the pattern between the halves of a translator', async () => {
    const { stdout } = await cutaway(['shapes', 'runs/reader', '--of', 'decoder.blocks.0.cross.pattern', '--json'], {
      folder,
    })
    const { axes } = JSON.parse(stdout) as { axes: { name: string; size: number; reason: string }[] }
    assert.deepEqual(
      axes.map(({ name, size }) => `${name} ${size}`),
      ['batch 12', 'position 12', 'head 2', 'source 12'],
    )
    assert.equal(
      await complaint(['shapes', 'runs/filler', '--of', 'blocks.0.attention.pattern'], { folder }),
      'address: there is no value "blocks.0.attention.pattern". Did you mean "bert.blocks.0.attention.pattern"?',
    )
  })

  test('names what there is when nothing is near', async () => {
    assert.equal(
      await complaint(['shapes', 'runs/reader', '--of', 'cross'], { folder }),
      'address: there is no value "cross". There are, for instance, "decoder.blocks.0.cross.key", "decoder.blocks.0.cross.value", "decoder.blocks.0.cross.query".',
    )
  })

  test('complains of what makes no sense', async () => {
    const complain = (...words: string[]) => complaint(['shapes', ...words], { folder })
    assert.equal(
      await complain('runs/cat', '--layers', '3'),
      'shapes: --layers is that of the run runs/cat. Leave it out, or leave out the run.',
    )
    assert.equal(
      await complain('runs/cat', '--context', '9'),
      'shapes: --context is 9, but the run runs/cat sees 8 tokens at most. Give a smaller one.',
    )
    assert.equal(
      await complain('--of', 'blocks.0.attention.patern'),
      'address: there is no value "blocks.0.attention.patern". Did you mean "blocks.0.attention.pattern", "blocks.1.attention.pattern" or "blocks.2.attention.pattern"?',
    )
    assert.equal(
      await complain('--model', '100', '--heads', '7'),
      'gpt2: model 100 cannot be divided among 7 heads. Choose a multiple of 7, for instance 105.',
    )
    assert.equal(await complain('runs/cot'), 'runs/cot: there is no such folder. Did you mean "runs/cat"?')
  })
})
