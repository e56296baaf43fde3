// PyTorch as a contender: with the Python that CUTAWAY_PYTHON names, or python3, if it has torch.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Contender, startProcess } from './contender.ts'
import type { Command } from './talkingProcess.ts'

/** How PyTorch is used. */
export interface Style {
  readonly name: string
  readonly compile?: boolean
  readonly fused?: boolean
  readonly sdpa?: boolean
  /** Leaves the processor's wider vectors alone, as WebAssembly has to. */
  readonly mostBits?: 256
}

export const plain: Style = { name: 'as it is' }
export const fused: Style = { name: 'fused AdamW, fused attention', fused: true, sdpa: true }
/** Those of AVX2: WebAssembly has no wider ones. */
export const narrow: Style = { name: 'vectors of 256 bits', mostBits: 256 }
export const compiled: Style = { name: 'torch.compile, fused AdamW', compile: true, fused: true }

type Script =
  | 'torch_step.py'
  | 'torch_generate.py'
  | 'torch_text.py'
  | 'torch_translation.py'
  | 'torch_infer.py'
  | 'torch_inspect.py'
  | 'torch_sentences.py'
  | 'torch_media.py'
  | 'torch_digits.py'

/** Why there is no PyTorch here, or undefined if there is. */
export const noPyTorch = findTrouble()

function python(): string {
  return process.env['CUTAWAY_PYTHON'] || 'python3'
}

function findTrouble(): string | undefined {
  try {
    execFileSync(python(), ['-c', 'import torch'], { stdio: 'ignore' })
    return undefined
  } catch {
    const named = process.env['CUTAWAY_PYTHON']
    return named
      ? `no PyTorch here: CUTAWAY_PYTHON is "${named}", which cannot import torch`
      : 'no PyTorch here: set CUTAWAY_PYTHON to a Python that has torch'
  }
}

const avx2 = { ATEN_CPU_CAPABILITY: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2', MKL_ENABLE_INSTRUCTIONS: 'AVX2' }

/** The command that does a piece of work in PyTorch. */
export function pyTorch(script: Script, job: object, mostBits?: Style['mostBits']): Command {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const env = { PYTHONDONTWRITEBYTECODE: '1', ...(mostBits && avx2) }
  return { command: python(), args: [path, JSON.stringify(job)], env }
}

/** PyTorch, ready for its work. Where it cannot do it, why. */
export async function startPyTorch(
  script: Script,
  { name, mostBits, ...style }: Style,
  job: object,
): Promise<Contender | string> {
  if (noPyTorch) return noPyTorch
  try {
    const contender = await startProcess(pyTorch(script, { ...job, ...style }, mostBits))
    return { ...contender, name: `${contender.name}, ${name}` }
  } catch (error) {
    return `PyTorch, ${name}: ${error instanceof Error ? error.message : error}`
  }
}
