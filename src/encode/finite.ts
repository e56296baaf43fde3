// Whether what a model says of a text are numbers.

/** Throws for what is no number, naming the text; `place` is who asks. */
export function checkFinite(place: string, text: number, numbers: Float32Array): void {
  const wrong = numbers.find((number) => !Number.isFinite(number))
  if (wrong !== undefined)
    throw new Error(`${place}: what comes out for text ${text} is ${wrong}. The weights may be damaged.`)
}
