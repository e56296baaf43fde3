// Labelled texts out of tables.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseLabelled } from '../../src/data/labelledTexts.ts'

describe('labelled texts', () => {
  const wanted = {
    texts: [
      { label: 'good', text: 'I laughed.' },
      { label: 'bad', text: 'I slept.' },
    ],
    labels: ['bad', 'good'],
    skipped: 0,
  }
  const tables: [name: string, content: string, columns?: { text?: string; label?: string }][] = [
    ['label before text', 'good\tI laughed.\r\n\r\nbad\tI slept.\r\n'],
    ['a line of usual names', 'sentence\tlabel\nI laughed.\tgood\nI slept.\tbad\n'],
    ['named columns', 'id\tgrade\treview\n1\tgood\tI laughed.\n2\tbad\tI slept.\n', { text: 'review', label: 'grade' }],
    ['JSONL', '{"text": "I laughed.", "label": "good"}\n{"text": "I slept.", "label": "bad"}\n'],
  ]
  for (const [name, content, columns] of tables)
    test(name, () => assert.deepEqual(parseLabelled(content, 'reviews', columns), wanted))

  test('labels that are numbers are in the order of numbers', () => {
    const content = [10, 9, 0].map((label) => `{"text": "x", "label": ${label}}`).join('\n')
    assert.deepEqual(parseLabelled(content, 'reviews').labels, ['0', '9', '10'])
  })

  test('two texts', () => {
    const { texts } = parseLabelled('same\tA dog.\tDogs.\nother\tA dog.\tA cat.\n', 'pairs')
    assert.deepEqual(texts, [
      { label: 'same', text: 'A dog.', second: 'Dogs.' },
      { label: 'other', text: 'A dog.', second: 'A cat.' },
    ])
  })

  test('empty texts are left out and counted', () => {
    assert.equal(parseLabelled('a\tx\nb\ty\nb\t \n', 'reviews').skipped, 1)
  })

  const refused: [name: string, content: string, message: string][] = [
    [
      'no label',
      'good\tI laughed.\nI slept.\n',
      'r.tsv, line 2: there is 1 column, but the text is to stand in column 2. Put one tab between columns.',
    ],
    ['an empty label', 'good\tx\n\ty\n', 'r.tsv, line 2: the label is empty. Write one before the tab.'],
    [
      'one label',
      'good\tx\ngood\ty\n',
      'r.tsv: every text has the label "good", so there is nothing to tell apart. Give texts with at least two labels.',
    ],
    [
      'a second text now and then',
      'good\tx\tz\nbad\ty\n',
      'r.tsv, line 2: there is no second text, but in the lines before there is one. Give every line two texts, or one.',
    ],
    [
      'no field for the label',
      '{"text": "x", "lable": "good"}',
      'r.tsv, line 1: the label is missing: there is no column "label" among "text", "lable". Did you mean "lable"? ' +
        'An object a line; say which column is the label.',
    ],
  ]
  for (const [name, content, message] of refused)
    test(`refused: ${name}`, () => assert.throws(() => parseLabelled(content, 'r.tsv'), { message }))
})
