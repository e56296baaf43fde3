// Work that is ended from outside: by Ctrl-C, and by other signals that would end the process.

import { constants } from 'node:os'

/** Ctrl-C; what systems send before they end a process; and the end of its terminal. (Node undoes what `nohup` does.) */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** The exit code of the process: 0, or 128 and the number of the signal. */
  readonly code: number
}

/**
 * Does work that the first signal ends in its own way; the next one ends the process at once.
 *
 * - `interrupted`: called at the first signal
 */
export async function interruptible<T>(
  work: (interruption: Interruption) => Promise<T>,
  interrupted: () => void,
): Promise<T> {
  const controller = new AbortController()
  let code = 0
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(code)
    code = 128 + constants.signals[signal]
    controller.abort()
    interrupted()
  }
  for (const name of endings) process.on(name, interrupt)
  try {
    return await work({
      signal: controller.signal,
      get code() {
        return code
      },
    })
  } finally {
    for (const name of endings) process.off(name, interrupt)
  }
}
