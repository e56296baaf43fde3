// Beginning with a model that has learnt something: all of it, or an encoder under a head that is new.

import type { Architecture } from '../checkpoint/architecture.ts'
import { classifyingBert, maskedBert } from '../checkpoint/bert.ts'
import { getWeights, weightSizes, withSizes } from '../checkpoint/engineWeights.ts'
import { filesOf } from '../checkpoint/filesOf.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import { loadFolder } from '../checkpoint/load.ts'
import type { Problem } from '../checkpoint/problem.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { cpu } from '../engine/cpu/index.ts'
import type { ClassifyingModel } from '../model/language.ts'
import { initialValues } from '../model/start.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { kindOfArchitecture, type Planned } from './newModel.ts'
import type { RunKind } from './source.ts'

/** A model that was loaded to be trained further. */
export interface Learnt extends Planned {
  readonly folder: string
  readonly tokenizer: Tokenizer
  readonly weights: Weights
  /** What its small files say goes along with the run. */
  readonly from: FolderFiles
  readonly warnings: readonly string[]
}

/** Loads a folder, or a model of the hub. */
export async function loadLearnt(folder: string): Promise<Learnt> {
  const from = filesOf(folder)
  const engine = await cpu({ threads: 1 })
  try {
    const { architecture, config, model, tokenizer, warnings } = await loadFolder(from, engine, {
      weights: 'f32',
    })
    return { architecture, config, folder, tokenizer, weights: await getWeights(engine, model), from, warnings }
  } finally {
    engine.close()
  }
}

/**
 * What is trained when one begins with this model: itself, or a new head on its encoder, the weights of which are drawn by
 * the seed.
 *
 * - `labels`: what the classes of a classifier are to be called
 */
export function continued(
  learnt: Learnt,
  {
    as,
    labels,
    dropout,
    seed,
  }: { as: RunKind; labels?: readonly string[]; dropout?: number | undefined; seed: number },
): Planned & { readonly weights: Weights } {
  const planned = plannedFrom(learnt, as, labels)
  const { architecture } = planned
  const config = dropout === undefined ? planned.config : { ...planned.config, dropout }
  const model = architecture.build(config)
  const sizes = weightSizes(model)
  const weights = new Map(withSizes(model, initialValues(model, seed)))
  for (const [path, weight] of learnt.weights) {
    const there = [path, `bert.${path}`].find((each) => sizes.has(each))
    if (there === undefined) continue
    const isEqual = JSON.stringify(sizes.get(there)) === JSON.stringify(weight.sizes)
    // A head for other classes has another size: it begins anew.
    if (isEqual) weights.set(there, weight)
  }
  return { architecture, config, weights }
}

/** What is to be told of a model that will mean something else by its classes; nothing of others. */
export function newMeaning({ architecture, config, folder }: Learnt, as: RunKind): string[] {
  if (as !== 'classifier' || architecture.name !== 'classifyingBert') return []
  const { problem, outputActivation } = config as Problem
  const { scores } = (architecture.build(config) as ClassifyingModel).config
  if (scores === 'softmax') return []
  const said = problem === undefined ? (outputActivation === undefined ? 'it has one class' : 'activation_fn') : problem
  return [
    `${folder}: its classes were ${scores === 'none' ? 'numbers' : 'probabilities by themselves'} (${said}); what is trained here gives each text one of several labels.`,
  ]
}

function plannedFrom({ architecture, config, folder }: Learnt, as: RunKind, labels: readonly string[] = []): Planned {
  const isBert = ['bert', 'maskedBert', 'classifyingBert'].includes(architecture.name)
  if (as === 'classifier' && isBert) {
    const {
      isPooled: _,
      isTied: __,
      labels: known = [],
      // What the classes meant before: from now on a text has one of them.
      problem: ___,
      outputActivation: ____,
      ...rest
    } = config as { readonly labels?: readonly string[] } & Problem & {
        readonly isPooled?: boolean
        readonly isTied?: boolean
      }
    const isKnown = labels.every((label) => known.includes(label))
    const names = isKnown ? known : labels
    return { architecture: classifyingBert, config: { ...rest, class: names.length, labels: names } }
  }
  if (as === 'encoder' && architecture.name === 'bert') {
    const { isPooled: _, ...rest } = config as { readonly isPooled?: boolean }
    return { architecture: maskedBert, config: rest }
  }
  const kind = kindOfArchitecture(architecture as Architecture)
  if (kind === as || (as === 'decoder' && kind === 'llama')) return { architecture, config }
  throw new Error(
    `--from ${folder}: it is a ${architecture.name}, which cannot be trained --as ${as}. ` +
      `${kind === undefined ? 'Train it --as encoder or classifier.' : `Train it --as ${kind}.`}`,
  )
}
