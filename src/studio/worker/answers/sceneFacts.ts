// All that can be looked at of a scene: its tokens, and every value of the model, in the order of computation.

import type { Axis } from '../../../tensor/axes.ts'
import type { AxisFacts, OutlineValue, QuestionOf, SceneFacts } from '../../talk/questions.ts'
import { axesOfInput, openScene, passOver, rowOf, sceneTokens } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export async function sceneFacts(room: Showroom, { scene }: QuestionOf<'scene'>): Promise<SceneFacts> {
  const opened = openScene(room.shown(), scene)
  const { sourceTokenizer, skipped, source, looking } = opened
  const inputs = Object.keys(looking.model.reads).flatMap((name): OutlineValue[] => {
    const axes = axesOfInput(looking, name)
    return axes ? [{ address: name, kind: 'input', axes }] : []
  })
  const values = [...passOver(opened).names.values].map(
    ([address, { operation, axes }]): OutlineValue => ({
      address,
      kind: operation.kind === 'parameter' ? 'weight' : 'value',
      axes: axisFacts(axes),
    }),
  )
  return {
    ...sceneTokens(opened),
    skipped,
    ...(source && { sources: rowOf(sourceTokenizer, source) }),
    ...(opened.moments && { sources: { ids: [], tokens: opened.moments } }),
    values: [...inputs, ...values],
  }
}

/** Axes as the page has them: one text is no batch. */
export const axisFacts = (axes: readonly Axis[]): AxisFacts[] =>
  axes.filter(({ name, size }) => name !== 'batch' || size > 1).map(({ name, size }) => ({ name, size }))
