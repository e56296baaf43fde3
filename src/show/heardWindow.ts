// What was written of a window of sound, and where the model looked meanwhile, as it is drawn (listeningFigure.ts).

import type { AlignmentHeads, HeardFrames, WindowAlignment } from '../generate/listening.ts'
import type { HeardWindow } from './listeningFigure.ts'

/** The window as far as there is sound in it. `tokens`: the texts of what was written; `heads`: those that looked. */
export function heardWindow(
  { looks, path, sources, framesPerSource }: WindowAlignment,
  { mel }: HeardFrames,
  {
    tokens,
    heads,
    framesPerSecond,
  }: Pick<HeardWindow, 'tokens'> & Pick<AlignmentHeads, 'heads'> & { readonly framesPerSecond: number },
): HeardWindow {
  const frames = sources * framesPerSource
  return {
    tokens,
    looks,
    path,
    seconds: frames / framesPerSecond,
    // A copy: what is sent to a page would take the whole recording along.
    frames: mel.data.slice(0, frames * mel.mels),
    mels: mel.mels,
    heads: heads.map(([layer, head]) => `${layer}.${head}`),
  }
}
