// Edits as a command takes them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseEdit } from '../../src/edit/editText.ts'

const idsOf = (text: string) => [...text].map((letter) => letter.charCodeAt(0))
const read = (text: string, target?: string) =>
  target === undefined ? { ids: idsOf(text) } : { source: idsOf(text), ids: idsOf(target) }

describe('an edit as text', () => {
  for (const [text, at, to] of [
    ['blocks.1.mlp.output = 0', 'blocks.1.mlp.output', 0],
    ['blocks.*.attention.pattern {head: 0} = scale 2', 'blocks.*.attention.pattern {head: 0}', { scale: 2 }],
    ['embedded=-inf', 'embedded', '-Infinity'],
    ['embedded = -1.5e-3', 'embedded', -0.0015],
    ['embedded = add 0.5', 'embedded', { add: 0.5 }],
    ['embedded = mean', 'embedded', { mean: 'position' }],
    ['embedded = mean over head', 'embedded', { mean: 'head' }],
    ['embedded = from "a=b"', 'embedded', { ids: [97, 61, 98] }],
    ["embedded = from 'a'", 'embedded', { ids: [97] }],
    ['embedded = from ab', 'embedded', { ids: [97, 98] }],
    ['embedded = from "a" => "b"', 'embedded', { source: [97], ids: [98] }],
    ['embedded = add from "a"', 'embedded', { add: { towards: { ids: [97] } } }],
    ['embedded = add from "a" - from "b"', 'embedded', { add: { towards: { ids: [97] }, from: { ids: [98] } } }],
    [
      'embedded = add -2.5 * (from "a - b" => "c" - from \'d\' => "e")',
      'embedded',
      { add: { towards: { source: idsOf('a - b'), ids: [99] }, from: { source: [100], ids: [101] }, scale: -2.5 } },
    ],
    ["embedded = from 'a'=>'\"'", 'embedded', { source: [97], ids: [34] }],
  ] as const)
    test(text, () => assert.deepEqual(parseEdit(text, read), { at, to }))

  for (const [text, message] of [
    [
      'embedded',
      'edits: "embedded" is no edit. Write an address, "=", and what comes there: 0 (any number, or -inf), mean, mean over AXIS, scale 2, add 0.5, add 4 * (from "a" - from "b"), or from "another text" (of a translator from "source" => "text").',
    ],
    [
      'embedded = twice 3',
      'edits: "embedded = twice 3": "twice 3" is nothing that can come there. Give 0 (any number, or -inf), mean, mean over AXIS, scale 2, add 0.5, add 4 * (from "a" - from "b"), or from "another text" (of a translator from "source" => "text").',
    ],
    [
      'embedded = add 2 * from "a" - from "b"',
      'edits: "embedded = add 2 * from "a" - from "b"": "add 2 * from "a" - from "b"" is nothing that can come there. Give 0 (any number, or -inf), mean, mean over AXIS, scale 2, add 0.5, add 4 * (from "a" - from "b"), or from "another text" (of a translator from "source" => "text").',
    ],
    [
      'embedded = mean of head',
      'edits: "embedded = mean of head": "mean of head" is nothing that can come there. Give 0 (any number, or -inf), mean, mean over AXIS, scale 2, add 0.5, add 4 * (from "a" - from "b"), or from "another text" (of a translator from "source" => "text").',
    ],
    [
      'embedded = from "the',
      `edits: "embedded = from "the": "the is not one text in quotes. Close the quote it begins with; a text with such quotes in it stands in the others: '…"…'.`,
    ],
    [
      'embedded = from "a" - from "b"',
      `edits: "embedded = from "a" - from "b"": "a" - from "b" is not one text in quotes. Close the quote it begins with; a text with such quotes in it stands in the others: '…"…'.`,
    ],
    [
      'blocks..x = 0',
      'address: "blocks..x" is no address. Give names with dots between them, and places in braces: blocks.3.attention.pattern {head: 0, position: -1}.',
    ],
  ] as const)
    test(`refused: ${text}`, () => assert.throws(() => parseEdit(text, read), { message }))
})
