// Special tokens: ids that stand for no text but for a purpose, such as the end of a text, or padding.
//
//   encoder           [CLS] … [SEP]    a whole text; [PAD] fills up a batch, [MASK] stands for what is to be guessed
//   encoder-decoder   … </s>           the decoder writes until it writes </s>; it begins with <pad>
//   decoder           <|endoftext|>    stands between texts
//
// Which role a token has is told by its name; the names are those of BERT, Marian, Llama and GPT-2.

/** The ids of special tokens by their role, where the vocabulary has them. */
export interface SpecialIds {
  /** Begins a text: `<s>`. */
  readonly begin?: number
  /** Ends a text: `</s>`, `<|endoftext|>`. */
  readonly end?: number
  /** Fills up the shorter rows of a batch: `[PAD]`. */
  readonly pad?: number
  /** Stands for what the vocabulary cannot say: `[UNK]`. */
  readonly unknown?: number
  /** Stands for a token to be guessed: `[MASK]`. */
  readonly mask?: number
  /** Stands after each text that an encoder reads: `[SEP]`. */
  readonly separator?: number
  /** Stands before the text that an encoder reads; its output is about the whole text: `[CLS]`. */
  readonly classify?: number
}

export type Role = keyof SpecialIds

/** The special tokens of a new tokenizer, by what it is for, in the order of their ids. */
export const specialTokens = {
  none: [],
  decoder: ['<|endoftext|>'],
  encoder: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  'encoder-decoder': ['</s>', '<unk>', '<pad>'],
} as const satisfies Record<string, readonly string[]>

/** A use that a tokenizer can be made for. */
export type Purpose = keyof typeof specialTokens

const names: Readonly<Record<Role, readonly string[]>> = {
  begin: ['<s>', '<bos>', '[BOS]', '<|begin_of_text|>', '<|endoftext|>'],
  end: ['</s>', '<eos>', '[EOS]', '<|end_of_text|>', '<|endoftext|>'],
  pad: ['[PAD]', '<pad>', '<|pad|>'],
  unknown: ['[UNK]', '<unk>'],
  mask: ['[MASK]', '<mask>'],
  separator: ['[SEP]'],
  classify: ['[CLS]'],
}

/** The roles of special tokens, by their names; where several could have a role, the first name in the table has it. */
export function rolesOf(idOf: (token: string) => number | undefined): SpecialIds {
  const roles: Partial<Record<Role, number>> = {}
  for (const [role, known] of Object.entries(names) as [Role, readonly string[]][]) {
    const id = known.map(idOf).find((id) => id !== undefined)
    if (id !== undefined) roles[role] = id
  }
  return roles
}

/** The names of the roles in `tokenizer_config.json`. */
export const roleNames: Readonly<Record<Role, string>> = {
  begin: 'bos_token',
  end: 'eos_token',
  pad: 'pad_token',
  unknown: 'unk_token',
  mask: 'mask_token',
  separator: 'sep_token',
  classify: 'cls_token',
}

/** The part of `tokenizer_config.json` about special tokens, from which Python's `transformers` learns their roles. */
export function rolesToJSON(tokenizer: SpecialPieces): Record<string, string> {
  const roles = Object.entries(tokenizer.special) as [Role, number][]
  return Object.fromEntries(roles.map(([role, id]) => [roleNames[role], tokenizer.piece(id)]))
}

/** As much of a tokenizer as knows its special tokens. */
export interface SpecialPieces {
  readonly special: SpecialIds
  readonly tellsTextsApart?: boolean
  piece(id: number): string
}

/** The ids that are added to a text: before it and after it. */
export interface Template {
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export const noTemplate: Template = { before: [], after: [] }

/** The template that special tokens suggest: `[CLS] … [SEP]`, or `… </s>`, or `<s> … </s>`; nothing for other tokens. */
export function templateFor(tokens: readonly string[]): Template {
  const id = (token: string): number[] => (tokens.includes(token) ? [tokens.indexOf(token)] : [])
  const whole = { before: id('[CLS]'), after: id('[SEP]') }
  if (whole.before.length > 0 && whole.after.length > 0) return whole
  return { before: id('</s>').length > 0 ? id('<s>') : [], after: id('</s>') }
}

/** The ids with those that a template adds. */
export function withTemplate(ids: Int32Array, { before, after }: Template): Int32Array {
  if (before.length + after.length === 0) return ids
  const all = new Int32Array(before.length + ids.length + after.length)
  all.set(before)
  all.set(ids, before.length)
  all.set(after, before.length + ids.length)
  return all
}

/** `post_processor` in a tokenizer.json: the template for one text and, as BERT and Marian have it, for two. */
export function templateToJSON(template: Template, tokens: readonly string[]): object | null {
  const { before, after } = template
  if (before.length + after.length === 0) return null
  const added = (ids: readonly number[], type: number): object[] =>
    ids.map((id) => ({ SpecialToken: { id: tokens[id], type_id: type } }))
  const text = (id: string, type: number): object => ({ Sequence: { id, type_id: type } })
  const isSeparated = before.length > 0
  return {
    type: 'TemplateProcessing',
    single: [...added(before, 0), text('A', 0), ...added(after, 0)],
    pair: isSeparated
      ? [...added(before, 0), text('A', 0), ...added(after, 0), text('B', 1), ...added(after, 1)]
      : [text('A', 0), text('B', 0), ...added(after, 0)],
    special_tokens: Object.fromEntries(
      [...new Set([...before, ...after])].map((id) => [
        tokens[id],
        { id: tokens[id], ids: [id], tokens: [tokens[id]] },
      ]),
    ),
  }
}

/** `added_tokens` in a tokenizer.json: tokens that are found in a text before anything else is done with it. */
export function specialToJSON(tokens: readonly string[]): object[] {
  return tokens.map((content, id) => ({ id, ...specialToken(content) }))
}

/** A special token as a tokenizer.json lists it, apart from its id: found anywhere in a text as it came. */
export const specialToken = (content: string) => ({
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
})

/** Throws unless the names can stand for special tokens: none is empty, and none stands twice. */
export function checkSpecial(tokens: readonly string[]): void {
  for (const [id, token] of tokens.entries()) {
    if (token.trim() === '' || !token.isWellFormed()) {
      throw new Error(`tokenizer: ${JSON.stringify(token)} cannot be a special token. Give it a name, such as "[PAD]".`)
    }
    if (tokens.indexOf(token) !== id) {
      throw new Error(`tokenizer: the special token ${JSON.stringify(token)} stands twice. Remove one.`)
    }
  }
}
