// What is open, as the page tells of it.

import { classNames } from '../../checkpoint/labels.ts'
import { askedSizesOf } from '../../runs/whatIf.ts'
import { cells } from '../../tensor/axes.ts'
import { parametersOf } from '../../tensor/names.ts'
import type { ModelFacts, RunFacts } from '../talk/runFacts.ts'
import { codecFacts } from './codecFacts.ts'
import { exampleOf } from './example.ts'
import { noPast } from './notebook.ts'
import type { OpenModel, Showroom } from './showroom.ts'
import type { Workshop } from './workshop.ts'

/** The run that is open, as it is now. */
export function factsOfRun({ open, arithmetic }: Workshop): RunFacts {
  const { name, recipe, training, keeping, sight } = open
  const { run, begun, state, step, past } = training
  return {
    id: keeping.id,
    name,
    canTrain: true,
    recipe,
    state,
    step,
    ...factsOf({ name, ...run, sight }),
    // A run that is only shown was given a step more than it has.
    steps: state === 'finished' ? step : begun.settings.steps,
    memory: begun.plan.lasting + begun.plan.passing,
    baselines: run.baselines,
    arithmetic,
    unit: run.unit,
    example: exampleOf(run),
    past,
  }
}

/** A model that was opened alone, which somebody else has trained. */
export function factsOfModel(room: Showroom): RunFacts {
  const { run, engine, arithmetic } = room
  const { step } = room.shown()
  const { steps = step, losses = [], evaluations = [] } = run.trained ?? {}
  return {
    id: '',
    name: run.name,
    canTrain: false,
    recipe: undefined,
    state: 'finished',
    step,
    steps,
    ...factsOf(run),
    memory: engine.usage.bytes,
    baselines: [],
    arithmetic,
    unit: readsLetters(run) ? 'character' : 'token',
    example: run.example,
    past: { ...noPast, losses, evaluations },
  }
}

/** True for a model of one text whose tokens are its letters. */
function readsLetters({ model, tokenizer, codec }: OpenModel): boolean {
  if ((model.kind !== 'decoder' && model.kind !== 'masked') || codec || tokenizer.size === 0) return false
  for (let id = 0; id < tokenizer.size; id++)
    if (!tokenizer.isSpecial(id) && [...tokenizer.piece(id)].length !== 1) return false
  return true
}

function factsOf(open: OpenModel): ModelFacts {
  const { model, blueprint, codec, features, sight } = open
  return {
    ...(sight && { sees: sight.facts }),
    ...(codec && { writes: codecFacts(codec) }),
    ...(features && { hears: { seconds: features.seconds } }),
    ...(model.kind === 'classifier' && { labels: classNames(blueprint.config, model.config.class) }),
    kind: model.kind,
    architecture: blueprint.architecture.name,
    sizes: blueprint.sizes,
    askedSizes: askedSizesOf(blueprint),
    parameters: [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0),
  }
}
