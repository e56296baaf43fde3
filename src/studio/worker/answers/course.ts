// The course of a run: it begins, goes on and rests.

import type { QuestionOf, RunFacts } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export async function begin(workshop: Workshop, recipe: QuestionOf<'begin'>): Promise<RunFacts> {
  const { run, begun } = await workshop.begin(recipe)
  const { blueprint, model, baselines } = run
  return {
    name: recipe.material.name,
    kind: model.kind,
    architecture: blueprint.architecture.name,
    sizes: blueprint.sizes,
    parameters: begun.parameters,
    steps: begun.settings.steps,
    memory: begun.plan.lasting + begun.plan.passing,
    baselines,
  }
}

export async function move(workshop: Workshop, { how }: QuestionOf<'move'>): Promise<Record<never, never>> {
  workshop.training.move(how)
  return {}
}
