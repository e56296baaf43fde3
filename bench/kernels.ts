// The kernels one by one, without peers: product.ts, attention.ts and loops.ts, one after the other.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export async function runKernels(): Promise<void> {
  for (const name of ['product', 'attention', 'loops']) {
    console.log(`\nnode bench/${name}.ts`)
    const path = fileURLToPath(new URL(`${name}.ts`, import.meta.url))
    const [code] = await once(spawn(process.execPath, [path], { stdio: 'inherit' }), 'close')
    if (code !== 0) throw new Error(`bench: bench/${name}.ts ended with ${code}.`)
  }
}
