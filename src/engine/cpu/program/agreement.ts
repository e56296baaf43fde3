// The functions by which the threads of a run agree: who takes which bites, and when all have arrived.
//
// Both work on the control page (arena.ts).

import { control, lineBytes } from '../memory/arena.ts'
import type { WasmFunction } from '../wasm/function.ts'
import type { WasmModule } from '../wasm/module.ts'

/**
 * take(thread, counters, each, more): the number of the next bite for a thread, or -1 when none is left.
 *
 * A share is `each` bites, and one more for the first `more` threads. Each share has a counter of the bites taken
 * from it: `counters`, plus a line for every thread. A thread looks at its own first, then at the others in turn.
 */
export function writeTake(wasm: WasmModule, threads: number): WasmFunction {
  const f = wasm.function('', ['i32', 'i32', 'i32', 'i32'], ['i32'])
  const [owner, counters, each, more] = f.parameters
  const [looked, counter, share, taken] = f.locals('i32', 4)
  f.loop(() => {
    f.push(owner, lineBytes).op('i32.mul').push(counters).op('i32.add').set(counter)
    f.push(each, owner, more).op('i32.lt_u', 'i32.add').set(share)
    // Only looks at first: to count up takes the line away from its owner.
    f.push(counter).atomic('i32.atomic.load').push(share).op('i32.lt_u')
    f.if(() => {
      f.push(counter, 1).atomic('i32.atomic.rmw.add').tee(taken).push(share).op('i32.lt_u')
      f.if(() => {
        f.push(owner, each).op('i32.mul').push(owner, more, owner, more).op('i32.lt_u', 'select', 'i32.add')
        f.push(taken).op('i32.add', 'return')
      })
    })
    f.push(owner, 1).op('i32.add').push(threads).op('i32.rem_u').set(owner)
    f.push(looked, 1).op('i32.add').tee(looked).push(threads).op('i32.lt_u').branchIf(0)
  })
  f.push(-1)
  return f
}

/**
 * barrier(target): waits until `target` arrivals have been counted in this run, its own included.
 *
 * A thread that fails never arrives. It says so in `failed`, takes 2³⁰ arrivals away, lest anybody goes to sleep on a
 * number that will not change again, and wakes the sleepers; they find out and fail too.
 */
export function writeBarrier(wasm: WasmModule, mostSpins: number): WasmFunction {
  const f = wasm.function('', ['i32'])
  const [target] = f.parameters
  const [seen, spins] = f.locals('i32', 2)
  const isReached = () => f.push(target).op('i32.sub').push(0).op('i32.ge_s')

  f.push(0, 1).atomic('i32.atomic.rmw.add', control.arrived).push(1).op('i32.add').push(target).op('i32.eq')
  f.if(() => {
    f.push(0).atomic('i32.atomic.load', control.sleepers)
    f.if(() => f.push(0, -1).atomic('memory.atomic.notify', control.arrived).op('drop'))
    f.op('return')
  })

  f.push(mostSpins).set(spins)
  f.loop(() => {
    f.push(0).atomic('i32.atomic.load', control.arrived)
    isReached().if(() => f.op('return'))
    f.push(spins, 1).op('i32.sub').tee(spins).branchIf(0)
  })

  f.push(0, 1).atomic('i32.atomic.rmw.add', control.sleepers).op('drop')
  f.block(() =>
    f.loop(() => {
      f.push(0).atomic('i32.atomic.load', control.arrived).tee(seen)
      isReached().branchIf(1)
      f.push(0).atomic('i32.atomic.load', control.failed)
      f.if(() => f.op('unreachable'))
      f.push(0, seen).i64(-1).atomic('memory.atomic.wait32', control.arrived).op('drop').branch(0)
    }),
  )
  f.push(0, -1).atomic('i32.atomic.rmw.add', control.sleepers).op('drop')
  return f
}
