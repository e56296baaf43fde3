// Chat templates: how a talk becomes the text that a model was trained to go on with. A template is a little program in Jinja,
// which comes with the model; @huggingface/jinja runs it, and is loaded only then.
//
//   [{ role: 'user', content: 'Hi' }]   →   <|im_start|>user⏎Hi<|im_end|>⏎<|im_start|>assistant⏎
//
// The text is that of `apply_chat_template` in Python's `transformers`. It has the special tokens in it: encode it without
// adding any.

import { checkIsObject, kindOf } from './json.ts'

/** What one side says. Templates may look at other fields too. */
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
  /** Whether the text ends where the assistant begins to speak. */
  readonly addGenerationPrompt?: boolean
  /** What else the template may look at: `tools`, `enable_thinking`. */
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
  for (const [index, message] of messages.entries()) {
    checkIsObject(message, `${place}: message ${index + 1}`)
    if (typeof message['role'] !== 'string') {
      throw new Error(
        `${place}: message ${index + 1} has the role ${kindOf(message['role'])}. Give it one, such as "user" or "assistant".`,
      )
    }
  }
  const { Environment, Interpreter, parse, tokenize } = await import('@huggingface/jinja')
  const program = attempt(
    () => parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true })),
    (reason, error) => {
      // The parser reads on beyond the end of a template that is cut off.
      const said = error instanceof TypeError ? 'it ends in the middle of something' : reason
      return `${place}: it is broken (${said}). Correct it, or download it again.`
    },
  )
  const environment = new Environment()
  const given = { tools: null, documents: null, ...tokens, ...variables }
  const own = { messages, add_generation_prompt: addGenerationPrompt }
  for (const [name, value] of Object.entries({ ...given, ...own, ...globals })) environment.set(name, value)
  return attempt(
    () => String(new Interpreter(environment).run(program).value),
    (reason, error) =>
      error instanceof Refusal
        ? `${place}: it refuses the messages: ${reason}. Change them.`
        : `${place}: it fails (${reason}). It may look for something that it was not given, or be meant for another program.`,
  )
}

/** What a template itself says is wrong with the messages. */
class Refusal extends Error {}

/** What templates find beside the messages. */
const globals = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: unknown): never => {
    throw new Refusal(String(message))
  },
  range,
  strftime_now: (format: string): string => timeText(new Date(), format),
}

/** The longest row of numbers that a template gets, as in Python. */
const longestRange = 100_000

/** `range(stop)`, `range(start, stop)`, `range(start, stop, step)` */
function range(first: number, second?: number | null, step = 1): number[] {
  const [start, stop] = typeof second === 'number' ? [first, second] : [0, first]
  const length = Math.max(0, Math.ceil((stop - start) / step))
  if (!(length <= longestRange)) throw new Error(`a range of ${length} numbers is too long`)
  return Array.from({ length }, (_, i) => start + i * step)
}

/** A date as C's strftime writes it: always in English, so that a prompt does not depend on the machine. */
function timeText(date: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const name = (part: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-US', part).format(date)
  const parts: Record<string, string> = {
    '%Y': String(date.getFullYear()),
    '%m': two(date.getMonth() + 1),
    '%d': two(date.getDate()),
    '%H': two(date.getHours()),
    '%M': two(date.getMinutes()),
    '%S': two(date.getSeconds()),
    '%b': name({ month: 'short' }),
    '%B': name({ month: 'long' }),
    '%a': name({ weekday: 'short' }),
    '%A': name({ weekday: 'long' }),
    '%y': two(date.getFullYear() % 100),
    '%%': '%',
  }
  return format.replace(/%[a-zA-Z%]/g, (part) => parts[part] ?? part)
}

/** Runs something; what it throws becomes one line. */
function attempt<T>(run: () => T, describe: (reason: string, error: unknown) => string): T {
  try {
    return run()
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s+/g, ' ')
    throw new Error(describe(reason.replace(/\.$/, ''), error), { cause: error })
  }
}
