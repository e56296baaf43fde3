// Pictures and sound: ViT-S/16 on one picture, Whisper tiny on half a minute, a training step on digits. Beside Cutaway stand PyTorch and,
// where nothing is trained, transformers.js, with the same random weights (write_media.py).

import { compare, type Entry } from './compare.ts'
import type { Contender } from './contender.ts'
import { startCutaway } from './cutaway.ts'
import { digits, type Hearing } from './mediaWork.ts'
import { findModel, startTransformers } from './peers.ts'
import { fused, narrow, plain, type Style, startPyTorch } from './pytorch.ts'
import type { Block } from './table.ts'
import { steps } from './training.ts'

const threads = 2
const side = 224
const seconds = 30
/** Tokens as half a minute of speech has. The first two are <|startoftranscript|> and <|notimestamps|>. */
const said: Hearing = { prompt: [50257, 50362], tokens: 100 }

export async function* mediaBlocks(rounds: number): AsyncGenerator<Block> {
  yield {
    title: `ViT-S/16, one picture of ${side} × ${side}, two threads`,
    unit: 'ms',
    isRate: false,
    lines: await compare(
      entries([
        await ours('vit', (folder) => ({ task: 'see', folder, side })),
        ...(await theirs('vit', { task: 'see', side })),
        await startTransformers({ kind: 'vit', side, threads }),
      ]),
      { rounds, times: 10 },
    ),
  }
  yield {
    title: `Whisper tiny, ${seconds} seconds of sound to ${said.tokens} tokens, two threads`,
    unit: 'ms',
    isRate: false,
    lines: await compare(
      entries([
        await ours('whisper', (folder) => ({ task: 'hear', folder, seconds, ...said })),
        ...(await theirs('whisper', { task: 'hear', seconds, ...said })),
        await startTransformers({ kind: 'whisper', seconds, ...said, threads }),
      ]),
      { rounds, times: 1 },
    ),
  }
  const given = { ...digits, threads }
  const contenders = [
    await startCutaway({ kind: 'media', workload: { task: 'digits', digits }, threads }),
    await startPyTorch('torch_digits.py', plain, given),
    await startPyTorch('torch_digits.py', fused, given),
    await startPyTorch('torch_digits.py', narrow, given),
  ]
  yield {
    title: `training step, ViT on digits (${digits.layer} layers, model ${digits.model}, batch ${digits.batch}), two threads`,
    unit: 'steps/s',
    isRate: true,
    lines: await compare(
      contenders.map((each) => (typeof each === 'string' ? each : steps(each))),
      { rounds, times: 20 },
    ),
  }
}

type Task = Parameters<typeof startCutaway>[0] & { readonly kind: 'media' }

async function ours(name: string, workload: (folder: string) => Task['workload']): Promise<Contender | string> {
  const folder = findModel(name)
  if (typeof folder === 'string') return `Cutaway: ${folder}`
  return startCutaway({ kind: 'media', workload: workload(folder.path), threads })
}

/** PyTorch as it is, and with vectors as wide as WebAssembly's. */
async function theirs(name: string, job: object): Promise<(Contender | string)[]> {
  const folder = findModel(name)
  if (typeof folder === 'string') return [folder]
  const start = (style: Style) => startPyTorch('torch_media.py', style, { ...job, folder: folder.path, threads })
  return [await start(plain), await start(narrow)]
}

const entries = (contenders: readonly (Contender | string)[]): (Entry | string)[] =>
  contenders.map((contender) =>
    typeof contender === 'string' ? contender : { contender, line: ({ ms }) => ({ name: contender.name, values: ms }) },
  )
