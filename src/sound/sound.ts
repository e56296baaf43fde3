// Sound as numbers: samples from −1 to 1, so many a second.

/** Sound of one channel. */
export interface Sound {
  /** Samples a second. */
  readonly rate: number
  readonly samples: Float32Array
}

/** Sound of several channels, all equally long. */
export interface ChannelSound {
  readonly rate: number
  readonly channels: readonly Float32Array[]
}

/** One channel that is the mean of all. */
export function mono({ rate, channels }: ChannelSound): Sound {
  if (channels.length === 1) return { rate, samples: channels[0] }
  const samples = new Float32Array(channels[0].length)
  for (let i = 0; i < samples.length; i++) {
    let sum = 0
    for (const channel of channels) sum += channel[i]
    samples[i] = sum / channels.length
  }
  return { rate, samples }
}
