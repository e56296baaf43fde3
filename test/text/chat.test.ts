// Chat templates, held to what Python's transformers makes of them (tools/make_chat_fixtures.py), and those that cannot be run.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { timeText } from '../../src/text/chat/dates.ts'
import { renderTemplate } from '../../src/text/chat/template.ts'
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
          await assert.rejects(made, ({ message }: Error) => {
            const [, said] = /^here: it refuses the messages in line \d+: (.*)\. Change them\.$/.exec(message) ?? []
            return said === refusal?.replace(/\.$/, '')
          })
      }
    })
  }
})

describe('a template that cannot be run', () => {
  const messages = [{ role: 'user', content: 'Hi' }]
  const broken = (line: number, reason: string) =>
    `chat template: it is broken in line ${line} (${reason}). Correct it, or download it again.`
  const failing = (line: number, reason: string) =>
    `chat template: it fails in line ${line} (${reason}). It may look for something that it was not given, or be meant for ` +
    'another program.'
  const cases: [name: string, template: string | undefined, message: string][] = [
    [
      'there is none',
      undefined,
      'chat template: the model has none: it was not trained to chat, or its folder lacks the file chat_template.jinja. ' +
        'Give it a plain text to go on with.',
    ],
    [
      'it is cut off',
      '{% for message in messages %}\n{{ message.content }}',
      broken(2, "the template ends, but 'endfor' or 'else' is missing for 'for'"),
    ],
    ['it is cut off in a tag', '\n{{ messages', broken(2, "expected '}}', found the end of the template")],
    ['it is no Jinja', 'a\n{{ 1 + }}', broken(2, "unexpected '}}'")],
    ['a bracket is not closed', '{{ (1] }}', broken(1, "unexpected ']', expected ')'")],
    ['a tag is unknown', '\n\n{% do 1 %}', broken(3, "unknown tag 'do'")],
    ['a filter is unknown', '\n{{ 1 | triple }}', broken(2, "there is no filter 'triple'")],
    ['a test is unknown', '{{ 1 is blue }}', broken(1, "there is no test 'blue'")],
    ['a loop is left from outside', '{% break %}', broken(1, "'break' outside loop")],
    [
      'it is nested without end',
      `{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`,
      broken(1, 'something stands in more than 100 others, which is the limit'),
    ],
    ['it calls what is not there', 'a\n{{ now_in_rome() }}', failing(2, "'now_in_rome' is undefined")],
    ['it looks into what is not there', '\n{{ messages[0].a.b }}', failing(2, "'dict object' has no attribute 'a'")],
    [
      'it changes a list',
      '{{ messages.append(1) }}',
      failing(1, "access to attribute 'append' of 'list' object is unsafe"),
    ],
    ['it adds what does not add', '{{ 1 +\n"a" }}', failing(1, "unsupported operand type(s) for +: 'int' and 'str'")],
    [
      'it wants another template',
      '{% include "x" %}',
      failing(1, '{% include %} needs more than a template on its own, which is not supported'),
    ],
    [
      'it prints an address in memory',
      '{{ messages | map("string") }}',
      failing(
        1,
        'a generator is printed, which says nothing but an address in memory; a list of its values prints (| list)',
      ),
    ],
    [
      'it refuses',
      "{{ raise_exception('Only\n\n cats.') }}",
      'chat template: it refuses the messages in line 1: Only cats. Change them.',
    ],
  ]
  for (const [name, template, message] of cases)
    test(name, () => assert.rejects(chatPrompt({ template, messages }), { message }))
})

describe('a template without end meets a limit', () => {
  const cases: [name: string, template: string, reason: string][] = [
    ['a long range', '{% for i in range(1000000000) %}x{% endfor %}', 'a range of 1000000000 numbers is too long'],
    [
      'a macro that calls itself',
      '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
      'macros call one another more than 200 deep, which is the limit',
    ],
    [
      'two macros that call each other',
      '{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}',
      'macros call one another more than 200 deep, which is the limit',
    ],
    [
      'a loop in itself',
      '{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}',
      'macros call one another more than 200 deep, which is the limit',
    ],
    [
      'a text that doubles',
      "{% set ns = namespace(t='a') %}{% for i in range(100) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
      'a text becomes longer than 20,000,000 characters, which is the limit',
    ],
    [
      'a text that is repeated',
      "{{ 'a' * 10 ** 12 }}",
      'a text becomes longer than 20,000,000 characters, which is the limit',
    ],
    [
      'a wide text',
      "{{ 'a'.ljust(10 ** 12) }}",
      'a text becomes longer than 20,000,000 characters, which is the limit',
    ],
    [
      'a wide format',
      "{{ '%1000000000000d' % 1 }}",
      'a text becomes longer than 20,000,000 characters, which is the limit',
    ],
    [
      'a text of replacements',
      "{% set a = 'a' * 100000 %}{{ a.replace('a', a) }}",
      'a text becomes longer than 20,000,000 characters, which is the limit',
    ],
    [
      'a list that doubles',
      '{% set ns = namespace(t=[1]) %}{% for i in range(100) %}{% set ns.t = ns.t + ns.t %}{% endfor %}',
      'a list becomes longer than 1,000,000 values, which is the limit',
    ],
    [
      'a list that holds itself twice, printed',
      '{% set ns = namespace(t=[1]) %}{% for i in range(100) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}',
      'a value with more than 1,000,000 parts is printed, which is the limit',
    ],
    [
      'lists that hold themselves twice, compared',
      '{% set ns = namespace(t=[1], u=[1]) %}{% for i in range(100) %}{% set ns.t = [ns.t, ns.t] %}' +
        '{% set ns.u = [ns.u, ns.u] %}{% endfor %}{{ ns.t == ns.u }}',
      'two values with more than 1,000,000 parts are compared, which is the limit',
    ],
    ['a number that grows', '{{ 9 ** (9 ** 9) }}', 'a number has more than 4,300 digits, which is the limit'],
  ]
  for (const [name, template, reason] of cases)
    test(name, () =>
      assert.rejects(chatPrompt({ template, messages: [] }), {
        message:
          `chat template: it fails in line 1 (${reason}). It may look for something that it was not given, or be meant for ` +
          'another program.',
      }),
    )

  test('loops in loops', () => {
    const row = '{% for i in range(100000) %}'
    const template = `${row}${row}{% endfor %}{% endfor %}`
    const settings = { template, variables: {}, place: 'here', limits: { steps: 10_000, depth: 10 } }
    assert.throws(() => renderTemplate({ ...settings, variables: { range: null } }), /^Error: here: it fails in line 1/)
    assert.throws(() => renderTemplate(settings), {
      message:
        'here: it fails in line 1 (it has taken 10,000 steps without coming to its end, which is the limit). It may look ' +
        'for something that it was not given, or be meant for another program.',
    })
    const filtered = '{{ range(100000) | map("string") | join }}'
    assert.throws(() => renderTemplate({ ...settings, template: filtered }), /has taken 10,000 steps/)
  })

  test('what it reads takes time in proportion', async () => {
    // Each of these would take minutes if it were quadratic.
    const blanks = ' '.repeat(1_000_000)
    for (const template of [
      `a${blanks}b{%- if true %}c{% endif %}`,
      `{{ "a${blanks}b" | trim | length }}`,
      `{{ 1${blanks}}}`,
      `${blanks}\n`.repeat(3),
      '{ '.repeat(500_000),
      `{# ${'#'.repeat(1_000_000)} #}`,
      `{{ "${'\\"'.repeat(500_000)}" | length }}`,
    ])
      await chatPrompt({ template, messages: [] })
  })
})

describe('messages that are none', () => {
  const template = templates['chatml']
  const attempt = (messages: unknown, variables: Record<string, unknown> = {}) =>
    chatPrompt({ template, messages: messages as ChatMessage[], variables })
  let deep: unknown = 1
  for (let i = 0; i < 20_000; i++) deep = [deep]
  const round: unknown[] = []
  round.push(round)
  const user = { role: 'user', content: 'Hi' }
  const cases: [name: string, messages: unknown, variables: Record<string, unknown>, message: string][] = [
    ['an object', {}, {}, "messages are an object. Give a list of them: [{ role: 'user', content: 'Hi' }]."],
    ['nothing', undefined, {}, "messages are nothing. Give a list of them: [{ role: 'user', content: 'Hi' }]."],
    ['no role', [{ content: 'Hi' }], {}, 'message 1 has the role nothing. Give it one, such as "user" or "assistant".'],
    [
      'a text',
      ['Hi'],
      {},
      'message 1: expected an object {…}, but found "Hi". The file may be damaged, or another one.',
    ],
    [
      'lists in lists',
      [{ role: 'user', content: deep }],
      {},
      'messages: lists and objects stand in one another more than 500 deep.',
    ],
    [
      'a list in itself',
      [{ role: 'user', content: round }],
      {},
      'messages: lists and objects stand in one another more than 500 deep.',
    ],
    [
      'a function',
      [{ role: 'user', content: () => 1 }],
      {},
      'messages: a function stands in it. Give texts, numbers, lists and plain objects.',
    ],
    [
      'a date',
      [{ role: 'user', content: new Date() }],
      {},
      'messages: a Date stands in it. Give texts, numbers, lists and plain objects.',
    ],
    ['tools that are no list', [user], { tools: {} }, 'tools are an object. Give a list of objects.'],
    ['a tool that is a text', [user], { tools: ['add'] }, 'tools: number 1 is "add". Give a list of objects.'],
    [
      'documents that are texts',
      [user],
      { documents: [{}, 'a'] },
      'documents: number 2 is "a". Give a list of objects.',
    ],
  ]
  for (const [name, messages, variables, message] of cases)
    test(name, () => assert.rejects(attempt(messages, variables), { message: `chat template: ${message}` }))
})

test('numbers of JavaScript are ints where JSON writes them as such', async () => {
  const template = '{{ messages[0].content }} {{ messages[0].content | tojson }}'
  const content = [1, 1.5, -0, 1e20, 1e21, 0.1, 2n ** 70n, 1e-7, Number.NaN, Infinity]
  assert.equal(
    await chatPrompt({ template, messages: [{ role: 'user', content }] }),
    '[1, 1.5, 0, 100000000000000000000, 1e+21, 0.1, 1180591620717411303424, 1e-07, nan, inf] ' +
      '[1, 1.5, 0, 100000000000000000000, 1e+21, 0.1, 1180591620717411303424, 1e-07, NaN, Infinity]',
  )
})

test('a field that is undefined is not there; one that is null is None', async () => {
  const template = "{{ messages[0].a is defined }} {{ messages[0].b }} {{ 'a' in messages[0] }} {{ messages[0] }}"
  const messages = [{ role: 'user', content: '', a: undefined, b: null }]
  assert.equal(await chatPrompt({ template, messages }), "False None False {'role': 'user', 'content': '', 'b': None}")
})

test('dates are written as in C, in English', () => {
  const cases: [date: Date, format: string, text: string][] = [
    [
      new Date(2026, 2, 5, 19, 7, 9),
      '%d %b %Y|%-d %B|%j|%I %p|%e|%H:%M:%S',
      '05 Mar 2026|5 March|064|07 PM| 5|19:07:09',
    ],
    [new Date(2026, 2, 5, 19, 7, 9), '%a %A %y %C %w %u %l %-I %P %h', 'Thu Thursday 26 20 4 4  7 7 pm Mar'],
    [
      new Date(2026, 2, 5, 0, 7, 9),
      '%F %D %T %R %r %c %x %X',
      '2026-03-05 03/05/26 00:07:09 00:07 12:07:09 AM Thu Mar  5 00:07:09 2026 03/05/26 00:07:09',
    ],
    [new Date(2027, 0, 1), '%G-%V %U %W %g', '2026-53 00 00 26'],
    [new Date(2026, 0, 4), '%G-%V %U %W', '2026-01 01 00'],
    [new Date(2026, 11, 31, 23), '%j %U %W %V %^a %#p %_m %0e', '365 52 52 53 THU pm 12 31'],
    [new Date(2026, 0, 2), '%_d|%-m|%^B|%%|%Q|%n|%t|%f|%z%Z', ' 2|1|JANUARY|%|%Q|\n|\t|000000|'],
  ]
  for (const [date, format, text] of cases) assert.equal(timeText(date, format), text)
})

describe("one feature each, as in Python's transformers", () => {
  interface Fixture {
    readonly messages: ChatMessage[]
    readonly given: Record<string, unknown>
    readonly tokens: Record<string, string>
    readonly groups: Record<string, [template: string, text: string | null][]>
  }
  const file = readFileSync(new URL('../fixtures/templates.json', import.meta.url), 'utf8')
  const { messages, given, tokens, groups } = JSON.parse(file) as Fixture
  for (const [name, cases] of Object.entries(groups))
    test(`${name}: ${cases.length} templates`, async () => {
      for (const [template, text] of cases) {
        const made = chatPrompt({ template, messages, tokens, variables: given })
        if (text === null) await assert.rejects(made, /^Error: chat template: it (is broken|fails|refuses)/, template)
        else assert.equal(await made, text, template)
      }
    })
})
