// Errors of a text that stands in a file among others: they say where.

/** The result of some work; an error says the place too: `patch: pairs.tsv, line 2`. A place that is a command alone is not said. */
export async function atPlace<T>(place: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || !place.includes(': ') || error.message.startsWith(place)) throw error
    throw new Error(`${place}: ${error.message}`, { cause: error })
  }
}
