// Loads what few programs need, when one turns out to need it.

import { keepRare, type RareParts, Unloaded } from '../rare.ts'

const parts: { readonly [Name in keyof RareParts]: () => Promise<RareParts[Name]> } = {
  hiding: () => import('../attention/hiding.ts'),
  window: () => import('../loops/window.ts'),
  pieces: () => import('../product/pieces.ts'),
  stream: () => import('../product/stream.ts'),
  bfloat16: () => import('../values/bfloat16.ts'),
  functions: () => import('../values/rareFunctions.ts'),
}

/** The result of `write`, which begins anew where it needs a part that is not there, as soon as that is loaded: once for each part, and never again. */
export async function withRare<Written>(write: () => Written): Promise<Written> {
  while (true) {
    try {
      return write()
    } catch (error) {
      if (!(error instanceof Unloaded)) throw error
      await load(error.part)
    }
  }
}

async function load<Name extends keyof RareParts>(name: Name): Promise<void> {
  keepRare(name, await parts[name]())
}
