// The stored tokenizers and results of test/fixtures/tokenizers.

import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../fixtures/tokenizers/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))

export interface Fixture {
  readonly tokenizer: Record<string, unknown>
  readonly results: readonly [plain: number[], whole: number[] | null, decoded: string | null][]
  readonly random: readonly [ids: number[], text: string][]
}

export const texts: readonly string[] = read('texts')
export const training: readonly string[] = read('training')

export const fixtureNames = readdirSync(folder)
  .map((name) => name.replace('.json', ''))
  .filter((name) => name !== 'texts' && name !== 'training')

export const fixture = (name: string): Fixture => read(name)
