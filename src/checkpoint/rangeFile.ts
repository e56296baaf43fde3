// A file on a server, read by ranges: one answer is read on as long as the reading goes on in the file's order, and where the
// connection breaks the next answer begins where it broke.
//
//   Range: bytes=100-   →   206, Content-Range: bytes 100-199/200     RFC 9110, section 14
//
// Bytes count only where the server says that they are the ones that were asked for.

import type { OpenFile } from './folderFiles.ts'
import { reasonOf } from './networkCauses.ts'
import type { ServerAnswer } from './patientFetch.ts'

/** A connection that breaks after fewer bytes has not brought the reading further, nor has an answer of fewer. */
const progress = { broken: 1_000_000, whole: 65_536 }

/** The two things that reading needs of a server: an answer for a range, and the wait before another try. */
interface Server {
  ask(range: string): Promise<ServerAnswer>
  waits(tries: number): Promise<boolean>
}

/** Opens a file, called `place` in errors; undefined where the server has none of that name. */
export async function rangeFile(place: string, server: Server): Promise<OpenFile | undefined> {
  const first = await server.ask('bytes=0-0')
  await first.cancel()
  if (first.status === 404) return undefined
  const size = sizeIn(first, place)
  if (size > 0) {
    const end = endOf(first, { begin: 0, size, place })
    if (end !== 1) throw wrong(place, `the server sends bytes 0 to ${end - 1} where byte 0 was asked for`)
  }

  let stream: ServerAnswer | undefined
  /** The byte with which the stream goes on, the one before which it ends, and what of it came already. */
  let [at, end] = [0, 0]
  let come: Uint8Array = new Uint8Array(0)
  /** The number of times in a row that no progress was made, and the byte at which the last answer began. */
  let [failures, began] = [0, 0]
  const close = async (): Promise<void> => {
    const former = stream
    stream = undefined
    await former?.cancel()
  }
  const begin = async (): Promise<ServerAnswer> => {
    const answer = await server.ask(`bytes=${at}-`)
    try {
      end = endOf(answer, { begin: at, size, place })
    } catch (error) {
      await answer.cancel()
      throw error
    }
    began = at
    stream = answer
    return answer
  }
  /** The next bytes. Where the connection breaks, or an answer ends before the file does, the rest is asked for. */
  const next = async (): Promise<Uint8Array> => {
    for (;;) {
      const answer = stream ?? (await begin())
      let cause: unknown
      const chunk = await answer.next().catch((error: unknown) => {
        cause = error
        return undefined
      })
      if (chunk !== undefined && at + chunk.length > end) {
        await close()
        throw wrong(place, `the server sends more than the bytes up to ${end - 1} that it announced`)
      }
      if (chunk !== undefined && chunk.length > 0) return chunk
      if (chunk !== undefined) continue
      await close()
      const isWhole = cause === undefined && at === end
      const isFurther = at - began >= (isWhole ? progress.whole : progress.broken)
      failures = isFurther ? 0 : failures + 1
      if (isWhole && isFurther) continue
      if (await server.waits(Math.max(1, failures))) continue
      throw cause === undefined
        ? new Error(`${place}: the server sent only ${at} of the file's ${size} bytes. Try again.`)
        : new Error(`${place}: the connection broke at byte ${at} of ${size}: ${reasonOf(cause)}. Try again.`, {
            cause,
          })
    }
  }
  return {
    size,
    async read(offset, into) {
      if (offset < 0 || offset + into.length > size)
        throw new Error(`${place}: it has ${size} bytes, but ${into.length} from byte ${offset} on are to be read.`)
      if (into.length > 0 && at !== offset) {
        await close()
        ;[at, come, failures] = [offset, new Uint8Array(0), 0]
      }
      for (let done = 0; done < into.length; ) {
        const chunk = come.length > 0 ? come : await next()
        const some = chunk.subarray(0, into.length - done)
        into.set(some, done)
        done += some.length
        at += some.length
        come = chunk.subarray(some.length)
      }
    },
    close,
  }
}

const wrong = (place: string, what: string): Error => new Error(`${place}: ${what}. Download it, and name the folder.`)
const onlyWhole = (place: string): Error => wrong(place, 'the server sends files only as a whole, not by ranges')

/** The size of the file, as the answer to its first byte says. */
function sizeIn({ status, headers }: ServerAnswer, place: string): number {
  // An empty file has no byte 0: the server says so (416), or sends all of it.
  if (status === 200 && headers.get('content-length') === '0') return 0
  if (status === 200) throw onlyWhole(place)
  const text = headers.get('content-range')
  const size = Number(/^bytes .+\/(\d+)$/.exec(text ?? '')?.[1] ?? Number.NaN)
  if (status === 416 && size === 0) return 0
  if (status === 206 && text === null) throw onlyWhole(place)
  if (status === 206 && Number.isSafeInteger(size) && size > 0) return size
  throw wrong(place, `the server does not say how long it is (status ${status}, content-range ${shown(text)})`)
}

/** The byte before which an answer ends; throws unless it begins where it was asked to, and is of the same file. */
function endOf(
  { status, headers }: ServerAnswer,
  { begin, size, place }: { begin: number; size: number; place: string },
): number {
  if (status === 200) throw onlyWhole(place)
  if (status !== 206)
    throw wrong(place, `the server says ${status} for byte ${begin}, after it said that there are ${size} bytes`)
  const encoding = headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw wrong(place, `the server sends it compressed (${shown(encoding)}), not as it is`)
  const text = headers.get('content-range')
  const [from, last, total] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(text ?? '') ?? []).slice(1).map(Number)
  const isAsked = from === begin && last >= begin && last < size && total === size
  if (!isAsked)
    throw wrong(place, `the server sends ${shown(text)} where the bytes from ${begin} of ${size} on were asked for`)
  const length = headers.get('content-length')
  if (length !== null && Number(length) !== last + 1 - begin)
    throw wrong(place, `the server sends ${shown(length)} bytes, but calls them ${shown(text)}`)
  return last + 1
}

/** The words of a server, which may be anything. */
const shown = (text: string | null): string => (text === null ? 'nothing' : JSON.stringify(text.slice(0, 60)))
