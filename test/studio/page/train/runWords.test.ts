// A run in words: baselines by what they know, milestones as sentences, times as one says them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { baselineName, durationText, milestoneName, milestoneText } from '../../../../src/studio/page/train/runWords.ts'

test('baselines are named by what they know', () => {
  assert.equal(baselineName({ name: 'counting characters', loss: 3 }, 'character'), 'letter frequencies')
  assert.equal(baselineName({ name: 'counting pairs', loss: 2 }, 'character'), 'one letter back')
  assert.equal(baselineName({ name: 'counting pairs', loss: 2 }, 'token'), 'one token back')
  assert.equal(baselineName({ name: 'something else', loss: 2 }, 'token'), 'something else')
})

test('milestones say what must have been learnt', () => {
  const baseline = { name: 'counting pairs', loss: 2.4577 }
  const passed = { kind: 'passed', step: 181, baseline, loss: 2.45, over: 10 } as const
  assert.equal(milestoneText(passed, 'character'), 'passes one letter back (2.46): it must be using context now')
  assert.equal(milestoneName(passed, 'character'), 'passes one letter back')
  const byHeart = { kind: 'by heart', step: 900, since: { step: 600, training: 1, validation: 2 } } as const
  assert.equal(
    milestoneText(byHeart, 'character'),
    'learns by heart since 600: what is held back surprises it more and more',
  )
})

test('times are as long as one says them', () => {
  const said = [0.3, 7.2, 42, 99, 100, 3600, 5400, 40_000].map(durationText)
  assert.deepEqual(said, ['1 s', '8 s', '40 s', '100 s', '2 min', '60 min', '1.5 h', '11 h'])
})
