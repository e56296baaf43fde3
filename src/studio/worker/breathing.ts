// An engine that breathes: before each run of a program the worker hears its messages, and goes on only if nobody has broken the work off.

import { breather } from '../../engine/breathe.ts'
import type { Engine, Graph, Inputs, Program } from '../../engine/engine.ts'

/** The engine for long work. `signal`: runs reject once it is aborted. */
export function breathing(engine: Engine, signal: AbortSignal | undefined): Engine {
  const breathe = breather()
  return {
    description: engine.description,
    async compile(graph: Graph): Promise<Program> {
      await breathe()
      signal?.throwIfAborted()
      const program = await engine.compile(graph)
      return {
        plan: program.plan,
        inputs: program.inputs,
        async run(inputs: Inputs): Promise<void> {
          await breathe()
          signal?.throwIfAborted()
          await program.run(inputs)
        },
        read: (output) => program.read(output),
        close: () => program.close(),
      }
    },
    keep: (parameter, type) => engine.keep(parameter, type),
    set: (parameter, values) => engine.set(parameter, values),
    get: (parameter) => engine.get(parameter),
    fill: (parameter, write, box) => engine.fill(parameter, write, box),
    read: (parameter, use, box) => engine.read(parameter, use, box),
    copyRows: (copies, rows, length) => engine.copyRows(copies, rows, length),
    forget: (parameter) => engine.forget(parameter),
    close: () => engine.close(),
  }
}
