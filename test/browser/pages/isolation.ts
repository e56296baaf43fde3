// What a page is told about itself: whether it may share memory, and that TypeScript reached it as JavaScript.

import { double } from './double.ts'

interface Report {
  readonly isIsolated: boolean
  readonly hasSharedMemory: boolean
  readonly doubled: number
}

export function isolation(value: number): Report {
  return {
    isIsolated: crossOriginIsolated,
    hasSharedMemory: typeof SharedArrayBuffer === 'function',
    doubled: double(value),
  }
}
