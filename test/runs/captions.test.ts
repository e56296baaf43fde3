// A run that learns which words belong to which picture: words in an order that it never met find their picture. Saved and opened again it
// says the same.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { blobFiles, blobsOf } from '../../src/checkpoint/blobFiles.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { captionIds } from '../../src/data/captions.ts'
import type { Drawing } from '../../src/data/drawings.ts'
import { splitWorded } from '../../src/data/split.ts'
import { cosine } from '../../src/encode/neighbours.ts'
import { SharedSpace } from '../../src/encode/sharedSpace.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { preparedPicture } from '../../src/image/prepare.ts'
import type { DualEncoderModel } from '../../src/model/language.ts'
import { type PreparedRun, prepareRun } from '../../src/runs/prepareRun.ts'
import { savedRun, trainRun } from '../../src/runs/trainRun.ts'

const engine = await cpu({ threads: 1 })
after(() => engine.close())

const colours = { red: [250, 20, 20], green: [20, 200, 30], blue: [30, 40, 250], yellow: [240, 230, 10] }
const shapes = {
  square: () => true,
  bar: (y: number) => y === 1 || y === 2,
  pillar: (_: number, x: number) => x === 1 || x === 2,
  ring: (y: number, x: number) => y === 0 || y === 3 || x === 0 || x === 3,
}
const corners = ['top left', 'top right', 'bottom left', 'bottom right']

/** A shape of 4 × 4 pixels in a corner of 8 × 8. */
const drawings: Drawing[] = Object.entries(colours).flatMap(([colour, rgb]) =>
  Object.entries(shapes).flatMap(([shape, isInk]) =>
    corners.map((corner, place): Drawing => {
      const words = `${colour} ${shape} ${corner}`
      const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => {
        const [y, x] = [Math.floor(i / 24) - 4 * (place >> 1), (Math.floor(i / 3) % 8) - 4 * (place & 1)]
        return y >= 0 && y < 4 && x >= 0 && x < 4 && isInk(y, x) ? rgb[i % 3] : 255
      })
      return { name: `${words}.png`, words, picture: { width: 8, height: 8, channels: 3, pixels } }
    }),
  ),
)
const held = splitWorded(drawings).validation

/** For each text the number of the picture that is nearest to it. */
async function nearest(
  space: SharedSpace,
  run: Pick<PreparedRun, 'tokenizer' | 'blueprint' | 'preparation'>,
  texts: readonly string[],
) {
  const { tokenizer, blueprint, preparation } = run
  assert.ok(preparation)
  const [end = -1] = blueprint.config.special?.end ?? []
  const context = blueprint.sizes.context
  const vectors = await space.texts(texts.map((text) => captionIds(text, { tokenizer, end, context }).ids))
  const pictures = await space.pictures(drawings.map(({ picture }) => preparedPicture(picture, preparation).pixels))
  return vectors.map((vector) => {
    const near = pictures.map((picture) => cosine(vector, picture))
    return near.indexOf(Math.max(...near))
  })
}

describe('a run of words and pictures', () => {
  let run: PreparedRun
  let losses: number[]
  let blobs: ReadonlyMap<string, Blob>

  before(async () => {
    const source = { kind: 'drawings', drawings, skipped: 0 } as const
    run = await prepareRun(
      {
        as: 'clip',
        steps: 250,
        batch: 32,
        layer: 1,
        model: 48,
        head: 3,
        patch: 2,
        rate: 3e-3,
        seed: 1,
        evaluateEvery: 125,
      },
      source,
    )
    losses = []
    const save = async (state: Parameters<typeof savedRun>[1]) => {
      blobs = await blobsOf(await savedFiles(savedRun(run, state)))
    }
    for await (const event of trainRun(run, { engine, save }))
      if (event.kind === 'evaluation') losses.push(event.validation)
  })

  test('does better on what is held back than a guess', () => {
    const last = losses.at(-1) ?? Number.NaN
    const { loss } = run.baselines[0]
    assert.ok(last < 0.5 * loss, `${last} against ${loss}`)
  })

  test('finds the picture of words that it never met together, opened again from its folder', async () => {
    const { model, ...opened } = await loadFolder(blobFiles(blobs, 'run'), engine)
    assert.equal(model.kind, 'dual-encoder')
    const space = new SharedSpace({ engine, model: model as DualEncoderModel })
    const found = await nearest(
      space,
      opened,
      held.map(({ words }) => words),
    )
    const right = found.filter((picture, i) => drawings[picture].words === held[i].words).length
    assert.ok(right >= held.length - 1, `${right} of ${held.length}`)
    await space.close()
  })

  test('says which of some words belong to a picture, as shares that add up to 1', async () => {
    const { model, tokenizer, blueprint, preparation } = run
    assert.ok(preparation)
    const space = new SharedSpace({ engine, model: model as DualEncoderModel })
    const [end = -1] = blueprint.config.special?.end ?? []
    const context = blueprint.sizes.context
    const texts = Object.keys(colours).map(
      (colour) => captionIds(`${colour} ring top left`, { tokenizer, end, context }).ids,
    )
    const pictures = Object.keys(colours).map((colour) => {
      const found = drawings.find(({ words }) => words === `${colour} ring top left`)
      assert.ok(found)
      return preparedPicture(found.picture, preparation).pixels
    })
    const shares = await space.shares(texts, pictures)
    shares.forEach((own, i) => {
      assert.ok(Math.abs(own.reduce((sum, share) => sum + share, 0) - 1) < 1e-5)
      assert.equal(own.indexOf(Math.max(...own)), i)
    })
    await space.close()
  })
})
