// cutaway attention, of a model that hears: what it wrote of a recording, where it looked for each token, and when that was said.

import { firstWindow, listen } from '../generate/listening.ts'
import { alignmentHeadsOf, framesOf, promptFor } from '../generate/transcribe.ts'
import { heardWindow } from '../show/heardWindow.ts'
import { listeningFigure } from '../show/listeningFigure.ts'
import { editsOf, editsSaid } from './editFlags.ts'
import { checkFigureFlags, showFacts } from './figureFlags.ts'
import { listenerOf, openSound } from './listener.ts'
import type { LookingFlags } from './lookInside.ts'
import { openRunOf } from './openRun.ts'
import type { Terminal } from './terminal.ts'
import { tokenTexts } from './tokenWords.ts'

interface Values extends LookingFlags {
  readonly layer: readonly number[] | undefined
  readonly head: readonly number[] | undefined
  readonly patch: number | undefined
}

/** Shows where a run looked in a recording. Of one that is longer than a window, the first is heard. */
export async function soundAttention(
  { folder, file, values }: { readonly folder: string; readonly file: string; readonly values: Values },
  terminal: Terminal,
): Promise<number> {
  for (const [name, is] of [
    ['target', values.target !== undefined],
    ['no-special', values.noSpecial],
    ['patch', values.patch !== undefined],
  ] as const)
    if (is)
      throw new Error(
        `attention: --${name} is ${name === 'patch' ? 'for pictures' : 'for texts'}; of a recording is shown where the model looked for what it wrote. Leave it out.`,
      )
  await checkFigureFlags(values, terminal, [file])
  const sound = await openSound(file)
  const run = await openRunOf('attention', ['encoder-decoder'], folder, values, terminal)
  try {
    const listener = listenerOf('attention', folder, run, await editsOf('attention', folder, run, values))
    const { generator, features, end, habits } = listener
    const all = framesOf(features, sound)
    const frames = firstWindow(generator, all)
    if (all.mel.frames > frames.mel.frames)
      terminal.note(`${file}: the first ${features.seconds} seconds are heard, which is what the model hears at once.`)
    const prompt = await promptFor(listener, frames, false, {})
    const usual = alignmentHeadsOf(listener)
    const chosen = (usual?.heads ?? []).filter(
      ([layer, head]) => (values.layer?.includes(layer) ?? true) && (values.head?.includes(head) ?? true),
    )
    if (!usual || chosen.length === 0)
      throw new Error(
        `attention: of the heads that follow what is said (${(usual?.heads ?? []).map((each) => each.join('.')).join(', ')}, as layer.head), none was asked for. Name others with --layer and --head.`,
      )
    const settings = {
      prompt,
      stop: end,
      tokens: generator.decoding.model.config.context,
      suppressed: habits.suppressed,
      suppressedFirst: habits.suppressedFirst,
      alignment: { ...usual, heads: chosen },
    }
    const [segment] = await Array.fromAsync(listen(generator, frames, settings))
    const { alignment } = segment ?? {}
    if (!alignment)
      throw new Error(`attention: ${file}: the model wrote nothing of it, so that there is nothing to look at.`)
    const { ids, looks, path, begins, framesPerSource, sources } = alignment
    const tokens = tokenTexts(run.tokenizer, ids)
    const framesPerSecond = features.mel.rate / features.mel.hop
    terminal.clear()
    await showFacts(terminal, values, {
      asked: { run: folder, file, ...editsSaid(values) },
      facts: {
        tokens,
        heads: chosen.map(([layer, head]) => ({ layer, head })),
        begins: begins.map((begin) => (begin * framesPerSource) / framesPerSecond),
        path: Array.from(path.rows, (row, i) => ({
          token: row,
          from: (path.columns[i] * framesPerSource) / framesPerSecond,
        })),
        looks: tokens.map((_, token) => Array.from(looks.subarray(token * sources, (token + 1) * sources))),
      },
      figure: () => listeningFigure(heardWindow(alignment, frames, { tokens, heads: chosen, framesPerSecond })),
    })
    return 0
  } finally {
    run.engine.close()
  }
}
