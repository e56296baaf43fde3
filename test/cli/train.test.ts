// cutaway train: a run from beginning to end, interrupted and resumed, and everything that can be wrong with what it is told.

import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, tinySizes, type Workshop, workshop } from './run.ts'

const files = [
  'config.json',
  'generation_config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
  'training.safetensors',
]

describe('cutaway train', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
  })
  after(() => place[Symbol.asyncDispose]())
  const train = (words: string, options = {}) =>
    cutaway(['train', 'cat.txt', ...tinySizes, ...words.split(' ')], { folder, ...options })
  const state = (run: string) => readFile(join(folder, run, 'training.safetensors'))

  test('says what it will do, shows how it goes, and saves', async () => {
    const { code, stdout, stderr } = await train('--steps 8 --eval-every 4')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const lines = stdout.split('\n')
    assert.deepEqual(lines.slice(0, 3), [
      'text         cat.txt: 720 characters, 11 of them different',
      'tokens       648 to learn from, 72 held back',
      'model        2 layers of 2 heads, model 8, context 8: 1,912 parameters',
    ])
    assert.match(
      stdout,
      /^to beat {6}2\.40 by guessing \(ln 11\), \d\.\d\d by counting characters, \d\.\d\d by\n {13}counting pairs$/m,
    )
    assert.match(stdout, /^memory {7}\d+ kB that lasts \(weights, optimizer\), \d+ kB while a step runs$/m)
    assert.match(
      stdout,
      /^training {5}8 steps of 2 × 8 tokens; learning rate up to 0\.001 in 1 step, then\n {13}down to 0\.0001; seed 0$/m,
    )
    assert.deepEqual(
      lines
        .filter((line) => line.startsWith('step'))
        .map((line) => line.replaceAll(/\d\.\d\d\d/g, 'N').replace(/ {3}better.*/, '')),
      [0, 4, 8].map((step) => `step ${step}   loss N   on unseen text N`),
    )
    assert.match(
      stdout,
      /^Done in .*; on unseen text it is as unsure as between \d+\.\d\s+characters\s+\(e\^\d\.\d\d\)\.\s+Saved\s+in\s+runs\/cat\.\s+Try:$/m,
    )
    assert.match(stdout, /^ {2}cutaway generate runs\/cat$/m)
    assert.deepEqual((await readdir(join(folder, 'runs/cat'))).sort(), files)
  })

  test('does not touch a run that is there, unless it is told to', async () => {
    const before = await state('runs/cat')
    assert.equal(
      await complaint(['train', 'cat.txt'], { folder }),
      'runs/cat: there is a run in it already. Add --resume to go on with it, --force to replace it, or name another folder with --out.',
    )
    // What contradicts itself is said first: it would be wrong in any folder.
    assert.equal(
      await complaint(['train', 'cat.txt', '--vocab', '100'], { folder }),
      'cutaway: a vocabulary of characters has as many pieces as the text has characters. Leave --vocab out, or add --tokenizer bytes.',
    )
    assert.equal(
      await complaint(['train', 'cat.txt', '--min-lr', '1'], { folder }),
      'cutaway: --min-lr is 1, above the highest learning rate, 0.001: it would rise to its end. Give a smaller --min-lr.',
    )
    assert.deepEqual(await state('runs/cat'), before)
    const { code } = await train('--steps 2 --force --model 4')
    assert.equal(code, 0)
    assert.notDeepEqual(await state('runs/cat'), before)
  })

  test('never touches a folder that is no run', async () => {
    await mkdir(join(folder, 'notes'))
    await writeFile(join(folder, 'notes/diary.md'), 'mine')
    for (const words of [[], ['--force']]) {
      assert.equal(
        await complaint(['train', 'cat.txt', '--out', 'notes', ...words], { folder }),
        'notes: this folder holds other things and is no run. Name another one with --out.',
      )
    }
    assert.deepEqual(await readdir(join(folder, 'notes')), ['diary.md'])
  })

  test('is interrupted by Ctrl-C, and goes on to the same bits', async () => {
    const settings = '--steps 300 --dropout 0.1 --seed 5'
    const whole = await train(`${settings} --out runs/whole`)
    assert.equal(whole.code, 0)
    const half = await train(`${settings} --out runs/half`, { interruptAt: 'step   0' })
    assert.equal(half.code, 130)
    assert.match(half.stderr, /Stopping after this step, to save\. Ctrl-C once more stops at once\./)
    assert.match(
      half.stderr,
      /^Stopped after step \d+ of 300; saved in runs\/half\. Go on with:\n {2}cutaway train cat\.txt --out runs\/half --resume$/m,
    )
    // The run remembers its text, so it need not be named again.
    const rest = await cutaway(['train', '--resume', '--out', 'runs/half'], { folder })
    assert.deepEqual({ code: rest.code, stderr: rest.stderr }, { code: 0, stderr: '' })
    assert.match(rest.stdout, /^training {5}from step \d+ on, 300 steps of 2 × 8 tokens;/m)
    for (const file of files) {
      assert.deepEqual(
        await readFile(join(folder, 'runs/half', file)),
        await readFile(join(folder, 'runs/whole', file)),
        file,
      )
    }
  })

  test('resumes only the same run', async () => {
    const resume = (words: string) => complaint(['train', ...words.split(' '), '--resume'], { folder })
    assert.equal(
      await resume('cat.txt --out runs/whole'),
      'runs/whole: the run has taken its 300 steps already. Give more to go on: --steps 600.',
    )
    assert.equal(
      await resume('cat.txt --out runs/whole --steps 400 --layers 3'),
      'runs/whole: --layers is 3, but the run to go on with has 2. Leave it out, or begin a new run with --out.',
    )
    await writeFile(join(folder, 'dog.txt'), 'the dog ran.')
    assert.equal(
      await resume('dog.txt --out runs/whole --steps 400'),
      'runs/whole: it was trained on another text (cat.txt, 720 characters) than dog.txt is now (12 characters). Give that, or begin a new run with --out.',
    )
    assert.equal(
      await resume('cat.txt --out runs/nothing'),
      'runs/nothing: there is no run in it to go on with. Begin one without --resume, or name its folder with --out.',
    )
  })

  test('goes on for more steps', async () => {
    const words = ['train', '--resume', '--out', 'runs/whole', '--steps', '310', '--lr', '0.002']
    const { code, stdout } = await cutaway(words, { folder })
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^changed {6}steps 300 → 310, lr 0\.001 → 0\.002, min-lr 0\.0001 → 0\.0002, warmup\n {13}15 → 16$/m,
    )
    assert.match(stdout, /^step 310 /m)
  })

  test('reads several files and folders', async () => {
    await mkdir(join(folder, 'texts/deep'), { recursive: true })
    await writeFile(join(folder, 'texts/deep/a.txt'), 'a mat. '.repeat(50))
    await writeFile(join(folder, 'texts/b.bin'), new Uint8Array([0, 255]))
    const { code, stdout } = await cutaway(['train', 'texts', 'cat.txt', ...tinySizes, '--steps', '1'], { folder })
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^text {9}2 files: 1,071 characters, 12 of them different; 1 file passed\n {13}over, being no text$/m,
    )
    assert.ok((await stat(join(folder, 'runs/texts/model.safetensors'))).size > 0)
  })

  test('prints events as JSON', async () => {
    const { code, stdout } = await train('--steps 2 --json --out runs/json')
    assert.equal(code, 0)
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      events.map(({ kind, step }) => [kind, step]),
      [
        ['begin', 0],
        ['evaluation', 0],
        ['step', 1],
        ['evaluation', 1],
        ['step', 2],
        ['evaluation', 2],
        ['done', 2],
      ],
    )
  })

  test('stops with advice when the loss is no number any more', async () => {
    const { code, stderr } = await train('--steps 50 --lr 1e30 --clip 0 --out runs/nan')
    assert.equal(code, 1)
    assert.match(stderr, /^train: loss is NaN at step \d+ \(.*\)\. Lower the learning rate \(now [\de+.]+\)/)
  })

  test('takes the sizes of nanoGPT, and those that are given', async () => {
    const { code, stdout } = await train('--preset nanogpt --steps 1 --out runs/preset')
    assert.equal(code, 0)
    assert.match(stdout, /^model {8}2 layers of 2 heads, model 8, context 8/m)
    assert.match(stdout, /^training {5}1 step of 2 × 8 tokens/m)
  })

  const complaints: readonly [words: string, message: string][] = [
    ['', 'cutaway: train needs a text: cutaway train FILE…. Name files, or folders with text in them.'],
    ['cst.txt', 'text: cst.txt does not exist: there is no "cst.txt" in FOLDER. Did you mean "cat.txt"?'],
    ['empty.txt', 'text: empty.txt is empty. Name a file with text in it.'],
    [
      'bytes.bin',
      'text: bytes.bin is no UTF-8 text: byte 0 (0xff) in line 1 cannot stand there. It seems to be UTF-16 (little-endian). Save it as UTF-8, or name another file.',
    ],
    [
      'none',
      'text: there is no text in the folder none. Name a folder with .txt or .md files, or any other UTF-8 text.',
    ],
    [
      'short.txt',
      'corpus: of 10 tokens 1 is for validation, but a context of 8 takes 9 (the last target is one further). Give a text of at least 81 tokens.',
    ],
    [
      'cat.txt --out x --context 100',
      'corpus: of 720 tokens 72 are for validation, but a context of 100 takes 101 (the last target is one further). Give a text of at least 1001 tokens, or a context of at most 71.',
    ],
    [
      'cat.txt --out x --model 64 --heads 3',
      'gpt2: model 64 cannot be divided among 3 heads. Choose a multiple of 3, for instance 66.',
    ],
    [
      'cat.txt --resume --force',
      'cutaway: --resume goes on with the run that is there, --force replaces it. Give one of them.',
    ],
    ['cat.txt --layer 2', 'cutaway: there is no flag --layer. Did you mean --layers?'],
    ['cat.txt --layers', 'cutaway: --layers needs a value: --layers N.'],
    [
      '--task datez',
      'cutaway: --task needs "copy" or "reverse" or "sort" or "addition" or "modular-addition" or "successor" or "dates" or "scenes", but got "datez". Did you mean "dates"?',
    ],
    ['cat.txt --dropout 1', 'cutaway: --dropout needs a number from 0 to 0.99, but got "1".'],
    ['cat.txt --out cat.txt', 'cat.txt: this is a file, not a folder. Name a folder with --out.'],
    [
      'cat.txt --out /proc/none',
      '/proc/none: nothing can be saved there: no folder can be made there. Name another folder with --out.',
    ],
  ]
  before(async () => {
    await writeFile(join(folder, 'empty.txt'), '')
    await writeFile(join(folder, 'short.txt'), 'short text')
    await writeFile(join(folder, 'bytes.bin'), new Uint8Array([255, 254, 0]))
    await mkdir(join(folder, 'none'))
  })
  for (const [words, message] of complaints) {
    const skip = words.includes('/proc') && process.platform !== 'linux'
    test(`complains of "train ${words}"`, { skip }, async () => {
      assert.equal(
        await complaint(['train', ...words.split(' ').filter((word) => word !== '')], { folder }),
        message.replace('FOLDER', folder),
      )
    })
  }

  test('leaves no folder behind when it cannot begin', async () => {
    assert.ok(!(await readdir(folder)).includes('x'))
    assert.ok(!(await readdir(join(folder, 'runs'))).includes('short'))
  })
})

const words = ['one', 'two', 'three', 'four', 'five'] as const
const wörter = ['eins', 'zwei', 'drei', 'vier', 'fünf'] as const
/** Some numbers, the same every time. */
const numbers = (i: number): number[] =>
  Array.from({ length: 1 + (i % 4) }, (_, place) => (i * 7 + place * 3 + (i >> 2)) % 5)

describe('cutaway train --as', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    const all = Array.from({ length: 120 }, (_, i) => numbers(i))
    const said = (of: readonly string[], ids: readonly number[]) => ids.map((id) => of[id]).join(' ')
    const lines = {
      'pairs.tsv': all.map((ids) => `${said(words, ids)}\t${said(wörter, ids)}`),
      'a.txt': all.map((ids) => said(words, ids)),
      'b.txt': all.map((ids) => said(wörter, ids)),
      'labelled.jsonl': all.map((ids) =>
        JSON.stringify({ text: said(words, ids), label: ids[0] % 2 ? 'odd' : 'even' }),
      ),
      'cat-labels.tsv': ['a\tthe cat', 'b\tthe mat'],
      'broken.tsv': ['one\teins', 'two'],
      'short.txt': ['the cat sat on the mat. the cat sat on the mat. the cat'],
    }
    for (const [name, content] of Object.entries(lines)) await writeFile(join(folder, name), `${content.join('\n')}\n`)
  })
  after(() => place[Symbol.asyncDispose]())
  const train = (line: string, options = {}) =>
    cutaway(['train', ...line.split(' '), '--layers', '1', '--model', '8', '--threads', '1'], { folder, ...options })
  const config = async (run: string) => JSON.parse(await readFile(join(folder, run, 'config.json'), 'utf8'))

  const runs: readonly [line: string, run: string, architecture: string, shows: RegExp][] = [
    ['cat.txt --as llama --steps 2', 'cat', 'LlamaForCausalLM', /^text {9}cat\.txt: 720 characters, 11 of them/m],
    [
      'cat.txt --tokenizer bytes --vocab 270 --context 8 --steps 2 --out runs/bytes',
      'bytes',
      'GPT2LMHeadModel',
      /^tokens {7}\d+ to learn from, \d+ held back, 2\d\d different ones$/m,
    ],
    [
      'cat.txt --as encoder --steps 2 --out runs/filler',
      'filler',
      'BertForMaskedLM',
      /^step 2 .* right \d[\s\S]*\n {2}cutaway fill runs\/filler 'sat on the ma\[MASK\]'\n/m,
    ],
    [
      'cat.txt --as encoder --tokenizer wordpiece --vocab 40 --context 8 --seed 1 --steps 2 --out runs/pieces',
      'pieces',
      'BertForMaskedLM',
      /^model .* context 8: /m,
    ],
    [
      'pairs.tsv --as encoder-decoder --steps 2',
      'pairs',
      'MarianMTModel',
      /^pairs {8}\d+ to learn from, \d+ held back$/m,
    ],
    ['a.txt b.txt --as encoder-decoder --steps 2 --preset paper', 'a', 'MarianMTModel', /root of\s+the\s+step/m],
    [
      'labelled.jsonl --as classifier --steps 2',
      'labelled',
      'BertForSequenceClassification',
      /^labels {7}even, odd$[\s\S]*\n {2}cutaway classify runs\/labelled --text \S/m,
    ],
    ['--task sort --steps 2', 'sort', 'GPT2LMHeadModel', /^step 2 .* exact 0\.0 %/m],
    ['--task reverse --as encoder-decoder --steps 2', 'reverse', 'MarianMTModel', /^task {9}reverse: /m],
  ]
  for (const [line, run, architecture, shows] of runs)
    test(line, async () => {
      const { code, stdout, stderr } = await train(line)
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      assert.match(stdout, shows)
      assert.deepEqual((await config(`runs/${run}`)).architectures, [architecture])
    })

  test('goes on to the same bits, whatever it is', async () => {
    for (const [from, again] of [
      ['pairs.tsv --as encoder-decoder --dropout 0.1 --smoothing 0.1', ''],
      ['--task addition --dropout 0.1', '--task addition'],
      ['cat.txt --as encoder --dropout 0.1', ''],
    ]) {
      const settings = '--schedule constant --warmup 0 --eval-every 2 --batch 8'
      assert.equal((await train(`${from} ${settings} --steps 4 --out runs/whole --force`)).code, 0)
      assert.equal((await train(`${from} ${settings} --steps 2 --out runs/half --force`)).code, 0)
      const words = ['train', ...again.split(' ').filter(Boolean), '--resume', '--out', 'runs/half', '--steps', '4']
      const { code, stderr } = await cutaway(words, { folder })
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      const weights = (run: string) => readFile(join(folder, run, 'model.safetensors'))
      assert.deepEqual(await weights('runs/half'), await weights('runs/whole'), from)
    }
  })

  test('goes on from a model that has learnt something, with a new head where it needs one', async () => {
    const { stdout: loss } = await train('cat.txt --as decoder --steps 40 --lr 0.01 --out runs/learnt')
    const learnt = /^step 40 .* unseen text (\d\.\d+)/m.exec(loss)?.[1]
    const more = await cutaway(['train', 'cat.txt', '--from', 'runs/learnt', '--steps', '1', '--out', 'runs/more'], {
      folder,
    })
    assert.deepEqual([more.code, more.stderr], [0, ''])
    assert.ok(
      learnt !== undefined &&
        Number(/^step 0 .* unseen text (\d\.\d+)/m.exec(more.stdout)?.[1]) < Number(learnt) + 0.05,
    )
    const tuned = [
      'train',
      'labelled.jsonl',
      '--as',
      'classifier',
      '--from',
      'runs/pieces',
      '--steps',
      '1',
      '--out',
      'runs/tuned',
    ]
    const { code, stdout, stderr } = await cutaway(tuned, { folder })
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^labels {7}even, odd$/m)
    assert.deepEqual((await config('runs/tuned')).id2label, { 0: 'even', 1: 'odd' })
    const [read, kept] = await Promise.all(
      ['runs/tuned', 'runs/pieces'].map((run) => readFile(join(folder, run, 'tokenizer.json'), 'utf8')),
    )
    assert.equal(read, kept)
  })

  test('an encoder is asked something of what is held back, however short it is', async () => {
    const { code, stdout, stderr } = await train('short.txt --as encoder --context 4 --steps 1 --out runs/short')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(stdout, /^step 0 {3}loss 2\.\d+ {3}on unseen examples 2\.\d+ {3}right \d/m)
  })

  const wrong: readonly [line: string, message: string][] = [
    [
      'cat.txt --vocab 100 --out runs/x',
      'cutaway: a vocabulary of characters has as many pieces as the text has characters. Leave --vocab out, or add --tokenizer bytes.',
    ],
    [
      'cat.txt --target de --as encoder --out runs/x',
      'cutaway: --target names a column of a table, but --as encoder reads plain text. Leave it out.',
    ],
    [
      'broken.tsv --as encoder-decoder',
      'broken.tsv, line 2: there is 1 column, but the target is to stand in column 2. Put one tab between columns.',
    ],
    [
      'a.txt cat.txt --as encoder-decoder --out runs/x',
      'pairs: a.txt has 120 lines, but cat.txt has 1, so they do not belong together line by line. Give two files of equal length.',
    ],
    [
      'pairs.tsv --as encoder-decoder --context 4 --out runs/x',
      'cutaway: 120 of 120 pairs are longer than the context of 4 tokens. Give a longer one with --context.',
    ],
    [
      'a.txt b.txt --as classifier --out runs/x',
      'cutaway: train --as classifier reads one file, a label and a text in every line, but 2 were named. Put all lines in one.',
    ],
    [
      'cat.txt --task sort --out runs/x',
      'cutaway: --task makes its questions itself, but "cat.txt" was named too. Give one of them.',
    ],
    [
      '--task sort --as encoder --out runs/x',
      'cutaway: --task is for --as decoder, llama or encoder-decoder, but --as is encoder. Choose one of them, or name a file.',
    ],
    [
      '--task successor --as encoder-decoder --out runs/x',
      'task: "successor" has no answers apart from its prompts. Train a decoder on it.',
    ],
    [
      'cat.txt --out runs/x --tokenizer nowhere',
      'cutaway: --tokenizer nowhere: there is no nowhere/tokenizer.json. Say "characters", "bytes" or "wordpiece", or name a folder with a tokenizer.json.',
    ],
    [
      'cat.txt --out runs/x --as encoder --tokenizer runs/cat',
      'runs/cat/tokenizer.json: its vocabulary has no token for "mask", which training --as encoder needs. Take another tokenizer, or let the run make one.',
    ],
    [
      'cat.txt --out runs/x --from runs/cat --layers 2',
      'cutaway: --from runs/cat keeps its sizes. Leave out --layers.',
    ],
    [
      'cat.txt --out runs/x --from runs/cat --tokenizer bytes',
      'cutaway: --from runs/cat keeps its tokenizer. Leave out --tokenizer and --vocab.',
    ],
    [
      'cat-labels.tsv --out runs/x --as classifier --from runs/cat',
      'cutaway: --from runs/cat: it is a llama, which cannot be trained --as classifier. Train it --as llama.',
    ],
    [
      'pairs.tsv --out runs/pairs --resume --as classifier --steps 9',
      'runs/pairs: it was trained --as encoder-decoder, not classifier. Leave out --as, or begin a new run with --out.',
    ],
  ]
  for (const [line, message] of wrong)
    test(`complains of "train ${line}"`, async () => {
      assert.equal(await complaint(['train', ...line.split(' ')], { folder }), message)
    })
})
