// cutaway translate: a model that reads one text writes another.

import { Generator } from '../generate/generate.ts'
import type { Opening } from '../generate/settings.ts'
import { readText } from '../text/files.ts'
import { linesOf } from '../text/lines.ts'
import type { Command } from './command.ts'
import { editFlags, editsOf, editsSaid } from './editFlags.ts'
import { path, toggle, whole } from './flags.ts'
import { cutaway, quoted } from './invocation.ts'
import { noRun, openRunOf, ownKind, runFlags } from './openRun.ts'
import { printTexts, type TextOfOpening, writeAll } from './writeAll.ts'
import { adjustments, beamsOf, habitsOf, mostTokensOf, noteUnused, targetStart, writingFlags } from './writingFlags.ts'

const flags = {
  file: path('translate each line of a file', { value: 'FILE' }),
  tokens: whole('how many tokens a translation has at most', {
    least: 1,
    usual: "as in the run's generation_config.json, or twice as many as the source, and 50 more",
  }),
  ...writingFlags,
  ...editFlags,
  ...runFlags,
  json: toggle('print sources and translations with their log-probabilities (nats) as JSON'),
}

export const translateCommand: Command<typeof flags> = {
  name: 'translate',
  takes: 'RUN [TEXT…]',
  summary: 'Lets a trained encoder-decoder read a text and write what it makes of it: its translation, or the answer',
  flags,
  about: [
    'Without --beam, and unless the run says otherwise, each token is the likeliest after those before it. With it, the search keeps the likeliest few texts at every step and gives the best whole one.',
    "What the run's generation_config.json says of writing is done as Python's transformers does it, unless a flag says otherwise; what Cutaway does not do is named.",
  ],
  examples: [
    { line: 'cutaway translate runs/dates "le 3 mai 2021"', does: 'one text' },
    {
      line: 'cutaway translate runs/multi30k "A dog runs." --beam 4 --length-penalty 0.6 --n-best 3',
      does: 'the three best of a search',
    },
    { line: 'cutaway translate runs/multi30k --file test.en > test.de', does: 'a file, line by line' },
  ],
  async run({ values, positionals: [folder, ...words] }, terminal) {
    if (folder === undefined) throw await noRun('translate', ['encoder-decoder'])
    if (values.file !== undefined && words.length > 0)
      throw new Error(`translate: a file was given, but also "${words.join(' ')}". Leave one out.`)
    if (values.file === undefined && words.length === 0)
      throw new Error(`translate needs a text: ${cutaway(`translate ${quoted(folder)} "…"`)}, or --file FILE.`)
    const texts = values.file === undefined ? words : linesOf(await readText(values.file))
    const run = await openRunOf('translate', ['encoder-decoder'], folder, values, terminal)
    try {
      const { model, engine, tokenizer } = run
      if (run.features)
        throw new Error(
          `translate: ${folder} hears sounds, and reads no text. Try "${cutaway(`transcribe ${quoted(folder)} speech.wav`)}".`,
        )
      const other = ownKind(run)
      if (other)
        throw new Error(
          `translate: ${folder} ${other.does}, it writes no text. Try "${cutaway(`${other.command} ${quoted(folder)} …`)}".`,
        )
      const { context } = model.config
      const habits = habitsOf(run)
      const beams = beamsOf('translate', values, habits)
      if (!beams && (values.nBest ?? 1) > 1)
        throw new Error('translate: --n-best asks for several of a search. Add --beam 4.')
      if (!beams && (values.nBest ?? habits.each ?? 1) > 1)
        throw new Error(
          `translate: the run's num_return_sequences asks for ${habits.each} texts of a search. Add --beam 4, or --n-best 1.`,
        )
      const edits = await editsOf('translate', folder, run, values)
      noteUnused({ generation: run.generation, beams, isSearching: true }, terminal)
      const start = targetStart(folder, run, habits)
      // Empty lines stay empty, so that line n of the result belongs to line n of the file.
      const openings = texts.flatMap((text, i): (Opening & { source: Int32Array; line: number })[] => {
        if (text.trim() === '' && values.file !== undefined) return []
        const source = tokenizer.encode(text, { special: true })
        const place = values.file === undefined ? quotedStart(text) : `line ${i + 1} of ${values.file}`
        if (source.length === 0) throw new Error(`translate: ${place} has no token in it. Leave it out.`)
        if (source.length > context)
          throw new Error(
            `translate: ${place} has ${source.length} tokens, but the model was made for ${context}. Cut it into shorter texts.`,
          )
        return [{ prompt: [start], source, line: i }]
      })
      const longest = openings.reduce((most, { source }) => Math.max(most, source.length), 0)
      const found = await writeAll({
        generator: new Generator({ engine, model, edits }),
        tokenizer,
        openings,
        settings: {
          ...adjustments(values, habits),
          tokens: values.tokens ?? mostTokensOf('translate', habits, 1) ?? 2 * longest + 50,
          temperature: 0,
          logProbabilities: values.json,
        },
        beams,
        each: 1,
        batch: values.batch ?? 1,
      })
      const empty: TextOfOpening[] = [{ text: '', tokens: [] }]
      const byLine = new Map(openings.map(({ line }, i) => [line, found[i]]))
      const written = texts.map((_, i) => byLine.get(i) ?? empty)
      if (values.json) {
        const translations = texts.map((source, i) => ({ source, texts: written[i] }))
        terminal.print(JSON.stringify({ ...beams, ...editsSaid(values), translations }, undefined, 2))
      } else for (const each of written) printTexts(terminal, each)
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** A text in quotes, or as much of it as tells which one it is. */
function quotedStart(text: string): string {
  const characters = [...text]
  return JSON.stringify(characters.length > 40 ? `${characters.slice(0, 40).join('')}…` : text)
}
