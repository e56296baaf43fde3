// cutaway patch and cutaway ablate: in the terminal, as JSON, as a page; and what they refuse.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('interventions', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
  })
  after(() => place[Symbol.asyncDispose]())

  const texts = ['patch', 'runs/cat', 'the cat', 'the mat', '--token', ' ']

  test('patch: the stream as a grid, heads and MLPs as a table', async () => {
    const { code, stdout, stderr } = await cutaway([...texts, '--against', 's'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^The corrupt text, with values of the clean one: the logit of " " less that of\s"s"\n/)
    for (const row of ['embedded', 'layer 0', 'layer 1', 'layer 0, head 1', 'layer 1, mlp'])
      assert.match(stdout, new RegExp(`\n${row} `))
  })

  test('patch: as JSON, with labels and all digits', async () => {
    const { stdout } = await cutaway([...texts, '--json', '--noising'], { folder })
    const { tokens, corruptTokens, direction, clean, corrupt, streams, parts } = JSON.parse(stdout)
    assert.deepEqual([tokens.join(''), corruptTokens.join(''), direction], ['the cat', 'the mat', 'noising'])
    assert.deepEqual([streams.length, parts.length], [3 * 7, 2 * 3])
    const last = streams.at(-1)
    assert.deepEqual([last.layer, last.position, last.address], [1, 6, 'blocks.1.output {position: 6}'])
    assert.ok(Math.abs(last.raw - corrupt) < 1e-5 && Math.abs(last.effect - (corrupt - clean)) < 1e-5)
    assert.deepEqual(
      parts.slice(0, 3).map(({ address }: { address: string }) => address),
      ['blocks.0.attention.mixed {head: 0}', 'blocks.0.attention.mixed {head: 1}', 'blocks.0.mlp.output'],
    )
    assert.equal(typeof parts[0].estimate, 'number')
  })

  test('patch: edges, their estimates and circuits, and paths', async () => {
    const { stdout } = await cutaway([...texts, '--what', 'edges', '--to', 'logits', '--hold-scale'], { folder })
    assert.match(stdout, /^Edges of the corrupt text, patched one by one: the logit of " "\n/)
    assert.match(stdout, /\nlayer 1, mlp +-?\d\.\d+\n\nEdges, the strongest first\nfrom +to +share +effect \(logit\)\n/)
    const attribution = [...texts, '--what', 'attribution', '--steps', '2', '--circuits', '46,0', '--top', '1']
    const { stdout: json } = await cutaway([...attribution, '--json', '--svg', 'edges.svg'], { folder })
    const { rows, writers, steps, circuits, corrupt } = JSON.parse(json)
    assert.deepEqual([rows.length, writers.length, steps, circuits.edges], [46, 7, 2, 46])
    assert.ok(Math.abs(circuits.rows[0].normalised - 1) < 0.01 && Math.abs(circuits.rows[1].raw - corrupt) < 1e-5)
    assert.match(await readFile(join(folder, 'edges.svg'), 'utf8'), /The strongest 1 of 46 edges/)
    const paths = [...texts, '--what', 'paths', '--to', 'blocks.1.attention.query', '--freeze-mlps', '--json']
    const { receivers, rows: senders } = JSON.parse((await cutaway(paths, { folder })).stdout)
    assert.deepEqual([receivers, senders.length, senders[1].head], [['blocks.1.attention.query'], 4, 1])
  })

  test('patch: several pairs of a file, with errors; the line of one that is none', async () => {
    const fields = 'the cat\tthe mat\t \nthe mat\tthe sat\tt\n\n'
    const object = '{"clean": "sat sat", "corrupt": "mat mat"}'
    await writeFile(join(folder, 'pairs.tsv'), `${fields}${object}`)
    const words = (file: string) => ['patch', 'runs/cat', '--pairs', file, '--token', 'a']
    const { stdout } = await cutaway(words('pairs.tsv'), { folder })
    assert.match(stdout, /^The corrupt text, with values of the clean one: the logit of each pair's token\n/)
    assert.match(stdout, /Means over 3 pairs\.[\s\S]*\npart +share +standard error +/)
    for (const [text, line] of [
      [`${fields}the c\tthe m`, '4: the texts have 5 tokens, those of line 1 have 7. Give pairs of one length.'],
      [
        'the cat\tthe cats',
        '1: the clean text has 7 tokens, the corrupt one 8. The first that does not line up is token 7: its end in the clean one, "s" in the corrupt one. Give texts of as many tokens.',
      ],
      ['{"clean": "cat", "corrupt": 3}', '1: "corrupt" is 3; give a text.'],
      [
        'the cat\tthe mat\nthe cat\tthe mat\tat',
        '2: --token "at" is 2 tokens, "a" "t". Give a text that is one token; a space before a word is part of it in many vocabularies.',
      ],
    ]) {
      await writeFile(join(folder, 'bad.tsv'), text)
      assert.equal(await complaint(words('bad.tsv'), { folder }), `patch: bad.tsv, line ${line}`)
    }
    assert.match(
      await complaint([...words('pairs.tsv'), '--steps', '2'], { folder }),
      /^patch: --steps is for --what attribution, but --what parts is asked for\./,
    )
  })

  test('patch: of a classifier of texts, the logit of the class that it names for the clean one, or of another', async () => {
    const patch = async (...words: string[]) =>
      JSON.parse((await cutaway(['patch', 'runs/mood', 'the cat', 'hat the', ...words, '--json'], { folder })).stdout)
    const classes = async (text: string): Promise<Record<string, number>> => {
      const words = ['read', 'runs/mood', text, 'classes', '--json', '--engine', 'reference']
      const { values } = JSON.parse((await cutaway(words, { folder })).stdout)
      return Object.fromEntries(['bad', 'good', 'so so'].map((label, i) => [label, values.classes.data[i]]))
    }
    const [clean, corrupt] = [await classes('the cat'), await classes('hat the')]
    const near = (found: number, wanted: number) =>
      assert.ok(Math.abs(found - wanted) < 1e-5, `${found}, not ${wanted}`)
    const own = await patch()
    assert.equal(own.metric.position, 0)
    near(own.clean, Math.max(...Object.values(clean)))
    const asked = await patch('--token', 'so so', '--against', 'bad')
    near(asked.clean, clean['so so'] - clean.bad)
    near(asked.corrupt, corrupt['so so'] - corrupt.bad)
    const plain = await patch('--token', 'so so', '--against', 'bad', '--engine', 'reference')
    for (const [i, { effect }] of asked.parts.entries()) near(effect, plain.parts[i].effect)
    assert.ok(asked.parts.some(({ effect }: { effect: number }) => Math.abs(effect) > 1e-5))
    assert.match(
      await complaint(['patch', 'runs/mood', 'the cat', 'hat the', '--token', 'x'], { folder }),
      /^patch: --token "x" is no class of the model\. Its classes are bad, good, so so\./,
    )
  })

  test('patch: pairs as an array; tokens of the command line are for pairs without; no mean of logits and differences', async () => {
    const said = async (text: string, flags: string[], line: string) => {
      await writeFile(join(folder, 'some.txt'), text)
      assert.equal(await complaint(['patch', 'runs/cat', '--pairs', 'some.txt', ...flags], { folder }), line)
    }
    const all = [{ clean: 'the cat', corrupt: 'the mat', token: ' ', against: 's' }]
    await writeFile(join(folder, 'pairs.json'), JSON.stringify([...all, ...all], null, 2))
    const { stdout } = await cutaway(['patch', 'runs/cat', '--pairs', 'pairs.json', '--json'], { folder })
    assert.equal(JSON.parse(stdout).pairs, 2)
    await said('[{"clean": "cat"}]', [], 'patch: some.txt, pair 1 lacks "corrupt". Give both texts.')
    await said(
      '[{"clean": "cat", "corrupt": "mat"}, 3]',
      [],
      'patch: some.txt, pair 2 is 3. Write {"clean", "corrupt", "token", "against"}.',
    )
    await said(
      'the cat\tthe mat\ta\tt\n\nthe cat\tthe mat\ta',
      [],
      'patch: some.txt: line 1 has a token against another, line 3 only a token; a difference of logits and a logit have no mean. Give all lines one against theirs, or none; --against serves those without.',
    )
    for (const [flag, text] of [
      ['token', 'the cat\tthe mat\ta'],
      ['against', 'the cat\tthe mat\ta\tt'],
    ])
      await said(
        text,
        [`--${flag}`, 's'],
        `patch: --${flag} is for pairs without one, but every pair of some.txt has its own. Leave --${flag} out.`,
      )
    await said(
      'the cat\tthe mat\nthe cat\tthe m§t',
      ['--token', 'a'],
      'patch: some.txt, line 2: tokenizer: the vocabulary has no "§" (character 6); it knows the 11 characters of its training text. Leave them out, or train on a text that has them.',
    )
    await said(
      'the c§t\tthe mat',
      ['--token', 'a'],
      'patch: some.txt, line 1: tokenizer: the vocabulary has no "§" (character 6); it knows the 11 characters of its training text. Leave them out, or train on a text that has them.',
    )
  })

  test('edits that cut everything off are said, those that cut some off are not in the way', async () => {
    const cut = ['--edit', 'blocks.0.output = 0']
    const line =
      'with these edits nothing that is patched reaches what is looked at: both texts give the same logits. Leave out an edit, or give it a place.'
    for (const [what, asker] of [
      ['parts', 'patch'],
      ['edges', 'edges'],
      ['attribution', 'edges'],
    ])
      assert.equal(await complaint([...texts, '--what', what, ...cut], { folder }), `${asker}: ${line}`)
    const paths = ['--what', 'paths', '--to', 'blocks.1.attention.query']
    assert.equal(await complaint([...texts, ...paths, ...cut], { folder }), `paths: ${line}`)
    for (const what of ['parts', 'attribution']) {
      const words = [...texts, '--what', what, '--edit', 'blocks.1.attention.output = 0', '--json']
      const { parts, writers } = JSON.parse((await cutaway(words, { folder })).stdout)
      for (const { layer, part, estimate, score } of parts ?? writers)
        if (layer === 1 && part === 'attention') assert.equal(Math.abs(estimate ?? score), 0)
    }
    const { stdout } = await cutaway(['ablate', 'runs/cat', 'cat.txt', '--edit', 'blocks.1.output = 0'], { folder })
    assert.match(stdout.replaceAll('\n', ' '), /No part changes the loss at all: none reaches it, as where an edit /)
  })

  test('patch: the steps of an attribution have a bound', async () => {
    assert.match(
      await complaint([...texts, '--what', 'attribution', '--steps', '1000000000'], { folder }),
      /^cutaway: --steps needs a whole number from 1 to 1000, but got "1000000000"\.$/,
    )
  })

  test('patch: a model that fills in at its mask; the sources of a translator, for one target', async () => {
    const filler = ['patch', 'runs/filler', 't[MASK]e cat', 't[MASK]e hat', '--token', 'h', '--json']
    const { metric, streams } = JSON.parse((await cutaway(filler, { folder })).stdout)
    assert.deepEqual([metric.position, streams.length], [2, 2 * 9])
    assert.ok(Math.abs(streams[9 + 2].normalised - 1) < 1e-3)
    const reader = ['patch', 'runs/reader', 'the cat', 'the hat', '--target', 'he', '--token', 't']
    const { stdout } = await cutaway(reader, { folder })
    assert.match(stdout, /The stream of the encoder, patched at one position[\s\S]*\n +t +h +e +␣ +c\|h +a +t <\/s>\n/)
    assert.match(stdout, /The stream of the decoder, patched at one position[\s\S]*\nembedded +0 +0 +0\n/)
    const facts = JSON.parse((await cutaway([...reader, '--json'], { folder })).stdout)
    const halves = facts.parts.map(({ half, part }: { half: string; part: string }) => `${half} ${part}`)
    assert.deepEqual(
      [...new Set(halves)],
      ['encoder attention', 'encoder mlp', 'decoder attention', 'decoder cross', 'decoder mlp'],
    )
    assert.match(
      await complaint([...reader, '--what', 'edges'], { folder }),
      /^edges: the decoder looks at the stream of/,
    )
  })

  test('trace: grids of what brings the answer back, with the subject marked', async () => {
    const words = ['trace', 'runs/cat', 'the cat', '--subject', 'cat', '--draws', '2']
    const { code, stdout, stderr } = await cutaway([...words, '--token', ' ', '--window', '2'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^What brings " " back, while noise hides the subject\n/)
    assert.match(stdout, /t\*/)
    const { stdout: json } = await cutaway([...words, '--json', '--noise', '0'], { folder })
    const { subject, position, total, rows, window } = JSON.parse(json)
    assert.deepEqual([subject, position, total, window, rows.length], [[4, 5, 6], 6, 0, 1, 7 * 7])
  })

  test('ablate: the parts, the one that is missed most first', async () => {
    const { code, stdout, stderr } = await cutaway(['ablate', 'runs/cat', 'cat.txt', '--resample'], { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(
      stdout,
      /^What the model loses without a head or an MLP, each replaced by what it is in\sanother window/,
    )
    assert.match(stdout, /over 16 windows of 8 tokens, evenly\sover the text; 591 tokens of it stand in none of them\./)
    const words = ['ablate', 'runs/cat', 'cat.txt', '--zero', '--windows', '4']
    const edits = ['--edit', 'blocks.0.mlp.output = 0']
    const { stdout: json } = await cutaway([...words, ...edits, '--json', '--html', 'lost.html'], { folder })
    const { kind, windows, loss, rows } = JSON.parse(json)
    assert.deepEqual([kind, windows, rows.length], ['zero', 4, 6])
    for (const row of rows) assert.ok(Math.abs(row.loss - row.change - loss) < 1e-6 && row.error >= 0)
    const gone = rows.find(({ layer, part }: { layer: number; part: string }) => layer === 0 && part === 'mlp')
    assert.equal(gone.change, 0)
    assert.match(await readFile(join(folder, 'lost.html'), 'utf8'), /<table/)
  })

  test('ablate: by the loss that eval tells, of every kind of model', async () => {
    await writeFile(join(folder, 'two.tsv'), 'bad\tthe cat\ngood\ta cat\nso so\tat\n')
    await writeFile(join(folder, 'pairs.tsv'), 'the cat\ta cat\nteach\tat\n')
    await writeFile(join(folder, 'hat.txt'), 'the cat at the hat that a cat had\n'.replaceAll('d', 't').trim())
    const each: readonly (readonly [words: string[], unit: RegExp, parts: string[]])[] = [
      [
        ['runs/filler', 'hat.txt'],
        /nats per hidden token, over \d windows, \d+ hidden tokens in all\./,
        ['attention', 'mlp'],
      ],
      [
        ['runs/reader', 'pairs.tsv'],
        /token of the target, over 2 pairs, 9 tokens of the target in all\./,
        ['attention', 'cross', 'mlp'],
      ],
      [['runs/mood', 'two.tsv'], /nats per text, over 3 texts\./, ['attention', 'mlp']],
    ]
    for (const [words, unit, parts] of each) {
      const own = words[0] === 'runs/reader' ? ['--edit', 'encoder.blocks.0.mlp.output = scale 2'] : []
      const { loss } = JSON.parse((await cutaway(['eval', ...words, ...own, '--json'], { folder })).stdout)
      const html = ['--resample', '--json', '--html', 'lost.html']
      const { stdout } = await cutaway(['ablate', ...words, ...own, ...html], { folder })
      const found = JSON.parse(stdout)
      assert.ok(Math.abs(found.loss - loss) < 1e-5, `${words}: ${found.loss}, not ${loss}`)
      assert.deepEqual([...new Set(found.rows.map(({ part }: { part: string }) => part))].sort(), parts)
      for (const row of found.rows) assert.ok(Math.abs(row.loss - row.change - loss) < 1e-5 && row.error >= 0)
      assert.match((await readFile(join(folder, 'lost.html'), 'utf8')).replace(/\s+/g, ' '), unit)
    }
  })

  test('what cannot be done is said in one line', async () => {
    const said = async (words: string[], line: string) => assert.equal(await complaint(words, { folder }), line)
    await said(
      ['trace', 'runs/cat', 'the cat', '--subject', 'dog'],
      'trace: --subject "dog" is no part of the text that ends where tokens end. The tokens are "t" "h" "e" " " "c" "a" "t".',
    )
    await said(
      ['trace', 'runs/cat', 'the cat'],
      'trace: which part of the text is the subject? Give --subject "The cat".',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the ma', '--token', ' '],
      'patch: the clean text has 7 tokens, the corrupt one 6. The first that does not line up is token 4: "c" in the clean one, "m" in the corrupt one. Give texts of as many tokens.',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the cat', '--token', ' '],
      'patch: both texts have the same tokens, so that no patch can change anything. Give two that differ.',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the mat', '--token', 'at'],
      'patch: --token "at" is 2 tokens, "a" "t". Give a text that is one token; a space before a word is part of it in many vocabularies.',
    )
    await said(
      ['patch', 'runs/filler', 'the cat', 'the hat', '--token', 't'],
      'patch: the model fills in what is masked, but the text has no [MASK]. Give one, at the same place in every text, or --position.',
    )
    await said(
      ['patch', 'runs/cat', 'the cat', 'the mat'],
      'patch: which logit is looked at? Give --token " x", and --against " y" for a difference.',
    )
    await said(
      ['ablate', 'runs/cat', 'cat.txt', '--zero', '--mean'],
      'ablate: --zero and --mean exclude each other. Give one of them.',
    )
    await said(
      ['ablate', 'runs/mood', 'cat.txt'],
      'cat.txt, line 1: there is 1 column, but the text is to stand in column 2. Put one tab between columns.',
    )
    await said(
      ['ablate', 'runs/cat', 'cat.txt', 'dog.txt'],
      'cutaway: ablate takes one file, but got also "dog.txt". Leave it out.',
    )
    await said(
      ['ablate', 'runs/filler', 'cat.txt', '--label', 'en'],
      'ablate: --label names a column of a table, but this model is given plain text. Leave it out.',
    )
    await writeFile(join(folder, 'one.tsv'), 'the cat\ta cat\n')
    await said(
      ['ablate', 'runs/reader', 'one.tsv', '--resample'],
      'ablate: resampling takes values from another example, but there is only one. Give more, or take zero or mean.',
    )
    await said(
      ['ablate', 'runs/reader', 'one.tsv', '--no-special'],
      'ablate: --no-special is for models that write on; this one always reads whole texts. Leave it out.',
    )
  })
})
