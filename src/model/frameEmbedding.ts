// Frames of sound as a stream: two convolutions over three frames each, the second of which takes every other place. Radford et al.
// 2022, section 2.2.

import type { Size } from '../tensor/axes.ts'
import { geluExact } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { see } from '../tensor/pass.ts'
import { rename } from '../tensor/primitives.ts'
import { Convolution } from './convolution.ts'
import type { Stream } from './stream.ts'

/** Numbers of frames: for every moment of a sound how strong each pitch is. */
export type Frames = Tensor<'batch' | 'frame' | 'mel'>

/** Frames (batch, frame, mel) → (batch, position, model), a position for every two frames. */
export class FrameEmbedding {
  readonly first: Convolution<'mel', 'model'>
  readonly second: Convolution<'channel', 'model'>

  constructor({ mel, model }: { mel: number; model: Size }) {
    const around = { taps: 3, before: 1, behind: 1, bias: true } as const
    const evenFrom = (size: number) => ({ normal: 1 / Math.sqrt(around.taps * size) })
    this.first = new Convolution({ from: { mel }, to: { model }, ...around, start: evenFrom(mel) })
    this.second = new Convolution({
      from: { channel: model },
      to: { model },
      ...around,
      stride: 2,
      start: evenFrom(model.size),
    })
  }

  apply(frames: Frames): Stream {
    const wide = geluExact(this.first.apply<'batch'>(frames))
    see(this.first, { output: wide })
    const output = geluExact(this.second.apply<'batch'>(rename(wide, 'model', 'channel')))
    return see(this.second, { output: rename(output, 'frame', 'position') as Stream }).output
  }
}
