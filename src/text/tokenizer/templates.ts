// Post-processors: what a tokenizer.json puts before and after a text, such as [CLS] … [SEP]. Each carries the ids that it adds.

import { ConfigFields } from '../configFields.ts'
import { kindOf } from '../json.ts'
import { noTemplate, type Template } from '../special.ts'
import { unknownPart } from './unknownPart.ts'

/**
 * The ids that `post_processor` puts around one text; undefined where there is none.
 *
 * - `known`: the ids of all tokens by what they say, for a template that carries none
 */
export function templateFrom(config: unknown, known: ReadonlyMap<string, number>, place: string): Template | undefined {
  if (config === null || config === undefined) return undefined
  return partFrom(new ConfigFields(config, `${place}: post_processor`), known)
}

function partFrom(fields: ConfigFields, known: ReadonlyMap<string, number>): Template {
  const type = fields.text('type')
  switch (type) {
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { before: [tokenId(fields, 'cls')], after: [tokenId(fields, 'sep')] }
    case 'TemplateProcessing':
      return single(fields, known)
    case 'ByteLevel':
      // Changes only which places of the text the tokens are said to have.
      return noTemplate
    case 'Sequence':
      return fields
        .each('processors')
        .map((part) => partFrom(part, known))
        .reduce(
          (inner, { before, after }) => ({
            before: [...before, ...inner.before],
            after: [...inner.after, ...after],
          }),
          noTemplate,
        )
    default:
      throw unknownPart(fields, type)
  }
}

/** `["[SEP]", 102]`: a token and its id. */
function tokenId(fields: ConfigFields, name: string): number {
  const pair = fields.list(name)
  const [token, id] = pair
  if (pair.length === 2 && typeof token === 'string' && isId(id)) return id
  throw fields.wrong(`${name} is ${kindOf(fields.get(name))}. Give a token and its id: ["[SEP]", 102].`)
}

const isId = (id: unknown): id is number => typeof id === 'number' && Number.isSafeInteger(id) && id >= 0

/** The template for one text, in which `{"Sequence": {"id": "A"}}` stands for the text. */
function single(fields: ConfigFields, known: ReadonlyMap<string, number>): Template {
  const special = fields.inner('special_tokens')
  const [before, after]: number[][] = [[], []]
  let texts = 0
  for (const item of fields.each('single')) {
    const token = item.inner('SpecialToken')
    if (token === undefined) {
      if (item.inner('Sequence')?.get('id') !== 'A')
        throw item.wrong('it is neither a SpecialToken nor the Sequence "A". Save the tokenizer again.')
      texts++
      continue
    }
    const name = token.text('id')
    const usual = known.get(name)
    const ids = special?.inner(name)?.list('ids') ?? (usual === undefined ? undefined : [usual])
    if (ids === undefined || !ids.every(isId))
      throw fields.wrong(
        `special_tokens has no ids for ${JSON.stringify(name)}, which the template adds. Save the tokenizer again.`,
      )
    for (const id of ids) (texts === 0 ? before : after).push(id)
  }
  if (texts !== 1)
    throw fields.wrong(`single has the text ${texts} times. Give {"Sequence": {"id": "A", "type_id": 0}} once.`)
  return { before, after }
}
