// What PyTorch and transformers made of small GPT-2s, as tools/make_fixtures.py stored it, with our names for the weights.

import { readFileSync } from 'node:fs'
import { blueprintFromJSON } from '../../src/checkpoint/architectures.ts'
import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { type GPT2FolderConfig, gpt2 } from '../../src/checkpoint/gpt2.ts'
import { fromCheckpoint, type Weights } from '../../src/checkpoint/weights.ts'
import type { Windows } from '../../src/data/textWindows.ts'

interface Stored {
  readonly axes?: readonly string[]
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

interface StoredFixture {
  readonly config: object
  readonly ids: Stored
  readonly targets: Stored
  readonly weights: Readonly<Record<string, Stored>>
  readonly loss: number
  readonly logits: Stored
  readonly patterns: readonly Stored[]
  readonly residual: readonly Stored[]
  readonly final: Stored
  readonly gradients: Readonly<Record<string, Stored>>
  readonly greedy?: { readonly prompt: readonly number[]; readonly ids: readonly number[] }
  readonly training: {
    readonly rate: number
    readonly betas: readonly [number, number]
    readonly epsilon: number
    readonly decay: number
    readonly clip: number
    readonly losses: readonly number[]
    readonly gradientNorms: readonly number[]
    readonly weights?: Readonly<Record<string, Stored>>
  }
}

export interface Fixture
  extends Omit<StoredFixture, 'config' | 'ids' | 'targets' | 'weights' | 'gradients' | 'training'> {
  readonly config: GPT2FolderConfig
  readonly batch: number
  readonly positions: number
  readonly given: Windows
  readonly weights: Weights
  readonly gradients: Weights
  readonly training: Omit<StoredFixture['training'], 'weights'> & { readonly weights: Weights | undefined }
}

export const fixtures: readonly (readonly [name: string, fixture: Fixture])[] = [
  'even',
  'onehead',
  'odd',
  'greedy',
].map((name) => [name, read(name)])

function read(name: string): Fixture {
  const file = new URL(`../fixtures/gpt2/${name}.json`, import.meta.url)
  const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredFixture
  const {
    blueprint: { config },
  } = blueprintFromJSON(stored.config, `${name}: config`, [gpt2])
  const [table, sizes] = [gpt2.blueprint(config).table, weightSizes(gpt2.blueprint(config).build())]
  const ours = (named: Readonly<Record<string, Stored>>): Weights => {
    const tensors = Object.entries(named).map(
      ([path, { shape, values }]) => [path, { shape, data: Float32Array.from(values) }] as const,
    )
    return fromCheckpoint({ tensors: new Map(tensors), others: new Map() }, table, sizes, name)
  }
  const [batch, positions] = stored.ids.shape
  return {
    ...stored,
    config,
    batch,
    positions,
    given: { ids: Int32Array.from(stored.ids.values), targets: Int32Array.from(stored.targets.values) },
    weights: ours(stored.weights),
    gradients: ours(stored.gradients),
    training: { ...stored.training, weights: stored.training.weights && ours(stored.training.weights) },
  }
}
