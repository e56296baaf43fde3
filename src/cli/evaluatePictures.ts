// cutaway eval, of pictures: how often a classifier is right about those of a folder, and how surprised it is.

import { classNames } from '../checkpoint/labels.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import { readAllPictures } from '../data/pictureFiles.ts'
import { pictureExamples } from '../data/pictures.ts'
import { Evaluator } from '../evaluate/evaluator.ts'
import { classification } from '../evaluate/objective.ts'
import { checkIsOneOfSeveral } from '../runs/evaluations.ts'
import { grouped, percent } from '../show/amounts.ts'
import { tableLines } from '../show/lines.ts'
import { cutaway, quoted } from './invocation.ts'
import type { RunFlags } from './openRun.ts'
import { openPictureClassifier } from './pictureRun.ts'
import type { Terminal } from './terminal.ts'

/** Measures a classifier on the pictures of a folder, all of them; of "mnist", on those that are not for training. */
export async function evaluatePictures(
  folder: string,
  [name, ...more]: readonly string[],
  values: RunFlags & { readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  if (name === undefined || more.length > 0)
    throw new Error(`eval takes one folder of pictures, or mnist: ${cutaway(`eval ${quoted(folder)} FOLDER`)}.`)
  const run = await openPictureClassifier('eval', folder, values, terminal)
  try {
    const { model, engine, preparation } = run
    checkIsOneOfSeveral(model)
    const { pictures, labels } = await readAllPictures(name)
    const names = classNames(run.blueprint.config, model.config.class)
    const unknown = labels.find((label) => !names.includes(label))
    if (unknown !== undefined)
      throw new Error(`eval: ${name} has a class "${unknown}", which the model does not know (${names.join(', ')}).`)
    const known = pictures.map((each) => ({ ...each, label: names.indexOf(labels[each.label]) }))
    const batches = bucketedBatches(pictureExamples(known, { preparation }), { batch: 64, seed: 0 })
    const evaluator = new Evaluator(engine, classification(model, { scores: ['accuracy'] }))
    const { loss, accuracy = 0 } = await evaluator.evaluate(batches.evaluation())
    if (values.json) {
      terminal.print(JSON.stringify({ run: folder, pictures: name, count: known.length, loss, accuracy }, undefined, 2))
      return 0
    }
    terminal.print(
      tableLines(
        [
          ['loss', loss.toFixed(4), `nats; guessing among ${names.length} costs ${Math.log(names.length).toFixed(2)}`],
          ['right', percent(accuracy), `of ${grouped(known.length)} pictures`],
        ],
        ['left', 'right', 'left'],
      ).join('\n'),
    )
    return 0
  } finally {
    run.engine.close()
  }
}
