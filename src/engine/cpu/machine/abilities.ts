// What WebAssembly is able to do here, found out by doing it: whether it runs at all, and whether it fuses a multiplication with
// an addition. That an instruction is accepted says nothing about how it rounds.

import { WasmModule } from '../wasm/module.ts'

/**
 * Throws one clear error if the kernels cannot run here: no WebAssembly, none of its vectors, or a page whose policy forbids it.
 */
export async function checkWebAssembly(): Promise<void> {
  let refusal: unknown
  try {
    const code = writeMultiplyAdd(false)
    if (typeof globalThis.WebAssembly === 'object' && WebAssembly.validate(code)) {
      // WebKit compiles what it then refuses to use.
      multiplyAdd(code)
      return
    }
  } catch (cause) {
    refusal = cause
  }
  throw (await import('./webAssemblyError.ts')).webAssemblyError(refusal)
}

/** True if there is relaxed SIMD, whose multiply-add may round once or twice, as it is quickest. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(writeMultiplyAdd(true))
}

/**
 * True if relaxed SIMD's multiply-add rounds once here. It rounds twice where the processor has no such instruction, or where
 * WebAssembly may not use it.
 */
export function fusesMultiplyAdd(): boolean {
  return multiplyAdd(writeMultiplyAdd(true)) !== 0
}

/** (1 + 2⁻¹²)² − (1 + 2⁻¹¹), which is 2⁻²⁴, or 0 if the square is rounded to 24 bits before the rest is taken away. */
function multiplyAdd(code: Uint8Array<ArrayBuffer>): number {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 })
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(code), { host: { memory } }).exports
  const cells = new Float32Array(memory.buffer, 0, 12)
  cells.fill(1 + 2 ** -12, 0, 8).fill(-1 - 2 ** -11, 8)
  ;(run as () => void)()
  return cells[8]
}

/** c := a · b + c for the vectors a, b and c at the beginning of the memory. */
function writeMultiplyAdd(isRelaxed: boolean): Uint8Array<ArrayBuffer> {
  const wasm = new WasmModule()
  const f = wasm.function('run', [])
  const [a, b, c] = f.locals('v128', 3)
  for (const [i, vector] of [a, b, c].entries())
    f.push(0)
      .load('v128.load', 16 * i)
      .set(vector)
  if (isRelaxed) f.push(0, a, b, c).op('f32x4.relaxed_madd').store('v128.store', 32)
  else f.push(0, a, b).op('f32x4.mul').push(c).op('f32x4.add').store('v128.store', 32)
  return wasm.encode({ shared: false, maximumPages: 1 })
}
