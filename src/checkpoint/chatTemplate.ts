// The templates by which a folder's model is talked to. A model may have several, by names:
//
//   chat_template.jinja                          default
//   additional_chat_templates/NAME.jinja         NAME
//   tokenizer_config.json: chat_template         default, or a list of { name, template }, or { NAME: template }
//   chat_template.json: chat_template            default; written by older versions of Python's transformers
//
// Where there is a chat_template.jinja, the templates inside of the other two do not count.

import { checkIsObject, kindOf } from '../text/json.ts'
import { type FolderFiles, placeOf, readBytes, readJSON } from './folderFiles.ts'

export interface ChatTemplateOptions {
  /** The template's name; if not given, the one for tools where there are tools and it is there, or `default`. */
  readonly name?: string
  /** True where the messages come with tools. */
  readonly hasTools?: boolean
}

/**
 * A template, as Jinja; undefined where the model has none at all.
 *
 * Throws when there is none of the name that is asked for, and when there are several but no `default`.
 */
export async function loadChatTemplate(
  files: FolderFiles,
  { name, hasTools = false }: ChatTemplateOptions = {},
): Promise<string | undefined> {
  const own = await readText(files, 'chat_template.jinja')
  const inside = own === undefined ? await insideOf(files) : new Map([['default', own]])
  const find = async (wanted: string): Promise<string | undefined> =>
    inside.get(wanted) ??
    (/[\\/]/.test(wanted) ? undefined : await readText(files, `additional_chat_templates/${wanted}.jinja`))

  if (name !== undefined) {
    const found = await find(name)
    if (found !== undefined) return found
    throw new Error(`${files.name}: it has no chat template "${name}"${among(inside)}. Name one that is there.`)
  }
  const found = (hasTools ? await find('tool_use') : undefined) ?? (await find('default'))
  if (found !== undefined || inside.size === 0) return found
  throw new Error(`${files.name}: it has several chat templates${among(inside)}, but none is the default. Name one.`)
}

const among = (templates: ReadonlyMap<string, string>): string =>
  templates.size === 0 ? '' : ` among ${[...templates.keys()].map((name) => JSON.stringify(name)).join(', ')}`

async function readText(files: FolderFiles, name: string): Promise<string | undefined> {
  const bytes = await readBytes(files, name)
  try {
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Error(`${placeOf(files, name)}: this is not UTF-8. Download it again, or save it as UTF-8.`, { cause })
  }
}

/** The templates that stand inside of other files. */
async function insideOf(files: FolderFiles): Promise<ReadonlyMap<string, string>> {
  for (const name of ['tokenizer_config.json', 'chat_template.json']) {
    const json = await readJSON(files, name)
    if (json === undefined) continue
    const place = placeOf(files, name)
    checkIsObject(json, place)
    const { chat_template: found } = json
    if (found !== undefined && found !== null) return named(found, `${place}: chat_template`)
  }
  return new Map()
}

function named(found: unknown, place: string): ReadonlyMap<string, string> {
  if (typeof found === 'string') return new Map([['default', found]])
  if (typeof found === 'object' && found !== null) {
    const templates = new Map<string, string>()
    const list = Array.isArray(found) ? found : Object.entries(found).map(([name, template]) => ({ name, template }))
    for (const [index, each] of list.entries()) {
      checkIsObject(each, `${place}, number ${index + 1}`)
      const { name, template } = each
      if (typeof name !== 'string' || typeof template !== 'string')
        throw new Error(
          `${place}, number ${index + 1}: its name is ${kindOf(name)} and its template ${kindOf(template)}. Both must be texts.`,
        )
      templates.set(name, template)
    }
    return templates
  }
  throw new Error(`${place} is ${kindOf(found)}, not a text. Write the template there, or remove it.`)
}
