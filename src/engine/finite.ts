// The guard of what comes out of an engine before it is given out: weights that are no numbers make everything so.

/** Throws where a number is NaN or infinite; `what` says whose numbers they are: `fill: a probability`. */
export function checkFinite(what: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++)
    if (!Number.isFinite(numbers[i])) throw new Error(`${what} is ${numbers[i]}. The weights may be damaged.`)
}

/** 0 · x is 0, but NaN where x is no finite number: one sum tells of all. */
export function areFinite(data: ArrayLike<number>): boolean {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += 0 * data[i]
  return sum === 0
}
