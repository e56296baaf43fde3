// A small random model hears recordings: as text, as words with times, and what cannot be heard is one line.

import assert from 'node:assert/strict'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { whisper } from '../../src/checkpoint/whisper.ts'
import { writePng } from '../../src/image/writePng.ts'
import { writeWav } from '../../src/sound/wav.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { specialTokens } from '../../src/text/special.ts'
import { saveRandom, saveRandomRuns } from './randomRuns.ts'
import { cutaway } from './run.ts'

describe('transcribing', () => {
  let place: string
  const path = (name: string): string => join(place, name)
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'cutaway-transcribe-'))
    await saveRandomRuns(place)
    const tokenizer = CharacterTokenizer.of('the cat', { special: specialTokens['encoder-decoder'] })
    const half = { layer: 1, head: 2 }
    const sizes = { vocab: tokenizer.size, context: 9, sourceContext: 50, mel: 8, model: 8 }
    const special = { end: [0], pad: 2, start: 2 }
    await saveRandom(
      path('runs/ear'),
      whisper.blueprint({ ...sizes, encoder: half, decoder: half, special }),
      tokenizer,
    )
    const tone = (seconds: number, rate: number) => ({
      rate,
      samples: Float32Array.from({ length: seconds * rate }, (_, i) => Math.sin(i / 7) / 2),
    })
    await writeFile(path('short.wav'), writeWav(tone(0.7, 8000)))
    await writeFile(path('long.wav'), writeWav(tone(2, 16000)))
  })
  after(() => rm(place, { recursive: true, force: true }))

  const hear = (...words: string[]) => cutaway(['transcribe', ...words, '--threads', '1'])

  test('writes what it hears, the same as JSON and with words', async () => {
    const { code, stdout, stderr } = await hear(path('runs/ear'), path('short.wav'))
    assert.equal(code, 0, stderr)
    const plain = JSON.parse((await hear(path('runs/ear'), path('short.wav'), '--json')).stdout)
    assert.equal(plain.text.trim(), stdout.trim())
    const { text, segments } = JSON.parse((await hear(path('runs/ear'), path('short.wav'), '--json', '--words')).stdout)
    assert.equal(text, plain.text)
    const [{ words, from, to }] = segments
    assert.deepEqual([from, to], [0, 1])
    assert.equal(words.map((word: { text: string }) => word.text).join(''), text)
    for (const word of words) assert.ok(word.from <= word.to && word.to <= 0.7, JSON.stringify(word))
  })

  test('shows where it looked in the sound', async () => {
    const look = (...words: string[]) =>
      cutaway(['attention', path('runs/ear'), path('short.wav'), ...words, '--threads', '1'])
    const svg = path('heard.svg')
    const { code, stderr } = await look('--svg', svg)
    assert.equal(code, 0, stderr)
    assert.match(
      await readFile(svg, 'utf8'),
      /Attention across, and the way.*<polyline.*The sound, as the model reads it/s,
    )
    const { tokens, heads, begins, looks } = JSON.parse((await look('--json', '--head', '1')).stdout)
    assert.deepEqual(heads, [{ layer: 0, head: 1 }])
    assert.equal(begins.length, tokens.length)
    // 0.7 seconds are 70 frames, two of them a place.
    assert.deepEqual(
      looks.map((row: number[]) => row.length),
      tokens.map(() => 35),
    )
    const none = await look('--layer', '3')
    assert.match(
      none.stderr,
      /of the heads that follow what is said \(0\.0, 0\.1, as layer\.head\), none was asked for/,
    )
  })

  test('is read by address, and takes no text', async () => {
    const read = (given: string) =>
      cutaway(['read', path('runs/ear'), given, 'decoder.logits {position: -1}', '--json', '--threads', '1'])
    const { code, stdout, stderr } = await read(path('short.wav'))
    assert.equal(code, 0, stderr)
    const { tokens, source } = JSON.parse(stdout)
    assert.ok(tokens.length > 0)
    assert.deepEqual([source.length, ...source.slice(0, 3)], [50, '0.00s', '0.02s', '0.04s'])
    const text = await read('the cat')
    assert.match(text.stderr, /hears sounds, and reads no text\. Name a recording: /)
  })

  test('is looked into, by the seconds of the sound', async () => {
    const other = path('other.wav')
    const samples = Float32Array.from({ length: 6000 }, (_, i) => Math.sin(i / 3) / 2)
    await writeFile(other, writeWav({ rate: 8000, samples }))
    const look = (command: string, ...words: string[]) =>
      cutaway([command, path('runs/ear'), path('short.wav'), ...words, '--threads', '1'])
    const expected: [string[], RegExp][] = [
      [['lens', '--edit', 'encoder.blocks.0.output = 0'], /the stream after/],
      [
        ['attribute', '--token', 'a'],
        /layer 0, cross, head 1.*What attention brings from each place.*The sound, as the model reads it/s,
      ],
      [['journey'], /Why “/],
      [['journey', '--with', other], /distance/],
      [['graph', '--head', '0'], /\d+ 0\.\d\ds/],
      [['check', '--target', 'the cat'], /All \d+ passed/],
      [
        ['patch', other, '--target', 'the', '--token', 'c'],
        /The corrupt recording,.*Where the stream matters.*The sound, as the model reads it.*The stream of the encoder/s,
      ],
    ]
    for (const [[command, ...words], line] of expected) {
      const { code, stdout, stderr } = await look(command, ...words)
      assert.equal(code, 0, `${command}: ${stderr}`)
      assert.match(stdout, line, command)
    }
    const same = await look('patch', path('short.wav'), '--target', 'the', '--token', 'c')
    assert.match(
      same.stderr,
      /patch: both recordings are the same to the model, so that no patch can change anything\./,
    )
    const said = async (...words: string[]): Promise<readonly number[]> => {
      const asked = ['decoder.logits {position: -1}', '--target', 'the', '--json', '--threads', '1']
      const { stdout, stderr } = await cutaway(['read', path('runs/ear'), ...words, ...asked])
      assert.equal(stderr, '')
      const { values, file } = JSON.parse(stdout)
      assert.equal(file, words[0])
      return values['decoder.logits {position: -1}'].data
    }
    // All of the encoder's last stream makes it the other recording.
    const from = ['--edit', `encoder.blocks.0.output = from "${other}" => "the"`]
    const [changed, wanted] = [await said(path('short.wav'), ...from), await said(other)]
    assert.notDeepEqual(await said(path('short.wav')), wanted)
    for (const [i, each] of changed.entries()) assert.ok(Math.abs(each - wanted[i]) < 1e-6, `${each}, not ${wanted[i]}`)
    // Without a text it is what the model itself hears; the encoder's values are the same.
    const alone = ['--edit', `encoder.blocks.0.output = from "${other}"`]
    assert.deepEqual(await said(path('short.wav'), ...alone), changed)
    const heard = await hear(path('runs/ear'), path('short.wav'), ...alone)
    assert.equal(heard.stdout, (await hear(path('runs/ear'), other)).stdout)
    const text = await look('lens', '--edit', 'encoder.blocks.0.output = from "a" => "b"')
    assert.match(text.stderr, /hears sounds, and reads no text\. Name a recording: /)
  })

  test('says in one line what it cannot hear', async () => {
    const lines: [string[], string][] = [
      [
        [path('runs/ear'), path('long.wav')],
        `${path('long.wav')}: it lasts 2.0 seconds, but the model hears 1 at once, and has no tokens for times, by which to go on. Cut it into shorter ones.`,
      ],
      [[path('runs/ear')], 'transcribe takes a run and one recording: '],
      [[path('runs/reader'), path('short.wav')], `transcribe: ${path('runs/reader')} reads text, and no sound. Try `],
      [
        [path('runs/ear'), path('short.wav'), '--language', 'de'],
        'listen: the language is "de", but the model knows no others to choose from. Leave it out.',
      ],
      [[path('runs/ear'), path('runs/ear/config.json')], `${path('runs/ear/config.json')}: this is no WAV`],
      [
        [path('runs/mood'), path('short.wav')],
        `transcribe: ${path('runs/mood')} holds a classifier; transcribe needs a model that hears. Try `,
      ],
    ]
    for (const [words, line] of lines) {
      const { code, stdout, stderr } = await hear(...words)
      assert.deepEqual([code, stdout], [1, ''])
      assert.ok(stderr.includes(line), stderr)
      assert.equal(stderr.trim().split('\n').length, 1, stderr)
    }
  })

  test('has times by the heads that generation_config.json names, or by the later half where it names none', async () => {
    const heads = path('runs/heads')
    await cp(path('runs/ear'), heads, { recursive: true })
    const config = join(heads, 'generation_config.json')
    const said = JSON.parse(await readFile(config, 'utf8'))
    const timed = async (named?: unknown) => {
      await writeFile(config, JSON.stringify({ ...said, alignment_heads: named }))
      return hear(heads, path('short.wav'), '--words', '--json')
    }
    const usual = await timed()
    assert.equal((await timed([])).stdout, usual.stdout)
    for (const { stdout } of [usual, await timed([[0, 1]])]) {
      const [{ words }] = JSON.parse(stdout).segments
      assert.ok(
        words.length > 0 && words.every(({ from, to }: { from: number; to: number }) => from <= to && to <= 0.7),
      )
    }
    assert.equal(
      (await timed([[0, 2]])).stderr.trim(),
      'generation_config.json: alignment_heads names head 2 of layer 0, but the decoder has 1 layers of 2 heads, from 0. Correct it, or leave it out.',
    )
    assert.equal(
      (await timed([[0, -1]])).stderr.trim(),
      `${config}: alignment_heads has [0,-1] in it. Give pairs of a layer and a head, from 0.`,
    )
  })

  test('writes what it hears of silence too, and says that it is silence', async () => {
    await writeFile(path('silent.wav'), writeWav({ rate: 8000, samples: new Float32Array(4000) }))
    const { code, stdout, stderr } = await hear(path('runs/ear'), path('silent.wav'))
    assert.deepEqual([code, stderr], [0, `Note: ${path('silent.wav')}: nothing is to be heard in it.\n`])
    assert.ok(stdout.endsWith('\n'))
  })

  test('says of every file that is no recording what it is, whichever command reads it', async () => {
    const picture = path('dot.png')
    await writeFile(picture, await writePng({ width: 1, height: 1, channels: 1, pixels: Uint8Array.of(7) }))
    await writeFile(path('empty.wav'), '')
    await writeFile(path('speech.mp3'), Uint8Array.of(0xff, 0xfb, 0x90, 0))
    const below = path('short.wav/a.wav')
    const commands = [['transcribe'], ['attention'], ['lens'], ['explain', 'encoder.blocks.0.output']]
    for (const [command, ...words] of commands) {
      const said = (...given: string[]) => cutaway([command, ...given, ...words, '--threads', '1'])
      const lines = {
        [path('none.wav')]: 'there is no such recording. Correct the name.',
        [below]: 'a part of this path is a file, not a folder. Correct the name.',
        [path('empty.wav')]: 'the file is empty, and no WAV. Give another.',
        [picture]: 'this is no WAV, but a picture (PNG). Name a recording.',
        [path('speech.mp3')]: 'this is no WAV, but MP3. Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav',
        [path('runs')]: 'this is no file, but a folder. Name a file.',
      }
      for (const [file, line] of Object.entries(lines))
        assert.equal((await said(path('runs/ear'), file)).stderr, `${file}: ${line}\n`, command)
      if (command === 'transcribe') continue
      const mood = path('runs/mood')
      assert.deepEqual(
        [
          (await said(mood, path('short.wav'))).stderr,
          (await said(mood, path('speech.mp3'))).stderr,
          (await said(mood, picture)).stderr,
        ],
        [
          `${command}: ${path('short.wav')} is a recording, and ${mood} reads text. Give a text, or a run that hears.\n`,
          `${command}: ${path('speech.mp3')} is a recording, and ${mood} reads text. Give a text, or a run that hears.\n`,
          `${command}: ${picture} is a picture, and ${mood} reads text. Give a text, or a run that sees pictures.\n`,
        ],
      )
    }
    const ear = path('runs/ear')
    const looks: [string[], string][] = [
      [[], `cutaway: attention needs a recording: cutaway attention ${ear} speech.wav.`],
      [
        ['the cat'],
        `attention: ${ear} hears sounds, and reads no text. Name a recording: cutaway attention ${ear} speech.wav.`,
      ],
      [
        [path('short.wav'), path('long.wav')],
        `cutaway: attention takes one recording, but got also "${path('long.wav')}". Leave it out.`,
      ],
      [
        [path('short.wav'), '--target', 'the'],
        'attention: --target is for texts; of a recording is shown where the model looked for what it wrote. Leave it out.',
      ],
    ]
    for (const [words, line] of looks) assert.equal((await cutaway(['attention', ear, ...words])).stderr, `${line}\n`)
  })
})
