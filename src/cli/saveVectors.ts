// Vectors in a file for other programs: "vectors" in a safetensors file, a row for each.

import { writeSafetensors } from '../checkpoint/safetensors.ts'
import { count } from '../show/amounts.ts'
import { saveFile } from './saveFile.ts'
import type { Terminal } from './terminal.ts'

/** Saves vectors of one width, a row for each. */
export async function saveVectors(file: string, vectors: readonly Float32Array[]): Promise<void> {
  const width = vectors[0].length
  const data = new Float32Array(vectors.length * width)
  vectors.forEach((vector, i) => {
    data.set(vector, i * width)
  })
  await saveFile(file, writeSafetensors(new Map([['vectors', { shape: [vectors.length, width], data }]])))
}

/** Prints that they are saved. */
export const printSaved = (vectors: readonly Float32Array[], file: string, { print }: Pick<Terminal, 'print'>): void =>
  print(`Saved ${count(vectors.length, 'vector')} of ${count(vectors[0].length, 'number')} in ${file}.`)
