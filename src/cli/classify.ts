// cutaway classify: to which class each line of a file belongs.

import { Classifier } from '../encode/classify.ts'
import { percent } from '../inspect/lines.ts'
import type { Command } from './command.ts'
import { text, toggle, whole } from './flags.ts'
import { noRun, openRunOf, runFlags } from './openRun.ts'
import { encodeLines, linesOf } from './textLines.ts'

const flags = {
  text: text('classify this text, rather than a file'),
  top: whole('how many classes are shown for each line', { least: 1, otherwise: 1 }),
  ...runFlags,
  json: toggle('print lines, labels and probabilities as JSON'),
}

export const classify: Command<typeof flags> = {
  name: 'classify',
  takes: 'RUN [FILE]',
  summary: 'Says for each line of a file to which class it belongs, and how sure the model is',
  flags,
  examples: [
    { line: 'cutaway classify runs/mood reviews.txt', does: 'a label for each line' },
    { line: 'cutaway classify runs/mood --text "never again" --top 3', does: 'three labels for one text' },
  ],
  async run({ values, positionals: [folder, file, ...more] }, terminal) {
    if (folder === undefined) throw await noRun('classify')
    if (more.length > 0) throw new Error(`classify takes one file, but got also "${more.join(' ')}". Leave it out.`)
    if (file !== undefined && values.text !== undefined)
      throw new Error(`classify: a text was given, but also the file ${file}. Leave one out.`)
    if (file === undefined && values.text === undefined)
      throw new Error(`classify needs a file or a text: cutaway classify ${folder} FILE, or --text "…".`)
    const lines = file === undefined ? [values.text ?? ''] : await linesOf(file)
    const run = await openRunOf('classify', ['classifier'], folder, values, terminal)
    try {
      const { model, tokenizer, engine } = run
      const { texts } = encodeLines(lines, { tokenizer, context: model.config.context, terminal })
      const shares = await new Classifier({ engine, model }).classify(texts)
      const labels = labelsOf(run.config, model.config.class)
      const found = shares.map((of) =>
        Array.from(of, (probability, i) => ({ label: labels[i], probability }))
          .sort((a, b) => b.probability - a.probability)
          .slice(0, values.top ?? 1),
      )
      if (values.json) {
        terminal.print(JSON.stringify({ run: folder, lines: lines.map((line, i) => ({ line, classes: found[i] })) }))
        return 0
      }
      lines.forEach((line, i) => {
        const classes = found[i].map(
          ({ label, probability }) => `${terminal.colours.bold(label)} ${percent(probability)}`,
        )
        terminal.print(`${classes.join(', ')}\t${line}`)
      })
      return 0
    } finally {
      run.engine.close()
    }
  },
}

/** The names of the classes, as far as the folder says them. */
export function labelsOf(config: object, classes: number): string[] {
  const named = 'labels' in config && Array.isArray(config.labels) ? config.labels : []
  return Array.from({ length: classes }, (_, i) => (typeof named[i] === 'string' ? named[i] : `LABEL_${i}`))
}
