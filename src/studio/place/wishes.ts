// The machine that an address wishes for: `?arithmetic=portable&threads=1`, to compute as others do. What is none is not wished for.

import type { MachineWishes } from '../talk/machineFacts.ts'

export function wishesOf(search: string): MachineWishes {
  const said = new URLSearchParams(search)
  const arithmetic = said.get('arithmetic')
  const threads = Number(said.get('threads') ?? Number.NaN)
  return {
    ...((arithmetic === 'portable' || arithmetic === 'fma') && { arithmetic }),
    ...(Number.isInteger(threads) && threads >= 1 && threads <= 64 && { threads }),
  }
}
