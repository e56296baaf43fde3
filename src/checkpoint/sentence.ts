// How a folder of sentence-transformers makes vectors of texts, beside its model.
//
//   modules.json                        which steps follow one another: the model, pooling, and what is done to its vector
//   1_Pooling/config.json               what is made of the states of all positions
//   2_Dense/config.json, …              a layer on top, with weights of its own
//   sentence_bert_config.json           how long a text may be, whether it is lower-cased
//   config_sentence_transformers.json   prompts, how vectors are compared, how much of them is kept
//
// What is asked for and cannot be done is refused by its name.

import { ConfigFields } from '../text/configFields.ts'
import { kindOf } from '../text/json.ts'
import { type Dense, denseFrom } from './dense.ts'
import { type FolderFiles, placeOf, readJSON } from './folderFiles.ts'
import { sentenceNames } from './savedNames.ts'

/** The ways to make one vector of the states of a text's positions. */
export type Pooling = 'cls' | 'max' | 'mean' | 'mean_sqrt_len_tokens' | 'weightedmean' | 'lasttoken'

/** The ways to compare two vectors: the larger the number, the nearer; distances count as negative. */
export type Similarity = 'cosine' | 'dot' | 'euclidean' | 'manhattan'

export interface SentenceEmbedding {
  /** One after the other, in one vector. */
  readonly poolings: readonly Pooling[]
  /** True where the tokens of a prompt are pooled, too. */
  readonly poolsPrompt: boolean
  /** The steps that the vector then goes through. */
  readonly steps: readonly ('normalize' | Dense)[]
  /** The number of numbers of the vector that are kept; all if not given. */
  readonly width?: number
  /** The number of tokens of a text that are read, if not as many as the model can. */
  readonly longest?: number
  readonly isLowerCased: boolean
  /** The texts that may be put before a text, by name; `usualPrompt` names the one that is if nobody says. */
  readonly prompts: Readonly<Record<string, string>>
  readonly usualPrompt?: string
  readonly similarity: Similarity
}

/** The poolings in the order in which older folders put them side by side, with a yes or no for each. */
const olderNames: readonly (readonly [string, Pooling])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean'],
  ['pooling_mode_lasttoken', 'lasttoken'],
]
const poolings = Object.fromEntries(olderNames.map(([, name]) => [name, name])) as Readonly<Record<Pooling, Pooling>>
const similarities = { cosine: 'cosine', dot: 'dot', euclidean: 'euclidean', manhattan: 'manhattan' } as const

const [modulesName, modelName, settingsName] = sentenceNames

/** The way that a folder makes vectors of texts; undefined where it does not say. Throws for what cannot be done. */
export async function loadSentenceEmbedding(files: FolderFiles): Promise<SentenceEmbedding | undefined> {
  const json = await readJSON(files, modulesName)
  if (json === undefined) return undefined
  // A cross-encoder has its model and nothing else: it makes no vectors.
  if ((await fieldsOf(files, modelName)).get('transformer_task') === 'sequence-classification') return undefined
  const [model, pooling, ...rest] = modulesFrom(json, placeOf(files, modulesName))
  const wrong = (what: string): Error => new Error(`${placeOf(files, modulesName)}: ${what}`)
  if (model?.kind !== 'Transformer' || model.path !== '')
    throw wrong('its first module must be a Transformer in the folder itself. Take another folder.')
  if (pooling?.kind !== 'Pooling')
    throw wrong('its second module must be a Pooling, which makes a vector of a text. Take another folder.')
  const steps: ('normalize' | Dense)[] = []
  for (const { kind, path } of rest) {
    if (kind === 'Normalize') steps.push(await normalizeFrom(files, path))
    else if (kind === 'Dense') steps.push(await denseFrom(files, path))
    else throw wrong(`a ${kind} cannot stand there. Take another folder.`)
  }
  return {
    ...(await poolingFrom(files, pooling.path)),
    steps,
    ...(await limitsFrom(files)),
    ...(await settingsFrom(files)),
  }
}

/** The files of a folder's modules that a copy of the folder needs; none where it has none. */
export async function sentenceFiles(files: FolderFiles): Promise<string[]> {
  const json = await readJSON(files, modulesName).catch(() => undefined)
  if (!Array.isArray(json)) return []
  const paths = json.flatMap((module) => (isPath(module?.path) && module.path !== '' ? [module.path] : []))
  const inside = paths.flatMap((path) => ['config.json', 'model.safetensors'].map((name) => `${path}/${name}`))
  return [...inside, modelName, settingsName, modulesName]
}

interface Module {
  readonly kind: 'Transformer' | 'Pooling' | 'Normalize' | 'Dense'
  readonly path: string
}

const isPath = (path: unknown): path is string => typeof path === 'string' && /^[\w-][\w.-]*$|^$/.test(path)

function modulesFrom(json: unknown, place: string): Module[] {
  if (!Array.isArray(json)) throw new Error(`${place}: expected a list of modules, but found ${kindOf(json)}.`)
  return json.map((each: unknown, i) => {
    const fields = new ConfigFields(each, `${place}: module ${i}`)
    const [type, path] = [fields.get('type'), fields.get('path') ?? '']
    const kind = typeof type === 'string' ? /^sentence_transformers\..*\b(\w+)$/.exec(type)?.[1] : undefined
    if (kind !== 'Transformer' && kind !== 'Pooling' && kind !== 'Normalize' && kind !== 'Dense')
      throw fields.wrong(
        `type is ${kindOf(type)}, and Cutaway runs only Transformer, Pooling, Normalize and Dense of sentence_transformers. Take another folder.`,
      )
    if (!isPath(path)) throw fields.wrong(`path is ${kindOf(path)}. Give the name of a folder within this one.`)
    return { kind, path }
  })
}

async function poolingFrom(
  files: FolderFiles,
  path: string,
): Promise<Pick<SentenceEmbedding, 'poolings' | 'poolsPrompt'>> {
  const fields = await fieldsOf(files, `${path}/config.json`)
  return { poolings: poolingsFrom(fields), poolsPrompt: fields.flag('include_prompt', true) }
}

function poolingsFrom(fields: ConfigFields): Pooling[] {
  const named = fields.get('pooling_mode')
  if (named === undefined) {
    const chosen = olderNames.flatMap(([field, pooling]) => (fields.flag(field, false) ? [pooling] : []))
    return chosen.length === 0 ? ['mean'] : chosen
  }
  const names: unknown[] = Array.isArray(named) ? named : [named]
  if (names.length === 0) throw fields.wrong('pooling_mode is a list of 0. Name at least one.')
  return names.map((name) => new ConfigFields({ pooling_mode: name }, fields.place).choice('pooling_mode', poolings))
}

async function normalizeFrom(files: FolderFiles, path: string): Promise<'normalize'> {
  const fields = await fieldsOf(files, `${path}/config.json`)
  for (const name of ['module_input_name', 'module_output_name']) fields.only(name, ['sentence_embedding'])
  return 'normalize'
}

async function limitsFrom(files: FolderFiles): Promise<Pick<SentenceEmbedding, 'longest' | 'isLowerCased'>> {
  const fields = await fieldsOf(files, modelName)
  fields.only('transformer_task', ['feature-extraction'])
  fields.only('module_output_name', ['token_embeddings'])
  const text = fields.inner('modality_config')?.inner('text')
  text?.only('method', ['forward'])
  text?.only('method_output_name', ['last_hidden_state'])
  const longest = fields.has('max_seq_length') ? fields.whole('max_seq_length') : await tokenizerLimit(files)
  return { isLowerCased: fields.flag('do_lower_case', false), ...(longest !== undefined && { longest }) }
}

/** The most tokens that a text may have for its tokenizer; undefined without a limit, which it tells by a huge number. */
export async function tokenizerLimit(files: FolderFiles): Promise<number | undefined> {
  const fields = await fieldsOf(files, 'tokenizer_config.json')
  const limit = fields.get('model_max_length')
  return typeof limit === 'number' && limit >= 1 && limit < 2 ** 31 ? Math.floor(limit) : undefined
}

async function settingsFrom(
  files: FolderFiles,
): Promise<Pick<SentenceEmbedding, 'prompts' | 'usualPrompt' | 'similarity' | 'width'>> {
  const fields = await fieldsOf(files, settingsName)
  fields.only('model_type', ['SentenceTransformer'])
  const found = fields.inner('prompts')
  const names = Object.keys(fields.get('prompts') ?? {})
  const prompts = Object.fromEntries(
    names.map((name) => {
      const prompt = found?.get(name) ?? ''
      if (typeof prompt !== 'string') throw fields.wrong(`prompts: "${name}" is ${kindOf(prompt)}. Give a text.`)
      return [name, prompt]
    }),
  )
  const usual = fields.get('default_prompt_name')
  if (usual !== undefined && (typeof usual !== 'string' || !Object.hasOwn(prompts, usual)))
    throw fields.wrong(
      `default_prompt_name is ${kindOf(usual)}, which is none of the prompts: ${names.join(', ') || 'there are none'}.`,
    )
  return {
    prompts,
    similarity: fields.choice('similarity_fn_name', similarities, 'cosine'),
    ...(typeof usual === 'string' && { usualPrompt: usual }),
    ...(fields.has('truncate_dim') && { width: fields.whole('truncate_dim') }),
  }
}

/** The fields of a file; none where it is not there. */
const fieldsOf = async (files: FolderFiles, name: string): Promise<ConfigFields> =>
  new ConfigFields((await readJSON(files, name)) ?? {}, placeOf(files, name))
