// cutaway graph: attention as a graph, whose nodes are tokens; drawn, or written for other programs.

import { attentionGraph } from '../inspect/graph/attentionGraph.ts'
import { edgeWeights } from '../inspect/graph/eachWeights.ts'
import { graphFigure } from '../show/graphFigure.ts'
import { graphDot, graphMl } from '../show/graphText.ts'
import type { Command } from './command.ts'
import { choice, number, path, whole, wholes } from './flags.ts'
import { lookInside, lookingFlags } from './lookInside.ts'
import { openingHelp } from './opening.ts'
import { dotFile, graphMlFile } from './savedKinds.ts'

/** The edges of each position that are kept where nothing else is said. */
const usualMost = 3

const flags = {
  what: choice(
    'the weights of edges: shares, lengths of what is written, or through all layers (pattern)',
    edgeWeights,
  ),
  layer: wholes('only these layers, counted from 0'),
  head: wholes('only these heads, counted from 0'),
  most: whole('the most edges that end at one position, the strongest', {
    least: 1,
    usual: `${usualMost} where no --least is given`,
  }),
  least: number('only edges of at least this weight', { least: 0 }),
  graphml: path('save the graph for Gephi, yEd, networkx, …', { value: 'FILE' }),
  dot: path('save the graph for Graphviz', { value: 'FILE' }),
  ...lookingFlags,
}

export const graphCommand: Command<typeof flags> = {
  name: 'graph',
  takes: 'RUN TEXT',
  summary:
    'Shows attention as a graph: tokens are nodes, and what goes from each source to each position that looks at it is an edge',
  flags,
  about: [
    'Attention is message passing: each position sums up messages along the edges that end at it, each as strong as its share of attention. A pair without attention, such as one that the mask hides, has no edge.',
    'With --what weighted an edge is as strong as the message is long; with rollout and flow it goes from the input to the last layer, through the mean of the heads. The note says how much the edges weigh that are left out.',
    'The edges of one head are drawn over its text: above it to the right, below it to the left. Of several heads there is a row for each layer, and a colour for each head.',
    openingHelp,
  ],
  examples: [
    { line: 'cutaway graph runs/shakespeare "To be, or not" --layer 0 --head 2', does: 'one head' },
    {
      line: 'cutaway graph runs/shakespeare "To be, or not" --least 0.2 --html graph.html',
      does: 'all heads, what counts',
    },
    {
      line: 'cutaway graph runs/shakespeare "To be, or not" --what rollout --svg graph.svg',
      does: 'through all layers',
    },
    {
      line: 'cutaway graph runs/shakespeare "To be, or not" --graphml graph.graphml --dot graph.dot',
      does: 'for others',
    },
  ],
  run({ values, positionals: [folder, given, ...more] }, terminal) {
    const { what, layer: layers, head: heads, least, graphml, dot } = values
    const most = values.most ?? (least === undefined ? usualMost : undefined)
    const saved = [
      ...(graphml === undefined ? [] : [{ file: graphml, kind: graphMlFile, write: graphMl }]),
      ...(dot === undefined ? [] : [{ file: dot, kind: dotFile, write: graphDot }]),
    ]
    return lookInside(
      'graph',
      { values, folder, given, more, saved },
      terminal,
      async ({ looking, tokens, source }) => {
        const report = (done: number, of: number): void => terminal.repaint(`${done} of ${of}`)
        const graph = await attentionGraph({ ...looking, what, layers, heads, most, least, report })
        const texts = graph.nodes.map((node) => (node.of === 'text' ? tokens : (source ?? []))[node.position])
        return {
          facts: graph,
          figure: () => graphFigure(graph, { tokens, source }),
          files: saved.map(({ file, write }) => ({ file, content: () => write(graph, texts) })),
        }
      },
    )
  },
}
