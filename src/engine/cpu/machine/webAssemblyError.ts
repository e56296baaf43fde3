// What is said where the kernels cannot run. Loaded there.

const runsAnyway = 'reference() needs no WebAssembly and computes the same, slowly.'

/** The error of an engine that cannot run here, whose cause is known if there is WebAssembly, and its vectors. */
export function webAssemblyError(cause: unknown): Error {
  if (typeof globalThis.WebAssembly !== 'object')
    return new Error(`engine: there is no WebAssembly here (it may be switched off). Switch it on; ${runsAnyway}`)
  if (cause === undefined)
    return new Error(
      `engine: WebAssembly has no vectors (SIMD) here. Chrome and Firefox have them since 2021, Safari since 16.4, Node since 16.4; ${runsAnyway}`,
    )
  return new Error(
    `engine: WebAssembly may not be used here (${cause instanceof Error ? cause.message : cause}). In a page, let script-src in its Content-Security-Policy have 'wasm-unsafe-eval'; ${runsAnyway}`,
    { cause },
  )
}
