// Compiling a module, in the way that comes to an end everywhere: the main thread of a page may compile large ones only in the
// background, and in workers WebKit sometimes never says that it has (seen in WebKitGTK 2.50).

/** A module of these bytes. */
export async function compileModule(code: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  return 'WorkerGlobalScope' in globalThis ? new WebAssembly.Module(code) : WebAssembly.compile(code)
}
