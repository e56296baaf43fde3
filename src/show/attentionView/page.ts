// <attention-view> as a page: one file that loads nothing, with the patterns inside.

import { escaped } from '../look.ts'
import { readable } from '../visible.ts'
import type { PackedAttention } from './data.ts'

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
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(readable(title))}</title>
<style>
:root { color-scheme: light dark; --ground: #f8fafd; --text: #1b2430; --quiet: #566072; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181d; --text: #e6ebf2; --quiet: #a3adba; } }
body { margin: 0 auto; padding: 20px 24px 48px; max-width: 1320px; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0 0 4px; font-size: 20px; }
p { margin: 0 0 4px; max-width: 80em; color: var(--quiet); font-size: 13px; }
attention-view { margin-top: 16px; }
@media (max-width: 480px) { body { padding: 12px 12px 32px; } }
</style>
<main>
<h1>${escaped(readable(title))}</h1>
${notes.map((note) => `<p>${escaped(readable(note))}</p>\n`).join('')}<attention-view${given.join('')}><script type="application/json">${json}</script></attention-view>
<noscript><p>This page draws its patterns with a script, which stands in it. Nothing is loaded from elsewhere.</p></noscript>
</main>
<script>
${script.replaceAll('</script', '<\\/script')}
</script>
</html>
`
}
