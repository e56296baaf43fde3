// The layers whose attention can be looked at.

import { sizesOfValues } from '../../model/reads.ts'
import type { Looking } from '../editedPass.ts'
import { readableValues } from '../read.ts'

/** The numbers of the layers, from 0 on; of a model with two halves, as many as the deeper one has. */
export function attentionLayers({ model, inputs }: Pick<Looking, 'model' | 'inputs'>): number[] {
  const sizes = sizesOfValues('heads', model.reads, inputs)
  const patterns = [...readableValues(model, sizes).keys()].filter((path) => path.endsWith('.pattern'))
  if (patterns.length === 0)
    throw new Error('heads: the model has no value "pattern"; it seems to have no attention. Give one that has heads.')
  const parts = Map.groupBy(patterns, (path) => path.replaceAll(/\d+/g, '*'))
  return Array.from({ length: Math.max(...[...parts.values()].map(({ length }) => length)) }, (_, layer) => layer)
}
