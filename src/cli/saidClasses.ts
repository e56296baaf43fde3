// The classes that a model says of an example, a text or a picture: the likeliest, as they are printed and as JSON.

import { classNames } from '../checkpoint/labels.ts'
import type { Classifier } from '../encode/classify.ts'
import type { ClassScores } from '../model/language.ts'
import { percent } from '../show/amounts.ts'
import type { OpenRun } from './openRun.ts'
import type { Terminal } from './terminal.ts'

interface SaidClass {
  readonly label: string
  readonly score: number
}

/** The classes of each example, the likeliest first. - `top`: how many of them; 1 if not given */
export async function saidClasses(
  classifier: Classifier,
  examples: Parameters<Classifier['classify']>[0],
  { blueprint }: Pick<OpenRun, 'blueprint'>,
  top = 1,
): Promise<readonly (readonly SaidClass[])[]> {
  const said = await classifier.classify(examples)
  const labels = classNames(blueprint.config, said[0]?.length ?? 0)
  return said.map((scores) => likeliestClasses(scores, labels, top))
}

/** The classes of one example with their scores, the likeliest first. - `top`: how many of them; 1 if not given */
export const likeliestClasses = (scores: Float32Array, labels: readonly string[], top = 1): readonly SaidClass[] =>
  Array.from(scores, (score, i) => ({ label: labels[i], score }))
    .sort((a, b) => b.score - a.score)
    .slice(0, top)

/** Classes as they are printed: `seven 98.3 %, one 1.2 %`. */
export const classesText = (classes: readonly SaidClass[], scores: ClassScores, { colours }: Terminal): string =>
  classes
    .map(({ label, score }) => `${colours.bold(label)} ${scores === 'none' ? score.toFixed(4) : percent(score)}`)
    .join(', ')

/** Classes as JSON. */
export const classesJSON = (classes: readonly SaidClass[], scores: ClassScores): readonly object[] =>
  classes.map(({ label, score }) => ({ label, [scores === 'none' ? 'number' : 'probability']: score }))
