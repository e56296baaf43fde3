// The course of a run: it begins, goes on and rests.

import type { QuestionOf, RunFacts } from '../../talk/questions.ts'
import { factsOfRun } from '../runFacts.ts'
import type { Workshop } from '../workshop.ts'

export const begin = (workshop: Workshop, recipe: QuestionOf<'begin'>): Promise<RunFacts> =>
  workshop.changes.take(async () => {
    await workshop.begin(recipe)
    return factsOfRun(workshop)
  })

export const move = (workshop: Workshop, { how }: QuestionOf<'move'>): Promise<Record<never, never>> =>
  workshop.changes.take(async () => {
    const { training } = workshop
    // Nobody waits for the saving: that it rests is told when it does.
    if (how === 'rest') void training.rest()
    else training.move(how)
    return {}
  })
