// The kinds of models that the page offers for a material, and what it says of them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunKind } from '../../src/checkpoint/newConfig.ts'
import { tasks } from '../../src/data/tasks/tasks.ts'
import { checkMeaning } from '../../src/runs/meaning.ts'
import { usualAs } from '../../src/runs/source.ts'
import {
  hasMeaning,
  kindSays,
  kindWords,
  learnsFrom,
  modelChoices,
  trainChoices,
  vocabChoice,
  wordChoices,
} from '../../src/studio/page/text/choiceWords.ts'

test('a task that draws is learnt by an encoder-decoder alone, any other by decoders too', () => {
  for (const name of Object.keys(tasks)) {
    const material = { kind: 'task', name } as const
    assert.equal(learnsFrom('decoder', material), usualAs({ task: name }) === 'decoder', name)
    assert.ok(learnsFrom('encoder-decoder', material), name)
    assert.doesNotMatch(kindSays('encoder-decoder', material), /tab/)
  }
  assert.match(kindSays('encoder-decoder', { kind: 'table', name: 'a', text: 'a\tb' }), /with a tab between/)
})

test('settings are offered where they are not refused', () => {
  for (const as of Object.keys(kindWords) as RunKind[])
    for (const { name } of [...modelChoices(as), ...trainChoices(as), ...wordChoices, vocabChoice]) {
      let isRefused = false
      try {
        checkMeaning({ [name]: 1 }, as)
      } catch {
        isRefused = true
      }
      assert.equal(hasMeaning(as, name), !isRefused, `${as}, ${name}`)
    }
})

test('settings of a model of pictures speak of patches and classes', () => {
  const says = (as: 'picture-classifier' | 'decoder') =>
    [...modelChoices(as), ...trainChoices(as)].map(({ says }) => says)
  assert.ok(says('picture-classifier').some((each) => each.includes('stand for a patch')))
  assert.ok(says('picture-classifier').some((each) => each.includes('all classes alike')))
  assert.ok(says('decoder').some((each) => each.includes('all tokens alike')))
})
