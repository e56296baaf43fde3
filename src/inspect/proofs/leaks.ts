// Leaks: what an engine keeps of programs that were run and closed.

import type { Usage } from '../../engine/cpu/index.ts'
import type { Engine } from '../../engine/engine.ts'
import type { Subject } from './subject.ts'
import { type Check, notApplicable, passIf } from './verdict.ts'

/** The number of times that a program is compiled, run, and closed. */
const times = 4

/** The memory that an engine has given out, where it says so. */
const usageOf = (engine: Engine): Usage | undefined => ('usage' in engine ? (engine.usage as Usage) : undefined)

/** The check that nothing stays behind of programs that are closed. The subject's reader is closed with it. */
export async function leaks({ engine, reader, inputs }: Subject): Promise<Check> {
  await reader.close()
  const before = usageOf(engine)
  if (!before) return notApplicable('leaks', 'this engine does not say what it holds')
  for (let i = 0; i < times; i++) {
    await reader.read(inputs)
    await reader.close()
  }
  const after = usageOf(engine) ?? before
  const [programs, bytes] = [after.programs - before.programs, after.bytes - before.bytes]
  return passIf('leaks', programs <= 0 && bytes <= 0, {
    largest: Math.max(0, bytes),
    allowed: 0,
    reason: `after ${times} runs ${programs} programs and ${bytes} bytes more are held than before`,
  })
}
