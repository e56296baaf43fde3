// Long loops of awaits can keep a page or a terminal from noticing anything: promises that are fulfilled at once never let
// go of the thread. Such a loop breathes now and then.

/**
 * A function for a long loop to call at every round: about every `everyMs` milliseconds it gives a promise, and awaiting it
 * lets clicks, timers, Ctrl-C and whatever else is waiting have their turn.
 */
export function breather(everyMs = 20): () => Promise<void> | undefined {
  let last = performance.now()
  return () => {
    const now = performance.now()
    if (now - last < everyMs) return undefined
    last = now
    return turn()
  }
}

/** A message to oneself comes after the events that wait already. Pages hold timers back, and not every page can `yield`. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
