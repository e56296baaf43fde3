// Looking into classifiers that read several positions at once, a DINOv2 and a DeiT with its teacher: what the command shows of all positions
// together, and what it says where one is asked for.

import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { classifyingDinov2, dinov2 } from '../../src/checkpoint/dinov2.ts'
import { teacherClassifyingDeiT } from '../../src/checkpoint/vit.ts'
import { writePng } from '../../src/image/writePng.ts'
import { saveRandom } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshop } from './run.ts'

const picture = { channel: 1, down: 8, across: 8 }
const patch = { down: 4, across: 4 }
const sizes = {
  ...{ picture, patch },
  ...{ layer: 2, head: 2, model: 8, hidden: 32, class: 3, labels: ['ring', 'bar', 'dot'] },
}

describe('a classifier that reads several positions', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshop()
    folder = place.path
    for (const [name, blueprint] of [
      ['dino', classifyingDinov2.blueprint(sizes)],
      ['teacher', teacherClassifyingDeiT.blueprint(sizes)],
      ['encoder', dinov2.blueprint({ picture, patch, layer: 1, head: 2, model: 8, hidden: 32 })],
    ] as const) {
      await saveRandom(join(folder, name), blueprint)
      const preparation = {
        image_processor_type: 'ViTImageProcessor',
        size: { height: 8, width: 8 },
        rescale_factor: 1 / 255,
      }
      await writeFile(join(folder, name, 'preprocessor_config.json'), JSON.stringify(preparation))
    }
    for (const turn of [1, 2]) {
      const pixels = Uint8Array.from({ length: 64 }, (_, i) => 127 + 120 * Math.sin(turn * i))
      await writeFile(join(folder, `${turn}.png`), await writePng({ width: 8, height: 8, channels: 1, pixels }))
    }
  })
  after(() => place[Symbol.asyncDispose]())

  const run = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cutaway([...words, '--threads', '1'], { folder })
    assert.equal(code, 0, stderr)
    return stdout
  }

  for (const name of ['dino', 'teacher'])
    test(`${name}: lens, attribute, patch and journey`, async () => {
      const said = JSON.parse(await run('read', name, '1.png', 'classes', '--json')).values.classes.data as number[]
      const { rows } = JSON.parse(await run('lens', name, '1.png', '--json')) as {
        rows: { address: string; position?: number; guesses: { id: number; logit: number; token: string }[] }[]
      }
      assert.equal(rows.length, 3)
      assert.ok(rows.every(({ position }) => position === undefined))
      for (const { id, logit, token } of rows[2].guesses) {
        assert.ok(Math.abs(logit - said[id]) < 1e-5)
        assert.equal(token, sizes.labels[id])
      }
      await run('lens', name, '1.png', '--svg', 'lens.svg')
      const svg = await readFile(join(folder, 'lens.svg'), 'utf8')
      assert.match(svg, /What all positions say together/)
      // No patch names a class by itself: nothing is laid over the picture.
      assert.doesNotMatch(svg, /<image/)
      const why = JSON.parse(await run('attribute', name, '1.png', '--token', 'bar', '--json'))
      assert.ok(Math.abs(why.sum - said[1]) < 1e-4 && why.position === undefined)
      assert.equal(why.places.length, name === 'dino' ? 5 : 6)
      assert.equal(why.rows.filter(({ head }: { head?: number }) => head !== undefined).length, 4)
      await run('attribute', name, '1.png', '--svg', 'why.svg')
      const shown = await run('attribute', name, '1.png')
      assert.match(shown, /at all positions that the model reads/)
      assert.match(shown, /class .*\n(distillation .*\n)?all patches /)
      assert.equal(/<image/.test(await readFile(join(folder, 'why.svg'), 'utf8')), name === 'dino')
      assert.match(await run('patch', name, '1.png', '2.png'), /Where the stream matters/)
      const way = await run('journey', name, '1.png')
      assert.match(way.replace(/\s+/g, ' '), /if the streams of all positions ended there/)
      assert.match(way, /Each of 2 heads asks a question/)
    })

  test('an encoder without classes is led to a command that looks into it', async () => {
    assert.equal(
      await complaint(['classify', 'encoder', '1.png'], { folder }),
      'classify: encoder holds an encoder of pictures, which knows no classes; classify needs a classifier. Try "cutaway attention encoder …".',
    )
    assert.match(await run('attention', 'encoder', '1.png'), /^Where the class token looks\n/)
  })

  test('no single position is asked about', async () => {
    for (const command of ['lens', 'attribute', 'patch'])
      assert.equal(
        await complaint(
          [command, 'dino', '1.png', ...(command === 'patch' ? ['2.png'] : []), '--position', '2', '--threads', '1'],
          { folder },
        ),
        `${command}: position 2 is asked about, but the model reads several at once, so that no single one says anything. Leave the position out.`,
      )
    assert.equal(
      await complaint(['lens', 'dino', '1.png', '--tune', 'cat.txt', '--threads', '1'], { folder }),
      'lens: a tuned lens learns from a text, and this model reads pictures. Leave --tune out.',
    )
  })
})
