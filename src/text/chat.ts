// Chat templates: how a talk becomes the text that a model was trained to go on with. A template is a little program in Jinja,
// which comes with the model; chat/template.ts runs it, and is loaded only then.
//
//   [{ role: 'user', content: 'Hi' }]   →   <|im_start|>user⏎Hi<|im_end|>⏎<|im_start|>assistant⏎
//
// The text is that of `render_jinja_template` in Python's `transformers`, which prints a field that is null as None;
// `apply_chat_template` leaves such fields out first. It has the special tokens in it: encode it without adding any.

import { checkIsObject, kindOf } from './json.ts'

/** One side's turn to speak. Templates may look at other fields too. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, or what the template knows. */
  readonly role: string
  readonly content: unknown
  readonly [field: string]: unknown
}

export interface ChatOptions {
  /** The template; undefined where the model has none, which is an error. */
  readonly template: string | undefined
  readonly messages: readonly ChatMessage[]
  /** Special tokens by their name in `tokenizer_config.json`: `bos_token`; `rolesToJSON(tokenizer)` gives them. */
  readonly tokens?: Readonly<Record<string, string>>
  /** True where the text ends where the assistant begins to speak. */
  readonly addGenerationPrompt?: boolean
  /** Anything else that the template may look at: `tools`, `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Where the template comes from, for errors. */
  readonly place?: string
}

/**
 * The text of a talk, ready to be encoded.
 *
 * Throws when there is no template, when it is broken, when it refuses the messages (some want roles to take turns), and when
 * it fails.
 */
export async function chatPrompt({
  template,
  messages,
  tokens = {},
  addGenerationPrompt = false,
  variables = {},
  place = 'chat template',
}: ChatOptions): Promise<string> {
  if (template === undefined) {
    throw new Error(
      `${place}: the model has none: it was not trained to chat, or its folder lacks the file chat_template.jinja. Give it a ` +
        'plain text to go on with.',
    )
  }
  if (!Array.isArray(messages))
    throw new Error(
      `${place}: messages are ${kindOf(messages)}. Give a list of them: [{ role: 'user', content: 'Hi' }].`,
    )
  for (const name of ['tools', 'documents']) checkObjects(variables[name], `${place}: ${name}`)
  for (const [index, message] of messages.entries()) {
    checkIsObject(message, `${place}: message ${index + 1}`)
    if (typeof message['role'] !== 'string') {
      throw new Error(
        `${place}: message ${index + 1} has the role ${kindOf(message['role'])}. Give it one, such as "user" or "assistant".`,
      )
    }
  }
  const given = { tools: null, documents: null, ...tokens, ...variables, messages }
  const values = Object.entries(given).filter(([, value]) => value !== undefined)
  // Loaded only here: who trains does not need it.
  const [{ fromJavaScript }, { renderTemplate }] = await Promise.all([
    import('./chat/given.ts'),
    import('./chat/template.ts'),
  ])
  return renderTemplate({
    template,
    place,
    variables: {
      ...Object.fromEntries(values.map(([name, value]) => [name, fromJavaScript(value, `${place}: ${name}`)])),
      add_generation_prompt: addGenerationPrompt,
    },
  })
}

/** Tools and documents are lists of objects, where there are any. */
function checkObjects(list: unknown, what: string): void {
  if (list === undefined || list === null) return
  if (!Array.isArray(list)) throw new Error(`${what} are ${kindOf(list)}. Give a list of objects.`)
  for (const [index, each] of list.entries())
    if (typeof each !== 'object' || each === null || Array.isArray(each))
      throw new Error(`${what}: number ${index + 1} is ${kindOf(each)}. Give a list of objects.`)
}
