// Chat templates, held to what Python's transformers makes of them (tools/make_chat_fixtures.py), and those that cannot be run.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { type ChatMessage, chatPrompt } from '../../src/text/chat.ts'

interface Case {
  readonly template: string
  readonly messages: ChatMessage[]
  readonly addGenerationPrompt: boolean
  readonly variables: Record<string, unknown>
  readonly text: string | null
  readonly refusal: string | null
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/chat.json', import.meta.url), 'utf8')) as {
  readonly templates: Record<string, string>
  readonly tokens: Record<string, string>
  readonly cases: Case[]
}
const { templates, tokens } = fixture

describe("the same text as Python's", () => {
  for (const name of Object.keys(templates)) {
    test(name, async () => {
      const cases = fixture.cases.filter(({ template }) => template === name)
      assert.ok(cases.length > 0)
      for (const { template, text, refusal, ...given } of cases) {
        const made = chatPrompt({ ...given, template: templates[template], tokens, place: 'here' })
        if (text !== null) assert.equal(await made, text)
        else
          await assert.rejects(made, {
            message: `here: it refuses the messages: ${refusal?.replace(/\.$/, '')}. Change them.`,
          })
      }
    })
  }
})

describe('a template that cannot be run', () => {
  const messages = [{ role: 'user', content: 'Hi' }]
  const cases: [name: string, template: string | undefined, message: string | RegExp][] = [
    [
      'there is none',
      undefined,
      'chat template: the model has none: it was not trained to chat, or its folder lacks the file chat_template.jinja. ' +
        'Give it a plain text to go on with.',
    ],
    [
      'it is cut off',
      '{% for message in messages %}{{ message.content }}',
      'chat template: it is broken (it ends in the middle of something). Correct it, or download it again.',
    ],
    [
      'it is no Jinja',
      '{{ 1 + }} {% if %}',
      /^Error: chat template: it is broken \([^\n]+\)\. Correct it, or download it again\.$/,
    ],
    [
      'it calls what is not there',
      '{{ now_in_rome() }}',
      /^Error: chat template: it fails \([^\n]+\)\. It may look for something that it was not given, or be meant for another program\.$/,
    ],
    [
      'it would never end',
      '{% for i in range(1000000000) %}x{% endfor %}',
      'chat template: it fails (a range of 1000000000 numbers is too long). It may look for something that it was not ' +
        'given, or be meant for another program.',
    ],
    [
      'it refuses',
      "{{ raise_exception('Only\n\n cats.') }}",
      'chat template: it refuses the messages: Only cats. Change them.',
    ],
  ]
  for (const [name, template, message] of cases) {
    test(name, () =>
      assert.rejects(chatPrompt({ template, messages }), message instanceof RegExp ? message : { message }),
    )
  }
})

test('a message without a role', async () => {
  const template = templates['chatml']
  await assert.rejects(chatPrompt({ template, messages: [{ content: 'Hi' } as unknown as ChatMessage] }), {
    message: 'chat template: message 1 has the role nothing. Give it one, such as "user" or "assistant".',
  })
  await assert.rejects(chatPrompt({ template, messages: ['Hi' as unknown as ChatMessage] }), {
    message:
      'chat template: message 1: expected an object {…}, but found "Hi". The file may be damaged, or another one.',
  })
})

test('the date is English, as in Python, and rows of numbers are', async () => {
  const template = "{{ strftime_now('%d %b %Y %%') }}|{{ range(2, 9, 3) | join(',') }}|{{ range(3) | join(',') }}"
  const text = await chatPrompt({ template, messages: [] })
  assert.match(text, /^\d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} %\|2,5,8\|0,1,2$/)
})
