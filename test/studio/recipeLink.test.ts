// Recipes as words in links: they come back as they were, and what was changed, cut or made up is refused in one line.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { type LinkedRecipe, recipeOfWord, recipeWord } from '../../src/studio/place/recipeLink.ts'

const recipe: LinkedRecipe = {
  material: { kind: 'text', name: 'née.txt', text: 'the cat sat. '.repeat(50) },
  choices: { as: 'decoder', layer: 2, model: 64, steps: 500, rate: 1e-3, schedule: 'cosine', seed: 7 },
  expected: { step: 500, loss: 1.893112301826477, arithmetic: 'fused multiply-add' },
}

const wordOf = (json: unknown): string => deflateRawSync(JSON.stringify(json)).toString('base64url')
const refusal = (word: string): Promise<string> =>
  recipeOfWord(word).then(
    () => 'taken',
    ({ message }) => message,
  )

describe('a recipe in a link', () => {
  test('comes back as it was, and is short', async () => {
    const word = await recipeWord(recipe)
    assert.ok(word.length < 400, `${word.length} characters`)
    assert.match(word, /^[\w-]+$/)
    assert.deepEqual(await recipeOfWord(word), recipe)
  })

  test('may leave the text to be found', async () => {
    const named: LinkedRecipe = { ...recipe, material: { kind: 'text', name: 'Emma', sha256: 'a'.repeat(64) } }
    assert.deepEqual(await recipeOfWord(await recipeWord(named)), named)
  })

  test('is refused in one line where it was cut, changed or made up', async () => {
    const whole = { version: 1, ...recipe }
    const changed = (change: object): string => wordOf({ ...whole, ...change })
    const cases: [string, RegExp][] = [
      ['', /^link: recipe: its 0 characters are no recipe\. The link may have been cut; copy it again\.$/],
      [(await recipeWord(recipe)).slice(0, 100), /^link: recipe: its 100 characters are no recipe\./],
      ['<script>', /no recipe/],
      [wordOf(JSON.parse('[1]')), /expected an object/],
      [changed({ version: 2 }), /^link: recipe: its version is 2, but this page reads 1\. /],
      [changed({ material: { kind: 'text', name: 'a' } }), /^link: recipe: its text is nothing\. /],
      [changed({ material: { kind: 'file', name: '/etc' } }), /^link: recipe: the kind of its text is "file"\. /],
      [changed({ choices: { layer: 'many' } }), /^link: recipe: layer is "many"\. /],
      [changed({ choices: { as: 'toaster' } }), /^link: recipe: as is "toaster"\. /],
      [changed({ choices: { toString: 1 } }), /^link: recipe: there is no choice "toString"; it is 1\. /],
      [changed({ choices: { columns: {} } }), /there is no choice "columns"/],
      [changed({ expected: { step: 0, loss: 1, arithmetic: '' } }), /the step up to which it is grown is 0/],
      [changed({ expected: { step: 1, loss: null, arithmetic: '' } }), /^link: recipe: its loss is null\. /],
      // A small word that would become 50 MB.
      [deflateRawSync(Buffer.alloc(5e7, ' ')).toString('base64url').slice(0, 7999), /no recipe/],
      [deflateRawSync(Buffer.alloc(1e6, ' ')).toString('base64url'), /no recipe/],
    ]
    for (const [word, says] of cases) {
      const said = await refusal(word)
      assert.match(said, says)
      assert.doesNotMatch(said, /\n/)
    }
  })
})
