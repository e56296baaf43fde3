// cutaway embed: lines of text become vectors, and those that mean alike are found.

import { writeSafetensors } from '../checkpoint/safetensors.ts'
import { Embedder } from '../encode/embed.ts'
import { type Neighbour, nearestVectors } from '../encode/neighbours.ts'
import type { EncodingModel } from '../model/language.ts'
import type { Command } from './command.ts'
import { path, text, toggle, whole } from './flags.ts'
import { noRun, openRunOf, runFlags } from './openRun.ts'
import { checkCanSave, checkIsOther, saveFile } from './saveFile.ts'
import { encodeLines, linesOf } from './textLines.ts'

const flags = {
  query: text('find the lines nearest to this text, rather than to each line'),
  most: whole('how many neighbours are shown', { least: 1, otherwise: 3 }),
  save: path('save the vectors, a row for each line, as "vectors" in a safetensors file', { value: 'FILE' }),
  ...runFlags,
  json: toggle('print lines, vectors and neighbours as JSON'),
}

export const embed: Command<typeof flags> = {
  name: 'embed',
  takes: 'RUN FILE',
  summary: 'Turns each line of a file into a vector, and finds for each the lines that mean most nearly the same',
  flags,
  about: [
    "A line's vector is the mean of what the encoder's last block says of its tokens, made as long as 1. How near two lines are is the cosine of the angle between their vectors: 1 for the same direction, 0 for no relation.",
  ],
  examples: [
    { line: 'cutaway embed models/minilm sentences.txt', does: 'three neighbours for each line' },
    { line: 'cutaway embed models/minilm notes.txt --query "when do we meet?" --most 5', does: 'a search by meaning' },
    { line: 'cutaway embed models/minilm notes.txt --save notes.safetensors', does: 'the vectors, for other programs' },
  ],
  async run({ values, positionals: [folder, file, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('embed')
    if (file === undefined) throw new Error(`embed needs a file with a text a line: cutaway embed ${folder} FILE.`)
    if (more.length > 0) throw new Error(`embed takes one file, but got also "${more.join(' ')}". Leave it out.`)
    if (values.save !== undefined) {
      checkIsOther(values.save, file)
      await checkCanSave(values.save)
    }
    const lines = await linesOf(file)
    const run = await openRunOf('embed', ['encoder', 'masked', 'classifier'], folder, values, terminal)
    const { engine, tokenizer } = run
    try {
      const model = encoderOf(run.model)
      const asked = values.query === undefined ? lines : [...lines, values.query]
      const { texts } = encodeLines(asked, { tokenizer, context: model.config.context, terminal })
      const all = await new Embedder({ engine, model }).embed(texts)
      const vectors = all.slice(0, lines.length)
      const most = values.most ?? 3
      const neighbours =
        values.query === undefined
          ? vectors.map((vector, except) => nearestVectors(vector, vectors, { most, except }))
          : [nearestVectors(all[lines.length], vectors, { most })]
      if (values.save !== undefined) await save(values.save, vectors)
      if (values.json) {
        terminal.print(
          JSON.stringify({
            run: folder,
            file,
            ...(values.query !== undefined && { query: values.query }),
            lines,
            vectors: vectors.map((vector) => Array.from(vector)),
            neighbours,
          }),
        )
        return 0
      }
      const print = (of: readonly Neighbour[]): void => {
        for (const { index, cosine } of of)
          terminal.print(`  ${terminal.colours.cyan(cosine.toFixed(3))}  ${lines[index]}`)
      }
      if (values.query !== undefined) print(neighbours[0])
      else if (values.save === undefined)
        neighbours.forEach((of, line) => {
          terminal.print(terminal.colours.bold(lines[line]))
          print(of)
        })
      if (values.save !== undefined)
        terminal.print(`Saved ${vectors.length} vectors of ${vectors[0].length} numbers in ${values.save}.`)
      return 0
    } finally {
      engine.close()
    }
  },
}

/** The encoder of a model that has something on top of it. */
function encoderOf(model: object): EncodingModel {
  return 'bert' in model ? (model.bert as EncodingModel) : (model as EncodingModel)
}

async function save(file: string, vectors: readonly Float32Array[]): Promise<void> {
  const width = vectors[0].length
  const data = new Float32Array(vectors.length * width)
  vectors.forEach((vector, i) => {
    data.set(vector, i * width)
  })
  const chunks = writeSafetensors(new Map([['vectors', { shape: [vectors.length, width], data }]]))
  await saveFile(file, chunks)
}
