// The names of the views. What a person does in the second one goes by what the model that is open reads, and writes.

import type { ViewName } from '../place/standpoint.ts'
import type { ModelFacts } from '../talk/runFacts.ts'

const names: Readonly<Record<Exclude<ViewName, 'write'>, string>> = { text: 'Text', train: 'Train', look: 'Look' }

type Media = Pick<ModelFacts, 'sees' | 'hears' | 'writes'>

/** The name of a view; `run`: the model that is open. */
export const viewName = (view: ViewName, run: Media | undefined): string =>
  view === 'write' ? writeName(run) : names[view]

function writeName(run: Media | undefined): string {
  if (run?.sees || run?.writes?.kind === 'picture') return 'Draw'
  if (run?.writes?.kind === 'speech') return 'Speak'
  return run?.hears ? 'Listen' : 'Write'
}
