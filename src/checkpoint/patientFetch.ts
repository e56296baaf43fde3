// Asking a server that may be slow, busy or far away: with a limit to every silence, and again where it may go better.
//
//   no answer, a broken connection, 408, 425, 429, 5xx     asked again, after a wait that doubles, or as long as Retry-After says
//   anything else                                          told at once

import { isTransient, reasonOf } from './networkCauses.ts'

export interface Patience {
  /** Ends everything that is under way: what is waited for throws the signal's reason. */
  readonly signal?: AbortSignal
  /** The time that a server may be silent, or send next to nothing; 30 seconds if not given. */
  readonly silenceMs?: number
  /** The number of times that a thing is asked for at most; 5 if not given. */
  readonly tries?: number
  /** The wait before the second try; it doubles from try to try. Half a second if not given. */
  readonly waitMs?: number
  readonly fetch?: typeof fetch
}

export interface ServerAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers
  /** The next bytes of the body; undefined at its end. Throws when the connection breaks or the server is silent for too long. */
  next(): Promise<Uint8Array | undefined>
  /** Gives the rest of the body up. */
  cancel(): Promise<void>
}

export interface Asker {
  /** Throws when there is no answer. */
  ask(url: string, headers: Readonly<Record<string, string>>): Promise<ServerAnswer>
  /** Waits before try number 2, 3, …; false where there is no further try. */
  waits(tries: number, atLeastMs?: number): Promise<boolean>
}

/** Whoever asks to wait for longer does not want to be waited for. */
const mostWaitMs = 60_000
/** With fewer bytes in all of the time that a server may be silent, it is. */
const leastBytes = 16_384

export function patientFetch({
  signal,
  silenceMs = 30_000,
  tries = 5,
  waitMs = 500,
  fetch: get = fetch,
}: Patience): Asker {
  const waits = async (tried: number, atLeastMs = 0): Promise<boolean> => {
    signal?.throwIfAborted()
    const ms = Math.max(atLeastMs, waitMs * 2 ** (tried - 1))
    if (tried >= tries || ms > mostWaitMs) return false
    await sleep(ms, signal)
    return true
  }
  return {
    waits,
    async ask(url, headers) {
      for (let tried = 1; ; tried++) {
        const answer = await once(get, url, { headers, signal, silenceMs }).catch(async (error: unknown) => {
          signal?.throwIfAborted()
          if (isTransient(error) && (await waits(tried))) return undefined
          throw new Error(`${url}: it cannot be reached: ${reasonOf(error)}. Check the name and the connection.`, {
            cause: error,
          })
        })
        if (answer === undefined) continue
        const isBusy = [408, 425, 429].includes(answer.status) || answer.status >= 500
        if (!isBusy || !(await waits(tried, retryAfterMs(answer.headers)))) return answer
        await answer.cancel()
      }
    },
  }
}

/** The time that a server asks to be left alone: seconds, or a date. */
function retryAfterMs(headers: Headers): number {
  const text = headers.get('retry-after')?.trim() ?? ''
  const ms = /^\d+$/.test(text) ? 1000 * Number(text) : Date.parse(text) - Date.now()
  return ms > 0 ? ms : 0
}

async function once(
  get: typeof fetch,
  url: string,
  {
    headers,
    signal,
    silenceMs,
  }: { headers: Readonly<Record<string, string>>; signal: AbortSignal | undefined; silenceMs: number },
): Promise<ServerAnswer> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const abort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  const leave = (): void => signal?.removeEventListener('abort', abort)
  /** Waits no longer than this; whatever is under way then ends. */
  const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let end = (): void => {}
    const ended = new Promise<never>((_, reject) => {
      end = () => reject(controller.signal.reason)
      controller.signal.addEventListener('abort', end)
      timer = setTimeout(() => controller.abort(silence(silenceMs)), Math.max(0, ms))
    })
    try {
      return await Promise.race([work, ended])
    } catch (error) {
      leave()
      throw error
    } finally {
      clearTimeout(timer)
      controller.signal.removeEventListener('abort', end)
    }
  }
  const response = await within(get(url, { headers, signal: controller.signal }), silenceMs)
  const reader = response.body?.getReader()
  let [waitedMs, bytes] = [0, 0]
  return {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
    async next() {
      if (reader === undefined) return undefined
      const begun = performance.now()
      const { value } = await within(reader.read(), silenceMs - waitedMs)
      // Only the server's time counts, not that of whoever reads.
      waitedMs += performance.now() - begun
      bytes += value?.length ?? 0
      if (bytes >= leastBytes) [waitedMs, bytes] = [0, 0]
      if (value === undefined) leave()
      return value
    },
    async cancel() {
      leave()
      // A body that broke says so once more; now that is of no interest.
      await reader?.cancel().catch(() => {})
    },
  }
}

function silence(ms: number): Error {
  const seconds = ms / 1000
  return Object.assign(new Error(`it was silent for ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`), {
    code: 'SILENT',
  })
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort, { once: true })
  })
}
