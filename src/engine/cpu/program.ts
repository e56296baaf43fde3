// Experimental version
import type { Emitted, Stage } from './emitted.ts'
import { control } from './memory.ts'
import type { Local, WasmFunction, WasmModule } from './wasm.ts'

export interface Call {
  readonly emitted: Emitted
  readonly operands: readonly number[]
  readonly label: string
  readonly flops?: number
  readonly bytes?: number
}
interface Part { call: Call; stage: Stage; shared: number; index: number }

export const tune = { spins: 20000, bites: 4, strategy: 'static' as 'static' | 'dynamic' }

function up(n: number, to: number) { return Math.ceil(n / to) * to }

export function programScratch(waves: readonly (readonly Call[])[], threads: number) {
  let shared = 0, own = 0
  for (const wave of waves) {
    let w = 0
    for (const { emitted } of wave) { w += up(emitted.sharedScratch, 128); own = Math.max(own, up(emitted.ownScratch, 128)) }
    shared = Math.max(shared, w)
  }
  return { shared, own, bytes: shared + own * threads }
}

export function writeProgram({ wasm, waves, threads, scratch }: { wasm: WasmModule; waves: readonly (readonly Call[])[]; threads: number; scratch: number }) {
  const needs = programScratch(waves, threads)
  const phases: Part[][] = []
  for (const wave of waves) {
    const stages = Math.max(...wave.map(c => c.emitted.stages.length))
    let offset = scratch
    const placed = wave.map(call => { const shared = offset; offset += up(call.emitted.sharedScratch, 128); return { call, shared } })
    for (let s = 0; s < stages; s++) phases.push(placed.flatMap(({ call, shared }, index) => s < call.emitted.stages.length ? [{ call, stage: call.emitted.stages[s], shared, index }] : []))
  }
  const barrier = threads > 1 ? writeBarrier(wasm) : undefined
  const widest = Math.max(...phases.map(p => p.length))
  const stride = up(widest * 4, 128)
  const setBytes = stride * threads
  const take = tune.strategy === 'dynamic' ? undefined : undefined
  const pieces: WasmFunction[] = []
  for (let at = 0; at < phases.length; at += 32) {
    const piece = wasm.function('', ['i32', 'i32'])
    const [thread, own] = piece.parameters
    const place = piece.local('i32'), from = piece.local('i32'), to = piece.local('i32'), victim = piece.local('i32'), k = piece.local('i32'), counter = piece.local('i32'), begin = piece.local('i32'), size = piece.local('i32')
    for (const [i, phase] of phases.slice(at, at + 32).entries()) {
      const p = at + i
      const set = p % 2
      let shift = 0
      phase.forEach(({ call, stage, shared }, c) => {
        const chunksAll = Math.ceil(stage.units / stage.grain)
        if (tune.strategy === 'static' || threads === 1) {
          const q = Math.floor(chunksAll / threads), r = chunksAll % threads
          // place = (thread + shift) % threads
          piece.push(thread, shift).op('i32.add').push(threads).op('i32.rem_u').set(place)
          const bound = (x: () => void) => { x(); piece.push(q).op('i32.mul'); x(); piece.push(r); x(); piece.push(r).op('i32.lt_u', 'select', 'i32.add').push(stage.grain).op('i32.mul') }
          bound(() => piece.push(place)); piece.set(from)
          bound(() => piece.push(place, 1).op('i32.add')); piece.tee(to).push(stage.units, to, stage.units).op('i32.lt_u', 'select').set(to)
          // select picks to or units: (to, units, to<units)
          piece.push(from, to).op('i32.lt_u').if(() => piece.push(from, to, ...call.operands, shared, own).call(stage.function))
          shift = (shift + threads - r) % threads
        } else {
          const bite = Math.max(1, Math.ceil(chunksAll / threads / tune.bites))
          const bites = Math.ceil(chunksAll / bite)
          const biteUnits = bite * stage.grain
          const q = Math.floor(bites / threads), r = bites % threads
          piece.push(thread, shift).op('i32.add').push(threads).op('i32.rem_u').set(place)
          piece.push(0).set(victim)
          piece.loop(() => {
            // begin = place*q + min(place, r), size = q + (place < r)
            piece.push(place, q).op('i32.mul').push(place, r, place, r).op('i32.lt_u', 'select', 'i32.add').set(begin)
            piece.push(q, place, r).op('i32.lt_u', 'i32.add').set(size)
            piece.push(place, stride).op('i32.mul').push(control.counters + set * setBytes + c * 4).op('i32.add').set(counter)
            piece.block(() => piece.loop(() => {
              piece.push(counter).atomic('i32.atomic.load').push(size).op('i32.ge_s').branchIf(1)
              piece.push(counter, 1).atomic('i32.atomic.rmw.add').tee(k).push(size).op('i32.ge_s').branchIf(1)
              piece.push(begin, k).op('i32.add').push(biteUnits).op('i32.mul').tee(from)
              piece.push(biteUnits).op('i32.add').tee(to).push(stage.units, to, stage.units).op('i32.lt_u', 'select').set(to)
              piece.push(from, to, ...call.operands, shared, own).call(stage.function)
              piece.branch(0)
            }))
            piece.push(place, 1).op('i32.add').push(threads).op('i32.rem_u').set(place)
            piece.push(victim, 1).op('i32.add').tee(victim).push(threads).op('i32.lt_u').branchIf(0)
          })
          shift = (shift + threads - r) % threads
        }
      })
      if (p === phases.length - 1 || !barrier) continue
      if (tune.strategy === 'dynamic') {
        const next = phases[p + 1]
        piece.push(thread, stride).op('i32.mul').set(counter)
        next.forEach((_, c) => piece.push(counter, 0).store('i32.store', control.counters + ((p + 1) % 2) * setBytes + c * 4))
      }
      piece.push((p + 1) * threads).call(barrier)
    }
    pieces.push(piece)
  }
  const run = wasm.function('run', ['i32'])
  const [thread] = run.parameters
  for (const piece of pieces) run.push(thread).push(thread, needs.own).op('i32.mul').push(scratch + needs.shared).op('i32.add').call(piece)
  return { phases: phases.length, counterBytes: setBytes }
}

function writeBarrier(wasm: WasmModule): WasmFunction {
  const f = wasm.function('', ['i32'])
  const [target] = f.parameters
  const seen = f.local('i32'), spins = f.local('i32')
  f.push(0, 1).atomic('i32.atomic.rmw.add', control.arrived).push(1).op('i32.add').push(target).op('i32.eq')
  f.if(() => {
    f.push(0).atomic('i32.atomic.load', control.sleepers)
    f.if(() => f.push(0, -1).atomic('memory.atomic.notify', control.arrived).op('drop'))
    f.op('return')
  })
  f.push(tune.spins).set(spins)
  f.loop(() => {
    f.push(0).atomic('i32.atomic.load', control.arrived).push(target).op('i32.sub').push(0).op('i32.ge_s').if(() => f.op('return'))
    f.push(spins, 1).op('i32.sub').tee(spins).branchIf(0)
  })
  f.push(0, 1).atomic('i32.atomic.rmw.add', control.sleepers).op('drop')
  f.block(() => f.loop(() => {
    f.push(0).atomic('i32.atomic.load', control.arrived).tee(seen).push(target).op('i32.sub').push(0).op('i32.ge_s').branchIf(1)
    f.push(0).atomic('i32.atomic.load', control.failed).if(() => f.op('unreachable'))
    f.push(0, seen).i64(-1).atomic('memory.atomic.wait32', control.arrived).op('drop')
    f.branch(0)
  }))
  f.push(0, -1).atomic('i32.atomic.rmw.add', control.sleepers).op('drop')
  return f
}
