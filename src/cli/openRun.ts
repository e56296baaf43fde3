// Opening a run: from the name of a folder to a model that can be run.

import { readdir } from 'node:fs/promises'
import { loadFolder } from '../checkpoint/folder.ts'
import type { GenerationConfig } from '../checkpoint/generationConfig.ts'
import { type CompleteConfig, gpt2 } from '../checkpoint/gpt2.ts'
import type { Engine } from '../engine/engine.ts'
import type { GPT2 } from '../model/gpt2.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { type EngineFlags, openEngine } from './openEngine.ts'
import { contentOf } from './runFolder.ts'

export interface OpenRun {
  readonly config: CompleteConfig
  readonly generation: GenerationConfig
  readonly tokenizer: Tokenizer
  readonly model: GPT2
  /** Holds the model's weights. */
  readonly engine: Engine
}

/** Loads a run's model into a new engine. */
export async function openRun(folder: string, flags: EngineFlags): Promise<OpenRun> {
  const engine = await openEngine(flags)
  try {
    return { ...(await loadFolder(folder, engine, { of: [gpt2] })), engine }
  } catch (error) {
    engine.close()
    throw error
  }
}

/** The error for a command that was not told which run: it names those that are there. */
export async function noRun(command: string): Promise<Error> {
  const names = await readdir('runs').catch((): string[] => [])
  const contents = await Promise.all(names.map((name) => contentOf(`runs/${name}`).catch(() => 'other')))
  const runs = names.filter((_, i) => contents[i] === 'run').map((name) => `runs/${name}`)
  const known =
    runs.length === 0
      ? 'Train one with "cutaway train".'
      : `There ${runs.length === 1 ? 'is' : 'are'} ${runs.slice(0, 8).join(', ')}.`
  return new Error(`${command} needs the folder of a run: cutaway ${command} ${runs[0] ?? 'runs/name'}. ${known}`)
}
