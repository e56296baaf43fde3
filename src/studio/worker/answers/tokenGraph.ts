// Attention as a graph of tokens: of one head, of a layer's, or through all layers.

import { attentionGraph } from '../../../inspect/graph/attentionGraph.ts'
import type { QuestionOf, TokenGraphFacts } from '../../talk/questions.ts'
import { foundIn, headChoice, type Waiting } from '../instrument.ts'
import type { Showroom } from '../showroom.ts'

export function tokenGraphFacts(
  room: Showroom,
  { scene, what, most, ...asked }: QuestionOf<'tokenGraph'>,
  waiting: Waiting = {},
): Promise<TokenGraphFacts> {
  return foundIn(room, scene, waiting, async ({ looking }) => {
    const isThrough = what === 'rollout' || what === 'flow'
    const choice = isThrough ? undefined : headChoice(asked)
    const graph = await attentionGraph({
      ...looking,
      what,
      most,
      layers: choice && [choice.layer],
      heads: choice?.head === undefined ? undefined : [choice.head],
      report: waiting.report,
    })
    if (choice?.part === undefined) return { graph, words: {} }
    const isOwn = ({ part }: { readonly part?: string }): boolean => part === choice.part
    return {
      graph: { ...graph, edges: graph.edges.filter(isOwn), counts: graph.counts.filter(isOwn) },
      words: {},
    }
  })
}
