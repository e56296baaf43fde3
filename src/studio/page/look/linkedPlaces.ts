// Places that a link names and what is looked at has not.

import type { Standpoint } from '../../place/standpoint.ts'
import type { LookState } from './looking.svelte.ts'

/** Leaves out the places of a link that are behind the end of the sentence or the picture, once that is read; one line says so. */
export function checkLinkedPlaces(look: LookState): void {
  const { studio, tokens, sources } = look
  const { at } = studio
  const read = look.facts.found?.question.scene
  const isRead = read?.text === at.text && read.source === at.source && (!look.sees || read.picture === at.picture)
  if (!isRead || !studio.isFromLink) return
  const ends = { position: tokens.length, from: sources.length, besidePosition: tokens.length }
  const wrong = (Object.keys(ends) as (keyof typeof ends)[]).filter((name) => (at[name] ?? -1) >= ends[name])
  if (wrong.length === 0) return
  const lines = wrong.map((name) => `${name} is ${at[name]}, but there are the places 0 to ${ends[name] - 1}`)
  const change: Partial<Standpoint> = Object.fromEntries(wrong.map((name) => [name, undefined]))
  studio.correct(change, `${lines.join('; ')}. ${wrong.length === 1 ? 'It is' : 'They are'} left out.`)
}
