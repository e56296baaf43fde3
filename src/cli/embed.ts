// cutaway embed: lines of text become vectors, and those that mean alike are found.

import { filesOf } from '../checkpoint/filesOf.ts'
import { loadSentenceEmbedding, type SentenceEmbedding, tokenizerLimit } from '../checkpoint/sentence.ts'
import { Embedder } from '../encode/embed.ts'
import { mostSimilar } from '../encode/neighbours.ts'
import { promptNamed, promptTokens, sentenceText } from '../encode/sentences.ts'
import type { EncodingModel } from '../model/language.ts'
import { textLimits } from '../model/reads.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { path, text, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { kindOfRun, mediumOf, noRun, openRunOf, runFlags } from './openRun.ts'
import { printSimilar } from './saidSimilar.ts'
import { printVector } from './saidVector.ts'
import { vectors as savedVectors } from './savedKinds.ts'
import { checkCanSave, checkIsOther } from './saveFile.ts'
import { printSaved, saveVectors } from './saveVectors.ts'
import { embedShared } from './sharedRun.ts'
import { encodeLines, filledLines } from './textLines.ts'

const flags = {
  query: text('find the lines nearest to this text, rather than to each line'),
  promptName: text("put this prompt of the folder's before each line", { value: 'NAME' }),
  queryPromptName: text('put this one before the query', { value: 'NAME' }),
  most: whole('how many neighbours are shown', { least: 1, otherwise: 3 }),
  save: path('save the vectors, a row for each line, as "vectors" in a safetensors file', { value: 'FILE' }),
  ...editFlags,
  ...runFlags,
  json: toggle('print lines, vectors and neighbours as JSON'),
}

/** The kinds of models that give vectors. */
const kinds = ['encoder', 'masked', 'classifier'] as const

export const embedCommand: Command<typeof flags> = {
  name: 'embed',
  takes: 'RUN FILE…',
  summary:
    'Turns each line of a file into a vector, and finds for each the lines that mean most nearly the same; or lines and pictures',
  flags,
  about: [
    'A model of texts and pictures in one space (CLIP) takes files of both: how near each line is to each picture is printed as a table, and a query finds whatever is nearest to it.',
    "A line's vector is what the folder says (modules.json of sentence-transformers: the first state, the mean, a layer on top, …), or else the mean of what the encoder's last block says of its tokens, made as long as 1. How near two lines are is the cosine of the angle between their vectors: 1 for the same direction, 0 for no relation; or what else the folder names (similarity_fn_name).",
    'A folder may have prompts, texts to be put before others (config_sentence_transformers.json). Each line has the one that is the default there, if there is one. With a query, the query has the one called "query", and the lines that called "document", "passage" or "corpus", where the folder has it.',
  ],
  examples: [
    { line: 'cutaway embed models/clip words.txt cat.png dog.jpg', does: 'how near each line is to each picture' },
    { line: 'cutaway embed models/minilm sentences.txt', does: 'three neighbours for each line' },
    { line: 'cutaway embed models/minilm notes.txt --query "when do we meet?" --most 5', does: 'a search by meaning' },
    { line: 'cutaway embed models/minilm notes.txt --save notes.safetensors', does: 'the vectors, for other programs' },
  ],
  async run({ values, positionals: [folder, ...files] }, terminal) {
    if (folder === undefined) throw await noRun('embed', kinds)
    if ((await kindOfRun(folder)) === 'dual-encoder') {
      const name = values.promptName ?? values.queryPromptName
      if (name !== undefined)
        throw new Error(`embed: ${folder} has no prompt "${name}": it is none of sentence-transformers. Leave it out.`)
      await embedShared(folder, files, values, terminal)
      return 0
    }
    if ((await mediumOf(folder)) === 'picture')
      throw new Error(
        `embed: ${folder} reads pictures alone, and embed takes texts, or both with a model of both (CLIP). What it makes of a picture is read by its address: ${cutaway(`read ${quoted(folder)} picture.png --list`)}.`,
      )
    const [file, ...more] = files
    if (file === undefined)
      throw new Error(`embed needs a file with a text a line: ${cutaway(`embed ${quoted(folder)} FILE`)}.`)
    if (more.length > 0) throw new Error(`embed takes one file, but got also "${more.join(' ')}". Leave it out.`)
    if (values.save !== undefined) {
      terminal.goOn()
      checkIsOther(values.save, file)
      await checkCanSave(values.save, savedVectors)
    }
    const lines = await filledLines(file)
    const run = await openRunOf('embed', kinds, folder, values, terminal)
    const { engine, tokenizer } = run
    try {
      const model = encoderOf(run.model)
      // Of a model with something on top the folder may say it, too.
      const embedding = run.embedding ?? (await loadSentenceEmbedding(filesOf(folder)))
      const longest = embedding ? embedding.longest : await tokenizerLimit(filesOf(folder))
      const limits = textLimits('embed', model)
      const context = Math.min(limits.context, longest ?? limits.context)
      const edits = await editsOf('embed', folder, { ...run, model }, values)
      const embedder = new Embedder({ engine, model, embedding, edits })
      const vectorsOf = async (texts: readonly string[], prompt: string): Promise<Float32Array[]> => {
        const told = embedding ? texts.map((text) => sentenceText(embedding, text, prompt)) : texts
        const skipped = embedding ? promptTokens(embedding, tokenizer, prompt) : 0
        return embedder.embed(encodeLines(told, { tokenizer, context, terminal }).texts, { skipped })
      }
      const prompts = promptsOf(values, embedding)
      const vectors = await vectorsOf(lines, prompts.lines)
      const query = values.query === undefined ? undefined : (await vectorsOf([values.query], prompts.query))[0]
      const most = values.most ?? 3
      const by = embedding?.similarity ?? 'cosine'
      const neighbours =
        query === undefined
          ? vectors.map((vector, except) => mostSimilar(vector, vectors, { by, most, except }))
          : [mostSimilar(query, vectors, { by, most })]
      if (values.save !== undefined) await saveVectors(values.save, vectors)
      if (values.json) {
        terminal.print(
          JSON.stringify({
            run: folder,
            file,
            ...editsSaid(values),
            ...(values.query !== undefined && { query: values.query }),
            lines,
            vectors: vectors.map((vector) => Array.from(vector)),
            similarity: by,
            neighbours: neighbours.map((of) =>
              of.map(({ index, similarity }) => ({ index, [by === 'cosine' ? 'cosine' : 'similarity']: similarity })),
            ),
          }),
        )
        return 0
      }
      if (values.query !== undefined) printSimilar(neighbours[0], lines, terminal)
      else if (values.save === undefined)
        neighbours.forEach((of, line) => {
          terminal.print(terminal.colours.bold(lines[line]))
          if (vectors.length === 1) printVector(vectors[line], terminal)
          else printSimilar(of, lines, terminal)
        })
      if (values.save !== undefined) printSaved(vectors, values.save, terminal)
      return 0
    } finally {
      engine.close()
    }
  },
}

/** The prompts that stand before the lines and before the query. */
function promptsOf(
  {
    query,
    promptName,
    queryPromptName,
  }: { query?: string | undefined; promptName?: string | undefined; queryPromptName?: string | undefined },
  embedding: SentenceEmbedding | undefined,
): { lines: string; query: string } {
  if (query === undefined && queryPromptName !== undefined)
    throw new Error(
      'embed: --query-prompt-name is for a query, but there is none. Give it with --query, or leave this out.',
    )
  if (embedding === undefined) {
    const name = promptName ?? queryPromptName
    if (name !== undefined)
      throw new Error(
        `embed: the folder has no prompt "${name}": it has no modules.json, so it is none of sentence-transformers.`,
      )
    return { lines: '', query: '' }
  }
  const first = (names: readonly string[]): string | undefined =>
    query === undefined ? undefined : names.find((name) => Object.hasOwn(embedding.prompts, name))
  return {
    lines: promptNamed(embedding, promptName ?? first(['document', 'passage', 'corpus'])),
    query: promptNamed(embedding, queryPromptName ?? first(['query'])),
  }
}

/** The encoder of a model that may have something on top of it; its values keep their addresses in the whole model. */
function encoderOf(model: object): EncodingModel {
  if (!('bert' in model)) return model as EncodingModel
  const bert = model.bert as EncodingModel
  const { kind, config, reads } = bert
  const encoder: EncodingModel & { readonly bert: EncodingModel } = {
    bert,
    kind,
    config,
    reads,
    states: (inputs, given) => bert.states(inputs, given),
  }
  return encoder
}
