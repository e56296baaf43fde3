// The lock of a run: two tabs would write over each other's states. While it is held the browser does not freeze the page, either.

/** A page that was just left holds its lock a moment longer. */
const patience = 1500
const pause = 100

/** Holds a run until the function that this gives is called. Throws where another tab has it. */
export async function holdRun(id: string): Promise<() => void> {
  const { locks } = globalThis.navigator ?? {}
  if (locks === undefined) return () => {}
  const until = performance.now() + patience
  while (true) {
    const release = await tried(locks, `cutaway run ${id}`)
    if (release) return release
    if (performance.now() > until)
      throw new Error('studio: this run is open in another tab. Close it there, or train another one here.')
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** The lock's release, if nobody else has it. */
function tried(locks: LockManager, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(undefined)
        return new Promise<void>((release) => resolve(release))
      })
      .catch(reject)
  })
}
