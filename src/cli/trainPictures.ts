// cutaway train --as picture-classifier: a folder of pictures, a folder for each class, becomes a model that tells them apart.

import { beginPictureRun, resumePictureRun } from '../runs/disk/pictureRuns.ts'
import { checkIsFree, checkIsRun, usualFolder, withRunFolder } from '../runs/disk/runFolder.ts'
import type { PictureChoices, PictureRun } from '../runs/pictures.ts'
import { count, duration, grouped, percent } from '../show/amounts.ts'
import { wrapped } from '../show/lines.ts'
import { cutaway, quoted } from './invocation.ts'
import { type EngineFlags, openEngine } from './openEngine.ts'
import { factLines } from './runFacts.ts'
import { runSession } from './session.ts'
import type { Terminal } from './terminal.ts'

interface Values extends EngineFlags {
  readonly data?: string | undefined
  readonly out?: string | undefined
  readonly resume: boolean
  readonly force: boolean
  readonly json: boolean
}

/** Trains a run of pictures. `others`: flags that were given and mean nothing here. */
export async function trainPictures(
  positionals: readonly string[],
  values: Values,
  { choices, others }: { readonly choices: PictureChoices; readonly others: readonly string[] },
  terminal: Terminal,
): Promise<number> {
  const [first, ...more] = positionals
  const name = values.data ?? first
  if (others.length > 0)
    throw new Error(`train: --${others[0]} means nothing for pictures. Leave it out, or choose another --as.`)
  if (more.length > 0 || (values.data !== undefined && first !== undefined))
    throw new Error(
      `train --as picture-classifier learns from one folder, or from --data. Leave out "${more[0] ?? first}".`,
    )
  if (name === undefined && !(values.resume && values.out !== undefined))
    throw new Error(
      `train --as picture-classifier needs pictures: ${cutaway('train --as picture-classifier FOLDER')}, with a folder for each class, or --data mnist.`,
    )
  if (values.resume && values.force)
    throw new Error('--resume goes on with the run that is there, --force replaces it. Give one of them.')
  const folder = values.out ?? usualFolder(name ?? '')
  const checkFolder = (): Promise<void> =>
    values.resume ? checkIsRun(folder) : checkIsFree(folder, { mayReplace: values.force })
  terminal.goOn()
  await checkFolder()
  return withRunFolder(folder, async (claim) => {
    await checkFolder()
    const run = values.resume
      ? await resumePictureRun(folder, choices, name)
      : await beginPictureRun(choices, name ?? '')
    if (!values.json) terminal.print(factLines(pictureFacts(run), terminal.width))
    const engine = await openEngine(values)
    try {
      const session = { terminal, folder, claim, engine, replaces: values.force, isJSON: values.json }
      const { reason, step, steps, elapsedMs, evaluation, code } = await runSession(run, session)
      if (values.json) return code
      const again = `train ${[...positionals.map(quoted), ...(values.data ? ['--data', values.data] : [])].join(' ')} --as picture-classifier --out ${quoted(folder)} --resume`
      if (reason === 'stopped')
        terminal.note(`Stopped after step ${step} of ${steps}; saved in ${folder}. Go on with:\n  ${cutaway(again)}`)
      else {
        const accuracy = evaluation?.accuracy
        const become = accuracy === undefined ? '' : `; it is right about ${percent(accuracy)} of unseen pictures`
        const end = `Done in ${duration(elapsedMs)}${become}. Saved in ${folder}. Try:`
        const line = cutaway(`classify ${quoted(folder)} picture.png`)
        terminal.print(['', ...wrapped(end, terminal.width), `  ${line}`].join('\n'))
      }
      return code
    } finally {
      engine.close()
    }
  })
}

function pictureFacts(run: PictureRun): (readonly [name: string, what: string])[] {
  const { blueprint, counts, labels, preparation, baselines } = run
  const { down, across, channel, patchDown, patchAcross, layer, head, model } = blueprint.sizes
  const colours = channel === 1 ? 'in grey' : 'in colours'
  const patches = Math.floor(down / patchDown) * Math.floor(across / patchAcross)
  const numbers = (all: readonly number[] = []): string => all.map((each) => String(each)).join(', ')
  return [
    ['pictures', `${grouped(counts.training)} to learn from, ${grouped(counts.validation)} held back`],
    ['classes', labels.join(', ')],
    [
      'seen',
      `as ${across} × ${down} pixels ${colours}, mean ${numbers(preparation.mean)}, deviation ${numbers(preparation.deviation)}`,
    ],
    [
      'model',
      `a class token and ${patches} patches of ${patchAcross} × ${patchDown}; ${count(layer, 'layer')} of ${count(head, 'head')}, model ${model}: ${grouped(run.parameters)} parameters`,
    ],
    ['to beat', baselines.map(({ name, loss }) => `${loss.toFixed(2)} by ${name}`).join(', ')],
  ]
}
