// The course of a run: it begins, goes on and rests.

import type { QuestionOf, RunFacts } from '../../talk/questions.ts'
import { factsOfRun } from '../runFacts.ts'
import type { Workshop } from '../workshop.ts'

export async function begin(workshop: Workshop, recipe: QuestionOf<'begin'>): Promise<RunFacts> {
  await workshop.begin(recipe)
  return factsOfRun(workshop)
}

export async function move(workshop: Workshop, { how }: QuestionOf<'move'>): Promise<Record<never, never>> {
  const { training } = workshop
  // Nobody waits for the saving: that it rests is told when it does.
  if (how === 'rest') void training.rest()
  else training.move(how)
  return {}
}
