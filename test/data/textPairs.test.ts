// Pairs out of tables and parallel texts, and what is said of those that are damaged.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pairLines, parsePairs } from '../../src/data/textPairs.ts'

const dog = { source: 'A dog.', target: 'Ein Hund.' }
const cat = { source: 'A cat.', target: 'Eine Katze.' }

test('lines of old Macs are lines; half a character is told with its line', () => {
  const { pairs } = parsePairs('a\tA\rb\tB\r', 'mac.tsv')
  assert.deepEqual(pairs, [
    { source: 'a', target: 'A' },
    { source: 'b', target: 'B' },
  ])
  const lines = ['{"source":"a","target":"b"}', '{"source":"c","target":"d\\ud83d"}'].join('\n')
  assert.throws(() => parsePairs(lines, 'half.jsonl'), {
    message:
      'half.jsonl, line 2: character 2 of the target is half of a surrogate pair (U+D83D), which is no character. ' +
      'The text was cut inside an emoji or a rare letter; cut it between characters.',
  })
})

describe('pairs', () => {
  const tables: [name: string, text: string, columns?: { source?: string; target?: string }][] = [
    ['tab-separated', 'A dog.\tEin Hund.\nA cat.\tEine Katze.\n'],
    ['a byte order mark, Windows line ends, empty lines, no end', '\ufeffA dog.\tEin Hund.\r\n\r\nA cat.\tEine Katze.'],
    ['a third column', 'A dog.\tEin Hund.\tby Anna\nA cat.\tEine Katze.\tby Ben\n'],
    ['a line of usual names', 'id\ttarget\tsource\n1\tEin Hund.\tA dog.\n2\tEine Katze.\tA cat.\n'],
    ['named columns', 'de\ten\nEin Hund.\tA dog.\nEine Katze.\tA cat.\n', { source: 'en', target: 'de' }],
    ['JSONL', '{"source": "A dog.", "target": "Ein Hund."}\n\n{"target": "Eine Katze.", "source": "A cat."}\n'],
    ['JSONL, other usual names', '{"input":"A dog.","output":"Ein Hund."}\n{"input":"A cat.","output":"Eine Katze."}'],
    [
      'JSONL, named columns in "translation"',
      '{"translation": {"en": "A dog.", "de": "Ein Hund."}}\n{"translation": {"en": "A cat.", "de": "Eine Katze."}}',
      { source: 'en', target: 'de' },
    ],
    [
      'JSONL, a path',
      '{"text": {"en": "A dog."}, "de": "Ein Hund."}\n{"text": {"en": "A cat."}, "de": "Eine Katze."}',
      { source: 'text.en', target: 'de' },
    ],
  ]
  for (const [name, text, columns] of tables) {
    test(name, () => assert.deepEqual(parsePairs(text, 'pairs', columns), { pairs: [dog, cat], skipped: 0 }))
  }

  test('pairs with an empty side are left out and counted', () => {
    const text = 'A dog.\tEin Hund.\nA cat.\t\n \tEine Katze.\n'
    assert.deepEqual(parsePairs(text, 'pairs.tsv'), { pairs: [dog], skipped: 2 })
  })

  test('two texts, line by line', () => {
    const [source, target] = [
      { text: 'A dog.\nA cat.\n\n', place: 'a.en' },
      { text: 'Ein Hund.\r\nEine Katze.\r\n\r\n', place: 'a.de' },
    ]
    assert.deepEqual(pairLines(source, target), { pairs: [dog, cat], skipped: 1 })
  })

  const refused: [name: string, text: string, message: string, columns?: { source?: string; target?: string }][] = [
    ['nothing', '\n \n', 'pairs.tsv: there is nothing in it. Give a file with one example a line.'],
    [
      'a missing column',
      'A dog.\tEin Hund.\n\nA cat. Eine Katze.\n',
      'pairs.tsv, line 3: there is 1 column, but the target is to stand in column 2. Put one tab between columns.',
    ],
    [
      'a name that no column has',
      'en\tde\nA dog.\tEin Hund.\n',
      'pairs.tsv, line 2: the source is missing: there is no column "eng" among "en", "de". Did you mean "en"? ' +
        'The first line names them; say which column is the source.',
      { source: 'eng', target: 'de' },
    ],
    [
      'a field that is missing in the second object',
      '{"source": "A dog.", "target": "Ein Hund."}\n{"source": "A cat.", "targets": "Eine Katze."}',
      'pairs.tsv, line 2: the target is missing: there is no column "target" among "source", "targets". ' +
        'Did you mean "targets"? An object a line; say which column is the target.',
    ],
    [
      'a field that is no text',
      '{"source": ["A dog."], "target": "Ein Hund."}',
      'pairs.tsv, line 1: the source is a list of 1. Give text, or name the column inside it.',
    ],
    [
      'a list among objects',
      '{"source": "A dog.", "target": "Ein Hund."}\n[1]',
      'pairs.tsv, line 2: expected an object {…}, but found a list of 1. The file may be damaged, or another one.',
    ],
    ['only empty pairs', '\tEin Hund.\n', 'pairs.tsv: there is no pair in it. Give a file with one pair a line.'],
  ]
  for (const [name, text, message, columns] of refused) {
    test(`refused: ${name}`, () => assert.throws(() => parsePairs(text, 'pairs.tsv', columns), { message }))
  }

  test('refused: a line that is cut off', () => {
    const text = '{"source": "A dog.", "target": "Ein Hund."}\n{"source": "A ca'
    assert.throws(() => parsePairs(text, 'pairs.jsonl'), /^Error: pairs\.jsonl, line 2: this is not JSON \(/)
  })

  test('refused: texts of unequal lengths', () => {
    assert.throws(() => pairLines({ text: 'a\nb\n', place: 'a.en' }, { text: 'a\n', place: 'a.de' }), {
      message:
        'pairs: a.en has 2 lines, but a.de has 1, so they do not belong together line by line. Give two files of equal length.',
    })
  })
})
