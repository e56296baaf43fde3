// What stands beside a tokenizer.json about tokens, put together as Python's `transformers` does.
//
//   tokenizer_config.json     added_tokens_decoder: tokens and their properties; bos_token, eos_token, …: which has which role
//   special_tokens_map.json   roles, in older folders, and those count; unless the config has an added_tokens_decoder
//   added_tokens.json         tokens, in older folders
//
// All of them become added tokens, special ones where they have a role, whether tokenizer.json lists them or not.

import { ConfigFields } from '../configFields.ts'
import { checkIsObject, kindOf } from '../json.ts'
import { specialToken } from '../special.ts'
import { type ListedToken, listedToken } from './listedTokens.ts'

/** The files beside a tokenizer.json that say something about tokens. */
export const besideNames = ['tokenizer_config.json', 'special_tokens_map.json', 'added_tokens.json'] as const

/** The parsed files beside a tokenizer.json as one config; undefined where a file is not there. */
export function configBeside([config, map, added]: readonly unknown[]): Record<string, unknown> {
  const fields = objectOf(config, besideNames[0])
  if (fields['added_tokens_decoder'] !== undefined) return fields
  const roles = objectOf(map, besideNames[1])
  const theirs = roles['extra_special_tokens']
  const own = fields['extra_special_tokens'] ?? fields['additional_special_tokens'] ?? []
  return {
    ...fields,
    ...roles,
    ...(Array.isArray(theirs) && Array.isArray(own) ? { extra_special_tokens: [...own, ...theirs] } : {}),
    [besideNames[2]]: objectOf(added, besideNames[2]),
  }
}

function objectOf(value: unknown, place: string): Record<string, unknown> {
  if (value === undefined || value === null) return {}
  checkIsObject(value, place)
  return value
}

/**
 * The tokens that a config adds to those that tokenizer.json lists, in the order in which they get their ids: those that it
 * declares with their properties, and those that it only names.
 */
export function tokensBeside(
  config: unknown,
  listed: readonly ListedToken[],
): { readonly declared: readonly ListedToken[]; readonly named: readonly ListedToken[] } {
  if (config === undefined || config === null) return { declared: [], named: [] }
  const fields = new ConfigFields(config, besideNames[0])
  const known = new Set(listed.map(written))
  const roles = roleTokens(fields)
  const special = new Set(roles.map(({ content }) => content))
  const decoder = fields.inner('added_tokens_decoder')
  const all = decoder === undefined ? [...olderTokens(fields), ...listed] : decodersTokens(decoder)
  const declared = all
    .map((token) => ({ ...token, special: token.special || special.has(token.content) }))
    .filter((token) => !known.has(written(token)))
  const contents = new Set([...listed, ...all].map(({ content }) => content))
  const named = [...roles, ...extraTokens(fields)].filter(({ content }) => {
    const isNew = content !== '' && !contents.has(content)
    contents.add(content)
    return isNew
  })
  return { declared, named }
}

const written = ({ content, single_word, lstrip, rstrip, normalized, special }: ListedToken): string =>
  JSON.stringify([content, single_word, lstrip, rstrip, normalized, special])

const inOrder = (fields: ConfigFields, id: (name: string) => unknown): string[] =>
  fields.names().sort((a, b) => Number(id(a)) - Number(id(b)))

const decodersTokens = (decoder: ConfigFields): ListedToken[] =>
  inOrder(decoder, (id) => id).map((id) => listedToken(innerOf(decoder, id)))

/** The tokens of added_tokens.json, which are special where a role is given to their text. */
function olderTokens(fields: ConfigFields): ListedToken[] {
  const file = fields.inner(besideNames[2])
  if (file === undefined) return []
  const given = [...roleNames.map((name) => fields.get(name)), ...extraTokens(fields).map(({ content }) => content)]
  return inOrder(file, (content) => file.get(content)).map((content) => {
    const isSpecial = given.includes(content)
    return { ...specialToken(content), normalized: !isSpecial, special: isSpecial }
  })
}

const roleNames = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token']

/** The tokens with roles, and those of a model's own: `image_token`. */
function roleTokens(fields: ConfigFields): ListedToken[] {
  const others = fields.names().filter((name) => name.endsWith('_token') && typeof fields.get(name) === 'string')
  const extra = fields.get('extra_special_tokens')
  const own = typeof extra === 'object' && !Array.isArray(extra) ? fields.inner('extra_special_tokens') : undefined
  return [
    ...roleNames.flatMap((name) => tokenOf(fields, name)),
    ...others.filter((name) => !roleNames.includes(name)).flatMap((name) => tokenOf(fields, name)),
    ...(own?.names() ?? []).flatMap((name) => (own === undefined ? [] : tokenOf(own, name))),
  ]
}

/** The tokens that are only said to be special. */
function extraTokens(fields: ConfigFields): ListedToken[] {
  const name = Array.isArray(fields.get('extra_special_tokens')) ? 'extra_special_tokens' : 'additional_special_tokens'
  return fields
    .list(name)
    .map((token, i) =>
      typeof token === 'string'
        ? specialToken(token)
        : listedToken(new ConfigFields(token, `${fields.place}: ${name}[${i}]`), true),
    )
}

/** The token of a role, which is written as a text or as an object. */
function tokenOf(fields: ConfigFields, name: string): ListedToken[] {
  const value = fields.get(name)
  if (value === undefined) return []
  if (typeof value === 'string') return [specialToken(value)]
  if (typeof value !== 'object') throw fields.wrong(`${name} is ${kindOf(value)}. Give the text of a token, or null.`)
  return [listedToken(innerOf(fields, name), true)]
}

function innerOf(fields: ConfigFields, name: string): ConfigFields {
  const inner = fields.inner(name)
  if (inner === undefined) throw fields.wrong(`${name} is null. Give a token.`)
  return inner
}
