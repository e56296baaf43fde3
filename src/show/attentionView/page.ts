// <attention-view> as a page: one file that loads nothing, with the patterns inside.

import { escaped, pageStart } from '../look.ts'
import { readable } from '../visible.ts'
import type { PackedAttention } from './data.ts'
import { inksOf } from './pencil.ts'

export interface AttentionPage {
  readonly title: string
  /** Sentences below the title. */
  readonly notes?: readonly string[] | undefined
  readonly data: PackedAttention
  /** The text of the element's file, `cutaway/attention-view`. */
  readonly script: string
  /** Attributes of the element: `{ view: 'head', layer: 1 }`. */
  readonly attributes?: Readonly<Record<string, string | number>> | undefined
}

export function attentionPage({ title, notes = [], data, script, attributes = {} }: AttentionPage): string {
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
  // In JSON `<` can only stand in a string, and in the script `</script` only in a string or a template.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  const [light, dark] = [false, true].map(inksOf)
  return `${pageStart(title)}<style>
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif;background:light-dark(${light.ground},${dark.ground});color:light-dark(${light.text},${dark.text})}
body{margin:0 auto;padding:12px;max-width:1320px}
h1{margin:0;font-size:20px}
</style>
<body class="figure">
<main>
<h1>${escaped(readable(title))}</h1>
${notes.map((note) => `<p>${escaped(readable(note))}</p>\n`).join('')}<attention-view${given.join('')}><script type="application/json">${json}</script></attention-view>
<noscript>The patterns are drawn by a script, which stands in this page.</noscript>
</main>
<script>
${script.replaceAll('</script', '<\\/script')}
</script>
</html>
`
}
