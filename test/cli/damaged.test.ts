// A run whose weights are no numbers: every command that looks inside says so in one line, and draws nothing.

import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { saveRandomRuns } from './randomRuns.ts'
import { complaint, cutaway, type Workshop, workshopWithRun } from './run.ts'

describe('a run with NaN in a weight', () => {
  let place: Workshop
  let folder: string
  before(async () => {
    place = await workshopWithRun()
    folder = place.path
    await saveRandomRuns(folder)
    await cp(join(folder, 'runs/cat'), join(folder, 'runs/ill'), { recursive: true })
    await damage(join(folder, 'runs/ill/model.safetensors'), /1\..*mlp.*weight/)
  })
  after(() => place[Symbol.asyncDispose]())

  const says = async (words: string[], said: RegExp) => assert.match(await complaint(words, { folder }), said)

  test('attribute, trace, patch, ablate and heads', async () => {
    await says(['attribute', 'runs/ill', 'the cat'], /^attribute: a logit is NaN\. The weights may be damaged\.$/)
    await says(['attribute', 'runs/ill', 'the cat', '--token', ' '], /^attribute: the logit is NaN\. The weights/)
    const trace = ['trace', 'runs/ill', 'the cat', '--subject', 'cat', '--draws', '1']
    await says(trace, /^trace: a logit is NaN\. The weights may be damaged\.$/)
    await says([...trace, '--token', ' '], /^trace: the probability of the answer is NaN\. The weights/)
    const patch = ['patch', 'runs/ill', 'the cat', 'the mat', '--token', ' ']
    await says(patch, /^patch: the logit that is looked at is NaN\. The weights/)
    await says(['ablate', 'runs/ill', 'cat.txt', '--zero'], /^ablate: the loss is NaN\. The weights may be damaged\.$/)
    await says(['heads', 'runs/ill', 'cat.txt'], /^heads: a loss is NaN\. The weights may be damaged\.$/)
  })

  test('lens names the first state that is none', () =>
    says(
      ['lens', 'runs/ill', 'the cat'],
      /^lens: a number of blocks\.1\.output is NaN\. The weights may be damaged\.$/,
    ))

  test('trace: noise that is too much, windows that are too wide, and the kind of model before its subject', async () => {
    const trace = ['trace', 'runs/cat', 'the cat', '--subject', 'cat', '--draws', '1']
    await says([...trace, '--noise', '1e308'], /^trace: with noise of \S+ the probability of the answer is no number\./)
    await says([...trace, '--window', '99'], /^trace: the window is 99 layers, but the model has 2\./)
    await says(['trace', 'runs/reader', 'the cat'], /^trace: it follows one stream .* but this is a translator/)
  })

  test('read and compare tell how many are none', async () => {
    const { stdout } = await cutaway(['read', 'runs/ill', 'the', 'logits'], { folder })
    await cutaway(['read', 'runs/ill', 'the', 'logits', '--html', 'ill.html'], { folder })
    assert.match(stdout, /NaN/)
    assert.match(await readFile(join(folder, 'ill.html'), 'utf8'), /<td[^>]*>NaN</)
    const compared = await cutaway(['compare', 'runs/ill', '--with', 'reference'], { folder })
    assert.match(
      compared.stdout,
      /In both runs \d+ numbers are NaN, at \d+ addresses, first at\sblocks\.1\.mlp\.up\.weight\./,
    )
    const folded = await cutaway(['compare', 'runs/ill', '--folded'], { folder })
    assert.match(folded.stdout, /What comes next: ln p is NaN in both\./)
  })
})

/** Writes NaN into the first number of the first tensor with such a name. */
async function damage(file: string, name: RegExp): Promise<void> {
  const bytes = await readFile(file)
  const length = Number(bytes.readBigUInt64LE(0))
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(bytes.toString('utf8', 8, 8 + length))
  const [, found] = Object.entries(header).find(([each]) => name.test(each)) ?? []
  assert.ok(found, Object.keys(header).join(' '))
  bytes.writeFloatLE(Number.NaN, 8 + length + found.data_offsets[0])
  await writeFile(file, bytes)
}
