// The guard of what comes out of an engine before it is given out: weights that are no numbers make everything so.

/** Throws where a number is NaN or infinite; `what` says whose numbers they are: `fill: a probability`. */
export function checkFinite(what: string, numbers: ArrayLike<number>): void {
  for (let i = 0; i < numbers.length; i++)
    if (!Number.isFinite(numbers[i])) throw new Error(`${what} is ${numbers[i]}. The weights may be damaged.`)
}
