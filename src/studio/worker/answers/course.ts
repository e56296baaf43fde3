// The course of a run: it begins, goes on and rests.

import type { QuestionOf, RunFacts } from '../../talk/questions.ts'
import type { Recipe } from '../../talk/recipe.ts'
import type { Workshop } from '../workshop.ts'

export async function begin(workshop: Workshop, recipe: QuestionOf<'begin'>): Promise<RunFacts> {
  await workshop.begin(recipe)
  return runFacts(workshop, recipe)
}

export async function move(workshop: Workshop, { how }: QuestionOf<'move'>): Promise<Record<never, never>> {
  workshop.training.move(how)
  return {}
}

/** The run that is open, as it is now. */
function runFacts({ training, arithmetic }: Workshop, recipe: Recipe): RunFacts {
  const { run, begun, state, step, past } = training
  const { blueprint, model, baselines, unit } = run
  return {
    id: '',
    name: recipe.material.name,
    recipe,
    state,
    step,
    kind: model.kind,
    architecture: blueprint.architecture.name,
    sizes: blueprint.sizes,
    parameters: begun.parameters,
    steps: begun.settings.steps,
    memory: begun.plan.lasting + begun.plan.passing,
    baselines,
    arithmetic,
    unit,
    past,
  }
}
