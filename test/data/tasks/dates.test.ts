// Dates: forms that mean one day each, in all languages together, and a vocabulary that holds them all.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { datesTask } from '../../../src/data/tasks/dates.ts'
import { questionAt } from '../../../src/data/tasks/task.ts'

describe('dates', () => {
  test('no form means two days', () => {
    const task = datesTask({ years: [1999, 2000] })
    const meanings = new Map<string, string>()
    for (let number = 0; number < 20_000; number++) {
      const { prompt, answer } = questionAt(task, 1, number, { heldOut: 0 })
      assert.equal(meanings.get(prompt) ?? answer, answer, `${prompt} means two days`)
      meanings.set(prompt, answer)
      assert.equal(task.tokenizer.decode(task.tokenizer.encode(prompt)), prompt)
    }
    // Enough of the 731 days in every form to have met both of "4 May" and "5 April".
    assert.ok(meanings.size > 9000)
  })

  test('what some dates look like', () => {
    const written = (language: string): string[] => {
      const task = datesTask({ languages: [language], years: [1999, 1999] })
      const found = new Set<string>()
      for (let number = 0; number < 4000; number++) {
        const { prompt, answer } = questionAt(task, 1, number, { heldOut: 0 })
        if (answer === '1999-03-05') found.add(prompt)
      }
      return [...found].sort()
    }
    assert.deepEqual(written('de'), ['05.03.1999', '5. März 1999', 'Freitag, 5. März 1999'])
    assert.deepEqual(written('fr'), ['5 mars 1999', 'vendredi 5 mars 1999'])
    assert.deepEqual(written('en-US'), ['Friday, March 5, 1999', 'Mar 5, 1999', 'March 5, 1999'])
  })

  test('days are held out in all languages at once, and lie within the years', () => {
    const task = datesTask({ years: [1990, 1993] })
    const seen = new Set(Array.from({ length: 3000 }, (_, i) => questionAt(task, 1, i).answer))
    assert.ok(seen.size > 1000)
    for (const day of seen) assert.match(day, /^199[0-3]-\d\d-\d\d$/)
    for (let i = 0; i < 200; i++) assert.ok(!seen.has(questionAt(task, 1, i, { part: 'validation' }).answer))
  })

  test('what cannot be', () => {
    assert.throws(() => datesTask({ languages: [] }), {
      message: 'task: no language was given. Give others, for example en-GB, en-US, de, fr.',
    })
    assert.throws(() => datesTask({ years: [2000, 1999] }), {
      message: 'task: years of "dates" are 2000 to 1999. Give whole numbers from 1000 to 9999, the earlier first.',
    })
  })
})
