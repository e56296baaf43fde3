// Loudness in words, for whoever speaks into a microphone.

/** Decibels of a quiet room and below: nothing is to be heard. */
export const leastLoud = -60

const words: readonly (readonly [from: number, word: string])[] = [
  [-6, 'too loud'],
  [-36, 'good'],
  [-48, 'quiet: come nearer'],
  [leastLoud, 'very quiet: come nearer'],
]

/** "good"; `loudness`: in decibels. */
export const loudnessText = (loudness: number): string => words.find(([from]) => loudness >= from)?.[1] ?? 'silence'
