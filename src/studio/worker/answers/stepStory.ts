// A step of the training, taken and told: what its batch asked for, and which weights it moved most.

import { getWeights } from '../../../checkpoint/engineWeights.ts'
import { askedByBatch, movedMost } from '../../../runs/stepStory.ts'
import type { StepStoryFacts } from '../../talk/questions.ts'
import { writtenTokenizer } from '../codeText.ts'
import { allWords } from '../instrument.ts'
import type { Workshop } from '../workshop.ts'

/** The number of weights that are told. */
const told = 12

export async function stepStory(workshop: Workshop): Promise<StepStoryFacts> {
  const { training, engine, turns } = workshop
  await training.rest()
  if (training.state !== 'resting')
    throw new Error('story: the run takes no step any more. Let it go on with more steps, or begin another.')
  const { run, step } = training
  const asked = await turns.look(() => askedByBatch(engine, run, step))
  const weights = () => turns.look(() => getWeights(engine, run.model))
  const before = await weights()
  await training.takeStep()
  const { blueprint } = run
  return {
    step: training.step,
    ...(asked && { asked }),
    moved: movedMost(before, await weights(), told),
    words: allWords(writtenTokenizer(run)),
    labels: blueprint.config.labels ?? [],
  }
}
