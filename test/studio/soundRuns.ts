// Runs that hear and speak, with random weights, as files.

import { blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { RunKind } from '../../src/checkpoint/newConfig.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { initialValues } from '../../src/model/start.ts'
import { prepareRun } from '../../src/runs/prepareRun.ts'
import { recordings } from '../runs/toyVoice.ts'

/** The files of a run that learns from recordings, with random weights. */
export async function filesOf(as: RunKind): Promise<File[]> {
  const choices = { as, layer: 1, head: 2, model: 16, ...(as === 'encoder-decoder' && { codes: 12 }) }
  const run = await prepareRun(choices, { kind: 'recordings', recordings: recordings.slice(0, 40), leftOut: [] })
  const model = run.blueprint.build()
  const weights = withSizes(
    model,
    new Map([...initialValues(model, 3)].map(([path, data]) => [path, data.map((x) => 2 * x)])),
  )
  const { blueprint, tokenizer, codec, features } = run
  const blobs = await blobsOf(await savedFiles({ blueprint, tokenizer, codec, features, weights }))
  return [...blobs].map(([name, blob]) => new File([blob], name))
}
