// The words of an error, whatever was thrown.

/** The message of an error; of anything else that was thrown, itself as text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
