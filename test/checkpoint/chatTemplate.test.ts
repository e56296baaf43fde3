// Which of a folder's chat templates is taken: in files of their own, by names, inside of other files.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ChatTemplateOptions, loadChatTemplate } from '../../src/checkpoint/chatTemplate.ts'
import { folderOf } from './files.ts'

type Files = Parameters<typeof folderOf>[0]

const several = [
  { name: 'default', template: 'D' },
  { name: 'tool_use', template: 'T' },
  { name: 'rag', template: 'R' },
]
const config = (chat_template: unknown): Files => ({ 'tokenizer_config.json': { chat_template } })
const load = (files: Files, options?: ChatTemplateOptions) => loadChatTemplate(folderOf(files), options)

test('the same template as in Python', async () => {
  const cases: [files: Files, options: ChatTemplateOptions, template: string | undefined][] = [
    [{}, {}, undefined],
    [config(null), {}, undefined],
    [config('C'), {}, 'C'],
    [{ ...config('C'), 'chat_template.jinja': 'J' }, {}, 'J'],
    [{ ...config(several), 'chat_template.jinja': 'J' }, { hasTools: true }, 'J'],
    [config({ default: 'X', tool_use: 'Y' }), {}, 'X'],
    [config({ default: 'X', tool_use: 'Y' }), { hasTools: true }, 'Y'],
    [{ 'chat_template.json': { chat_template: 'O' } }, {}, 'O'],
    [{ ...config('C'), 'chat_template.json': { chat_template: 'O' } }, {}, 'C'],
    [config(several), {}, 'D'],
    [config(several), { hasTools: true }, 'T'],
    [config(several), { name: 'rag' }, 'R'],
    [config(several), { name: 'rag', hasTools: true }, 'R'],
    [config('C'), { hasTools: true }, 'C'],
    [{ 'chat_template.jinja': 'J', 'additional_chat_templates/tool_use.jinja': 'A' }, { hasTools: true }, 'A'],
    [{ 'chat_template.jinja': 'J', 'additional_chat_templates/tool_use.jinja': 'A' }, {}, 'J'],
    [{ 'chat_template.jinja': '\ufeff{{ 1 }}\r\n' }, {}, '\ufeff{{ 1 }}\r\n'],
  ]
  for (const [files, options, template] of cases) assert.equal(await load(files, options), template)
})

test('what is no template is refused', async () => {
  const cases: [files: Files, options: ChatTemplateOptions, message: string][] = [
    [
      config(several.slice(1)),
      {},
      'folder: it has several chat templates among "tool_use", "rag", but none is the default. Name one.',
    ],
    [
      config(several),
      { name: 'x' },
      'folder: it has no chat template "x" among "default", "tool_use", "rag". Name one that is there.',
    ],
    [{}, { name: '../x' }, 'folder: it has no chat template "../x". Name one that is there.'],
    [
      config(5),
      {},
      'folder/tokenizer_config.json: chat_template is 5, not a text. Write the template there, or remove it.',
    ],
    [
      config([{ name: 'a' }]),
      {},
      'folder/tokenizer_config.json: chat_template, number 1: its name is "a" and its template nothing. Both must be texts.',
    ],
    [
      { 'chat_template.jinja': Uint8Array.of(0xff) },
      {},
      'folder/chat_template.jinja: this is not UTF-8. Download it again, or save it as UTF-8.',
    ],
  ]
  for (const [files, options, message] of cases) await assert.rejects(load(files, options), { message })
})
