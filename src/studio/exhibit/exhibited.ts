// What an exhibit brings along for its page: its worker and its model.

import type { ExhibitedModel } from './exhibitedModel.ts'

export interface Exhibited {
  readonly worker: Worker
  readonly model: ExhibitedModel
}

/** The things that this page brought along. */
export const exhibited = (): Exhibited => (globalThis as unknown as { readonly exhibited: Exhibited }).exhibited
