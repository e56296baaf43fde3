// cutaway classify, of pictures: to which class each of them belongs.

import { classNames } from '../checkpoint/labels.ts'
import { Classifier } from '../encode/classify.ts'
import type { ClassifyingModel, ClassScores } from '../model/language.ts'
import { percent } from '../show/amounts.ts'
import { cutaway, quoted } from './invocation.ts'
import type { RunFlags } from './openRun.ts'
import { openPictures, readForModel } from './pictureRun.ts'
import type { Terminal } from './terminal.ts'

interface Values extends RunFlags {
  readonly top?: number | undefined
  readonly json: boolean
}

/** Says of each file to which class its picture belongs. */
export async function classifyPictures(
  folder: string,
  files: readonly string[],
  values: Values,
  terminal: Terminal,
): Promise<number> {
  if (files.length === 0)
    throw new Error(`classify needs a picture: ${cutaway(`classify ${quoted(folder)} picture.png …`)}.`)
  const run = await openPictures('classify', folder, values, terminal)
  try {
    const { model, engine } = run
    if (model.kind !== 'classifier')
      throw new Error(`classify: ${folder} holds an encoder of pictures, which knows no classes. Name a classifier.`)
    const pictures = []
    for (const file of files) pictures.push({ pixels: (await readForModel(file, run)).pixels })
    const classifier = new Classifier({ engine, model: model as ClassifyingModel })
    const said = await classifier.classify(pictures)
    const labels = classNames(run.blueprint.config, model.config.class)
    const found = said.map((of) =>
      Array.from(of, (score, i) => ({ label: labels[i], score }))
        .sort((a, b) => b.score - a.score)
        .slice(0, values.top ?? 1),
    )
    const { scores } = classifier
    if (values.json) {
      const name = scores === 'none' ? 'number' : 'probability'
      const told = files.map((file, i) => ({
        file,
        classes: found[i].map(({ label, score }) => ({ label, [name]: score })),
      }))
      terminal.print(JSON.stringify({ run: folder, scores, pictures: told }))
      return 0
    }
    files.forEach((file, i) => {
      const classes = found[i].map(({ label, score }) => `${terminal.colours.bold(label)} ${shown(score, scores)}`)
      terminal.print(`${classes.join(', ')}\t${file}`)
    })
    return 0
  } finally {
    run.engine.close()
  }
}

const shown = (score: number, scores: ClassScores): string => (scores === 'none' ? score.toFixed(4) : percent(score))
