// cutaway classify, of pictures: to which class each of them belongs.

import { Classifier } from '../encode/classify.ts'
import { cutaway, quoted } from './invocation.ts'
import type { RunFlags } from './openRun.ts'
import { openPictureClassifier, readForModel } from './pictureRun.ts'
import { classesJSON, classesText, saidClasses } from './saidClasses.ts'
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
  const run = await openPictureClassifier('classify', folder, values, terminal)
  try {
    const { model, engine } = run
    const pictures = []
    for (const file of files) pictures.push({ pixels: (await readForModel(file, run)).pixels })
    const classifier = new Classifier({ engine, model })
    const found = await saidClasses(classifier, pictures, run, values.top)
    const { scores } = classifier
    if (values.json) {
      const told = files.map((file, i) => ({ file, classes: classesJSON(found[i], scores) }))
      terminal.print(JSON.stringify({ run: folder, scores, pictures: told }))
      return 0
    }
    files.forEach((file, i) => {
      terminal.print(`${classesText(found[i], scores, terminal)}\t${file}`)
    })
    return 0
  } finally {
    run.engine.close()
  }
}
