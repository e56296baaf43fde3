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

/** Sounds of one rate one after the other, with so many seconds of silence between them. Throws for sounds of several rates. */
export function inTurn(sounds: readonly Sound[], pause: number): Sound {
  const { rate } = sounds[0]
  const other = sounds.find((each) => each.rate !== rate)
  if (other) throw new Error(`sound: one has ${rate} samples a second, another ${other.rate}. Resample it.`)
  const between = Math.round(pause * rate)
  const all = sounds.reduce((sum, { samples }) => sum + samples.length + between, -between)
  const samples = new Float32Array(all)
  let at = 0
  for (const each of sounds) {
    samples.set(each.samples, at)
    at += each.samples.length + between
  }
  return { rate, samples }
}

/** The seconds that a sound lasts. */
export const secondsOf = ({ rate, samples }: Sound): number => samples.length / rate
