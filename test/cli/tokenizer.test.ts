// cutaway tokenizer: training, what is shown of a text, and what is refused.

import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

describe('cutaway tokenizer', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    await tokenizer('train', 'cat.txt', '--vocab', '270', '--for', 'decoder', '--out', 'bytes')
    await tokenizer('train', 'cat.txt', '--vocab', '40', '--kind', 'wordpiece', '--out', 'words.json')
  })
  after(() => place[Symbol.asyncDispose]())
  const tokenizer = (...words: string[]) => cutaway(['tokenizer', ...words], { folder })
  const complain = (...words: string[]) => complaint(['tokenizer', ...words], { folder })

  test('trains byte pairs and says what came of it', async () => {
    const { code, stdout, stderr } = await tokenizer('train', 'cat.txt', '--vocab', '262')
    assert.equal(code, 0)
    assert.match(
      stdout,
      /^720 characters of 1 file → \d+ tokens of \d\.\d\d characters each; learnt in \d+ (ms|s)\.\nThe longest of 262 pieces: .*\nSaved in tokenizers\/cat\/tokenizer\.json and tokenizers\/cat\/tokenizer_config\.json\.\n$/,
    )
    assert.equal(stderr, 'Look at it: cutaway tokenizer show tokenizers/cat "the cat sat on"\n')
    const json = JSON.parse(await readFile(join(folder, 'tokenizers/cat/tokenizer.json'), 'utf8'))
    assert.equal(json.model.type, 'BPE')
    assert.equal(json.model.merges.length, 6)
  })

  test('saves the roles of special tokens beside it, for Python', async () => {
    const config = JSON.parse(await readFile(join(folder, 'bytes/tokenizer_config.json'), 'utf8'))
    assert.deepEqual(config, {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      bos_token: '<|endoftext|>',
      eos_token: '<|endoftext|>',
    })
    assert.deepEqual((await readdir(join(folder, 'bytes'))).sort(), ['tokenizer.json', 'tokenizer_config.json'])
  })

  test('says when there are fewer pieces than were asked for', async () => {
    const { stdout } = await tokenizer('train', 'cat.txt', '--vocab', '5000', '--out', 'all')
    assert.match(stdout, /\nThere are only \d+ pieces: every word of the text is one by now\.\n/)
  })

  test('shows the longest pieces, whether they begin a word or not', async () => {
    const { stdout } = await tokenizer('train', 'cat.txt', '--vocab', '40', '--kind', 'wordpiece', '--out', 'w.json')
    assert.match(stdout, /\nThe longest of 27 pieces: "cat" "mat" "sat" "the" "##at"\n/)
  })

  test('trains characters and says so as JSON', async () => {
    const { stdout } = await tokenizer(
      'train',
      'cat.txt',
      '--kind',
      'characters',
      '--for',
      'encoder',
      '--out',
      'c.json',
      '--json',
    )
    const { elapsedMs, ...output } = JSON.parse(stdout)
    assert.ok(elapsedMs >= 0)
    assert.deepEqual(output, {
      kind: 'characters',
      files: ['cat.txt'],
      characters: 720,
      tokens: 720,
      size: 16,
      special: { pad: 0, unknown: 1, mask: 4, separator: 3, classify: 2 },
      saved: ['c.json'],
    })
  })

  test('shows pieces, ids and the merges that made them', async () => {
    const { code, stdout } = await tokenizer('show', 'bytes', 'the é<|endoftext|>')
    assert.equal(code, 0)
    assert.equal(
      stdout,
      [
        '18 characters → 5 tokens',
        ' id  piece          text             made by',
        '259  the            "the"            h+e (1), t+he (2)',
        '221  Ġ              " "',
        '128  Ã              bytes C3',
        '103  ©              bytes A9',
        '  0  <|endoftext|>  "<|endoftext|>"  special',
        '',
      ].join('\n'),
    )
  })

  test('shows how the longest pieces were found, and what is unknown', async () => {
    const { stdout } = await tokenizer('show', 'words.json', 'The cats? mat', '--special', '--json')
    const { tokens, ...rest } = JSON.parse(stdout)
    assert.deepEqual(rest, { tokenizer: 'words.json', size: 27, text: 'The cats? mat' })
    assert.deepEqual(
      tokens.map(({ piece }: { piece: string }) => piece),
      ['[CLS]', 'the', '[UNK]', '[UNK]', 'mat', '[SEP]'],
    )
    assert.deepEqual(tokens[3], { id: 1, tried: ['?'], piece: '[UNK]', text: '"[UNK]"', isSpecial: true })
    const shown = await tokenizer('show', 'words.json', 'the ? moon')
    assert.match(shown.stdout, / the +"the" +the longest there can be\n/)
    assert.match(shown.stdout, /\[UNK\] +"\[UNK\]" +unknown: there is no \?\n/)
  })

  test('shows the bytes that stand for characters which the vocabulary lacks', async () => {
    const pieces = ['a', '<0xC3>', '<0xA9>', '<0x21>']
    const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]))
    const json = { model: { type: 'BPE', vocab, merges: [], byte_fallback: true }, decoder: { type: 'ByteFallback' } }
    await writeFile(join(folder, 'fallback.json'), JSON.stringify(json))
    const { stdout } = await tokenizer('show', 'fallback.json', 'aé!')
    assert.equal(
      stdout,
      [
        '3 characters → 4 tokens',
        'id  piece   text',
        ' 0  a       "a"',
        ' 1  <0xC3>  bytes C3',
        ' 2  <0xA9>  bytes A9',
        ' 3  <0x21>  "!"',
        '',
      ].join('\n'),
    )
  })

  test('shows characters, without a story', async () => {
    await tokenizer('train', 'cat.txt', '--kind', 'characters', '--out', 'plain.json')
    const { stdout } = await tokenizer('show', 'plain.json', 'at')
    assert.equal(stdout, '2 characters → 2 tokens\nid  piece  text\n 2  a      "a"\n10  t      "t"\n')
  })

  test('what cannot be', async () => {
    assert.equal(
      await complain(),
      'cutaway: tokenizer needs to know what to do. Write "cutaway tokenizer train FILE…" or "cutaway tokenizer show RUN TEXT".',
    )
    assert.equal(
      await complain('trian', 'cat.txt'),
      'cutaway: tokenizer can train or show, but not "trian". Did you mean "cutaway tokenizer train"?',
    )
    assert.equal(await complain('train'), 'cutaway: tokenizer train needs a text: cutaway tokenizer train FILE….')
    assert.equal(
      await complain('train', 'cat.txt', '--kind', 'words'),
      'cutaway: --kind needs "bytes" or "wordpiece" or "characters", but got "words".',
    )
    assert.equal(
      await complain('train', 'cat.txt', '--kind', 'characters', '--vocab', '9'),
      'cutaway: a vocabulary of characters has as many pieces as the text has characters. Leave --vocab out.',
    )
    assert.equal(
      await complain('train', 'cat.txt', '--vocab', '100', '--out', 'small'),
      'tokenizer: a vocabulary of 100 has no room for the 256 bytes that byte pairs begin with. Ask for a whole number from 256.',
    )
    assert.equal((await readdir(folder)).includes('small'), false)
    assert.equal(
      await complain('show', 'bytes', 'a', '--vocab', '9'),
      'cutaway: --vocab is for training a tokenizer. Leave it out.',
    )
    assert.equal(
      await complain('show', 'nothing', 'a'),
      'nothing/tokenizer.json: it cannot be read: there is no such file. Name a run, a folder with a tokenizer, or a tokenizer.json.',
    )
    assert.equal(
      await complain('show', 'bytes'),
      'cutaway: tokenizer show needs a text: cutaway tokenizer show bytes "a text".',
    )
    await writeFile(join(folder, 'broken.json'), '{"model": ')
    assert.match(
      await complain('show', 'broken.json', 'a'),
      /^broken\.json: this is not JSON \(.*\)\. The file may be cut off/,
    )
  })

  test('replaces no tokenizer unless it is told to, and never that of a run', async () => {
    assert.equal(
      await complain('train', 'cat.txt', '--vocab', '270', '--out', 'bytes'),
      'bytes: there is a tokenizer in it already. Add --force to replace it, or name another folder with --out.',
    )
    assert.equal(
      await complain('train', 'cat.txt', '--vocab', '270', '--out', 'words.json'),
      'words.json: this file is there already. Add --force to replace it, or name another one with --out.',
    )
    const { code } = await tokenizer(
      'train',
      'cat.txt',
      '--vocab',
      '270',
      '--for',
      'decoder',
      '--out',
      'bytes',
      '--force',
    )
    assert.equal(code, 0)
    await mkdir(join(folder, 'run'))
    for (const name of ['config.json', 'model.safetensors']) await writeFile(join(folder, 'run', name), '{}')
    assert.equal(
      await complain('train', 'cat.txt', '--vocab', '270', '--out', 'run', '--force'),
      'run: there is a run in it, whose model knows only its own tokenizer. Name another folder with --out.',
    )
  })
})
