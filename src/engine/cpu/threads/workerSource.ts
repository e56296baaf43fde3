// What a worker of a pool runs. pool.ts says how it and the host agree.

import { control } from '../memory/arena.ts'
import { messageJob, spinMs, word } from './talk.ts'

/**
 * The code of a worker: a text, so that a bundler has no file to find, and the same in Node and in pages, which put
 * their own `listen` and `post` before it. `instantiate` and `fail` have twins in pool.ts, for the host.
 */
export const workerSource = `
const programs = new Map()
let memory, words, thread, workers, posts, seen

listen(message => {
  try {
    if (message.kind === 'start') {
      ({ memory, thread, workers, posts } = message)
      words = new Int32Array(memory.buffer, 0, ${control.bytes / 4})
      seen = Atomics.load(words, ${word('sequence')})
    }
    if (message.kind === 'load') programs.set(message.id, instantiate(message.module, message.times))
    if (message.kind === 'drop') programs.delete(message.id)
  } catch (error) {
    fail(error)
  }
  finish(true)
  if (message.kind !== 'quit') work()
})

function work() {
  for (;;) {
    const start = performance.now()
    let sequence
    for (let spins = 1; (sequence = Atomics.load(words, ${word('sequence')})) === seen; spins++) {
      if (spins % 64 > 0 || performance.now() - start < (posts ? 0 : ${spinMs})) continue
      Atomics.add(words, ${word('idle')}, 1)
      Atomics.wait(words, ${word('sequence')}, seen)
      Atomics.sub(words, ${word('idle')}, 1)
    }
    seen = sequence
    const job = Atomics.load(words, ${word('job')})
    if (job === ${messageJob}) return
    try {
      programs.get(job)(thread)
    } catch (error) {
      fail(error)
    }
    finish(posts)
  }
}

function finish(posts) {
  if (Atomics.add(words, ${word('finished')}, 1) + 1 < workers) return
  if (posts) post('finished')
  else if (Atomics.load(words, ${word('hostSleeps')}) === 1) Atomics.notify(words, ${word('finished')})
}

function instantiate(module, times) {
  let last = 0
  const mark = slot => {
    const now = performance.now()
    if (slot >= 0) new Float64Array(memory.buffer, times)[slot] += now - last
    last = now
  }
  return new WebAssembly.Instance(module, { host: { memory, mark } }).exports.run
}

function fail(error) {
  if (Atomics.compareExchange(words, ${word('failed')}, 0, thread + 1) !== 0) return
  const text = String(error).slice(0, ${control.mostFailure})
  words[${word('failure')}] = text.length
  for (let i = 0; i < text.length; i++) words[${word('failure')} + 1 + i] = text.charCodeAt(i)
  Atomics.sub(words, ${word('arrived')}, ${2 ** 30})
  Atomics.notify(words, ${word('arrived')})
}
`
export const pagePrelude = `
const listen = hear => addEventListener('message', event => hear(event.data))
const post = message => postMessage(message)
`
