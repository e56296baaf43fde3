// Who may write in a folder: one run at a time. A claim is a file in it that names a process, and dies with that process.
//
//   .cutaway-claim    { "purpose": "run", "process": 4711, "started": "88120", "machine": "…", "host": "desk", "token": "…" }
//
// Whether the process still lives is seen from its number and the moment it was started, since numbers are given out anew. On
// another machine, in another container and where the system does not tell that moment, it is seen from the file: its owner
// writes it again and again, and one that has been silent for long is dead. This needs Node.

import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { readFileBytes } from '../text/openFile.ts'

const claimName = '.cutaway-claim'

/** A sign of life is given so often. */
const signEveryMs = 15_000
/** After so long without one, the owner of a claim is dead. */
const silentMs = 180_000
/** A claim is written right after it is made; what is empty for longer was left by a process that died in between. */
const emptyMs = 2_000

/** A run claims its folder as long as it lasts, a save for itself: those of one process take turns. */
type Purpose = 'run' | 'save'

/** A folder that is claimed for this process. */
export interface FolderClaim {
  /** Throws when somebody else has claimed the folder since. */
  check(): Promise<void>
  release(): Promise<void>
}

interface Claimant {
  readonly purpose: Purpose
  readonly process: number
  readonly started: string
  readonly machine: string
  readonly host: string
  readonly token: string
}

/**
 * Claims a folder, which must be there, until the process ends or the claim is released.
 *
 * Throws when it is claimed already, and names the process. Errors of the system (the disk is read-only) are thrown as they are,
 * with their `code`.
 */
export async function claimFolder(folder: string, purpose: Purpose): Promise<FolderClaim> {
  const own: Claimant = { purpose, ...(await myself()), token: randomBytes(8).toString('hex') }
  const path = join(folder, claimName)
  let file = await claim(folder, own)
  // Written into the file that was made, whatever stands in its place by now.
  const signs = setInterval(() => file.write(contentOf(own), 0).catch(() => {}), signEveryMs)
  signs.unref()
  return {
    async check() {
      const there = await read(path)
      if (there === undefined) {
        // The folder was emptied or made anew.
        await file.close()
        file = await claim(folder, own)
      } else if (there.claimant?.token !== own.token) throw claimed(folder, there.claimant)
    },
    async release() {
      clearInterval(signs)
      await file.close()
      if ((await read(path).catch(() => undefined))?.claimant?.token === own.token)
        await rm(path, { force: true }).catch(() => {})
    },
  }
}

/** The process that has claimed a folder, and lives; undefined where there is none. */
export async function claimantOf(folder: string): Promise<{ readonly process: number } | undefined> {
  const there = await read(join(folder, claimName)).catch(() => undefined)
  return there?.claimant && (await isAlive(folder, there)) ? there.claimant : undefined
}

async function claim(folder: string, own: Claimant): Promise<FileHandle> {
  const path = join(folder, claimName)
  for (;;) {
    const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined
      throw error
    })
    if (file !== undefined) {
      try {
        await file.write(contentOf(own), 0)
        return file
      } catch (error) {
        await file.close()
        await rm(path, { force: true })
        throw error
      }
    }
    const there = await read(path)
    if (there === undefined) continue
    if (!(await isAlive(folder, there))) await removeDead(folder, path, there)
    else if (there.claimant !== undefined && !isOwnSave(there.claimant)) throw claimed(folder, there.claimant)
    else await pause()
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))

const isOwnSave = (claimant: Claimant): boolean => claimant.purpose === 'save' && claimant.process === process.pid

/** A claim that was found. */
interface Found {
  readonly content: string
  /** Undefined where it says nothing that can be understood. */
  readonly claimant: Claimant | undefined
  /** When a sign of life was last given, by the clock of the disk. */
  readonly lastMs: number
}

async function read(path: string): Promise<Found | undefined> {
  try {
    const { mtimeMs: lastMs } = await stat(path)
    const content = new TextDecoder().decode(await readFileBytes(path))
    return { content, claimant: claimantIn(content), lastMs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const contentOf = (claimant: Claimant): string => `${JSON.stringify(claimant)}\n`

function claimantIn(content: string): Claimant | undefined {
  try {
    const json = JSON.parse(content) as Partial<Record<keyof Claimant, unknown>>
    const isClaimant =
      Number.isSafeInteger(json.process) &&
      [json.purpose, json.started, json.machine, json.host, json.token].every((value) => typeof value === 'string')
    return isClaimant ? (json as Claimant) : undefined
  } catch {
    return undefined
  }
}

async function isAlive(folder: string, { claimant, lastMs }: Found): Promise<boolean> {
  if (claimant === undefined) return (await nowIn(folder)) - lastMs < emptyMs
  if (claimant.machine === (await myself()).machine) {
    if (!isRunning(claimant.process)) return false
    const started = await startOf(claimant.process)
    // Of this process's threads one may have been ended.
    if (claimant.process !== process.pid && started !== '' && claimant.started !== '')
      return started === claimant.started
    if (started !== claimant.started) return false
  }
  return (await nowIn(folder)) - lastMs < silentMs
}

/** The time by the clock of the folder's disk, which may be another machine's. */
async function nowIn(folder: string): Promise<number> {
  const probe = join(folder, `${claimName}.${randomBytes(6).toString('hex')}.part`)
  try {
    await writeFile(probe, '')
    return (await stat(probe)).mtimeMs
  } finally {
    await rm(probe, { force: true })
  }
}

/**
 * Takes a dead process's claim away. Of several who try, one may at a time, and who comes later sees that another claim stands in its
 * place: a claim that was put aside and back, even for a moment, could be made by two.
 */
async function removeDead(folder: string, path: string, { content }: Found): Promise<void> {
  const turn = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 12)}.part`
  const file = await open(turn, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (file === undefined) return waitForTurn(folder, turn)
  try {
    await file.close()
    if ((await read(path))?.content === content) await rm(path, { force: true })
  } finally {
    await rm(turn, { force: true })
  }
}

/** Waits a moment for who takes a dead claim away; and takes his place if he has died meanwhile. */
async function waitForTurn(folder: string, turn: string): Promise<void> {
  await pause()
  const taken = await read(turn)
  if (taken && (await nowIn(folder)) - taken.lastMs > emptyMs) await rm(turn, { force: true })
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    // Somebody else's process may not be asked, but is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * The moment a process was started, in the system's own units; empty where it does not tell. One that has ended and whose parent
 * has not asked for its end yet (Z) is dead. proc_pid_stat(5): the name, in brackets, may hold anything.
 */
async function startOf(id: number | 'self'): Promise<string> {
  const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return /^[ZX]$/.test(fields[0]) ? 'ended' : (fields[19] ?? '')
}

/**
 * This process. Its number says something only on a machine that was not started anew, and in the same container (where Linux
 * tells both).
 */
async function myself(): Promise<Omit<Claimant, 'purpose' | 'token'>> {
  const host = hostname()
  const started = await startOf('self')
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const numbers = await readlink('/proc/self/ns/pid').catch(() => '')
  return { process: process.pid, started, machine: boot === '' ? host : `${boot.trim()} ${numbers}`, host }
}

function claimed(folder: string, claimant: Claimant | undefined): Error {
  const who = claimant === undefined ? 'another process' : `process ${claimant.process}`
  const where = claimant === undefined || claimant.host === hostname() ? '' : ` on ${claimant.host}`
  const end =
    where === ''
      ? 'Wait until it has ended, or stop it'
      : `Wait until it has ended (if it has died, its claim ends after ${silentMs / 60_000} minutes of silence)`
  return new Error(`${folder}: ${who}${where} is writing in this folder. ${end}, or choose another folder.`)
}
