// Flags: read, checked, and suggested from one table.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { choice, number, readFlags, text, toggle, whole, wholes } from '../../src/cli/flags.ts'

const flags = {
  steps: whole('how many steps', { least: 1, otherwise: 10 }),
  minLr: number('the least rate', { least: 0 }),
  share: number('a share', { least: 0, isAbove: true, most: 1 }),
  layer: wholes('which layers'),
  prompt: text('a text'),
  engine: choice('which engine', ['cpu', 'reference']),
  resume: toggle('go on'),
}
const read = (line: string) => readFlags(flags, line === '' ? [] : line.split(' '))

describe('flags', () => {
  test('have their values after a space or an equals sign', () => {
    const { values, given, positionals } = read('a.txt --steps 5 --min-lr=1e-4 b.txt --layer 0,2 --resume')
    assert.deepEqual(values, {
      steps: 5,
      minLr: 1e-4,
      share: undefined,
      layer: [0, 2],
      prompt: undefined,
      engine: undefined,
      resume: true,
    })
    assert.deepEqual([...given], ['steps', 'minLr', 'layer', 'resume'])
    assert.deepEqual(positionals, ['a.txt', 'b.txt'])
  })

  test('have what is usual when they are not given', () => {
    assert.equal(read('').values.steps, 10)
    assert.equal(read('').values.resume, false)
  })

  test('count as they stand last, as aliases and scripts need it', () => {
    assert.equal(read('--steps 5 --steps 6').values.steps, 6)
  })

  test('end at --', () => {
    assert.deepEqual(read('-- --steps').positionals, ['--steps'])
  })

  test('may have values that look like flags, after an equals sign', () => {
    assert.equal(read('--prompt=--dashes').values.prompt, '--dashes')
    assert.equal(read('--prompt -1').values.prompt, '-1')
  })

  const complaints: readonly [line: string, message: string][] = [
    ['--step 5', 'there is no flag --step. Did you mean --steps?'],
    ['--zzzzzzzzz', 'there is no flag --zzzzzzzzz.'],
    ['-s 5', 'there is no flag -s.'],
    ['--steps', '--steps needs a value: --steps N.'],
    ['--steps --resume', '--steps needs a value: --steps N.'],
    ['--steps 0', '--steps needs a whole number from 1, but got "0".'],
    ['--steps 1.5', '--steps needs a whole number from 1, but got "1.5".'],
    ['--steps=', '--steps needs a whole number from 1, but got "".'],
    ['--min-lr -1', '--min-lr needs a number from 0, but got "-1".'],
    ['--min-lr many', '--min-lr needs a number from 0, but got "many".'],
    ['--share 0', '--share needs a number above 0 to 1, but got "0".'],
    ['--layer 1,x', '--layer needs whole numbers separated by commas, but got "1,x".'],
    ['--engine gpu', '--engine needs "cpu" or "reference", but got "gpu". Did you mean "cpu"?'],
    ['--engine tensor', '--engine needs "cpu" or "reference", but got "tensor".'],
    ['--prompt a --prompt b', '--prompt is given twice, and one text would be lost. Give it once.'],
    ['--resume=no', '--resume takes no value, but got "no". Write --resume alone.'],
  ]
  for (const [line, message] of complaints) {
    test(`complain of ${line}`, () => {
      assert.throws(() => read(line), { message })
    })
  }
})
