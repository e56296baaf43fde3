// The looks of <attention-view>: quiet, so that the patterns are what is seen. Nothing moves.

import { inksOf } from './pencil.ts'

/** The inks of pictures as custom properties, and what only the page around them has. */
const theme = (isDark: boolean, own: string): string =>
  Object.entries(inksOf(isDark))
    .map(([name, ink]) => `--${name}:${ink};`)
    .join('') + own

const light = theme(false, '--line:#c6ccd5;--accent:#1f57c3;color-scheme:light')
const dark = theme(true, '--line:#3d434d;--accent:#86c5ff;color-scheme:dark')

export const attentionStyle = `
:host{display:block;${light};color:var(--text);font:14px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
:host([data-dark]){${dark}}
[hidden]{display:none!important}
*{box-sizing:border-box}
p{margin:8px 0 6px;min-height:1.45em;overflow-wrap:anywhere}
.all{background:var(--ground);padding:12px;border-radius:8px}
.tools,.legend{display:flex;flex-wrap:wrap;align-items:center;gap:6px 10px;margin-bottom:8px}
.tools,.legend,.quiet,label{color:var(--quiet);font-size:13px}
label{display:flex;align-items:center;gap:6px;max-width:100%}
button,select,input,summary{font:inherit;min-height:28px;min-width:28px;max-width:100%;color:var(--text);background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:2px 8px;cursor:pointer}
:hover>summary,button:hover{border-color:var(--quiet)}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
[aria-pressed=true]{background:var(--text);color:var(--ground)}
details{position:relative;margin-left:auto}
summary{list-style:none}
details div{position:absolute;right:0;z-index:2;display:flex;gap:4px;padding:6px;background:var(--ground);border:1px solid var(--line);border-radius:8px}
i{display:block;height:10px;border-radius:2px}
.legend{align-items:start;font-size:12px}
.legend i{border:1px solid var(--line);min-width:18px}
.legend span{display:flex;gap:5px;align-items:center}
.legend div{display:flex;flex-wrap:wrap;justify-content:space-between;width:180px}
.legend div i{width:100%;height:12px}
.hatched{background:repeating-linear-gradient(135deg,#0000 0 3px,var(--hatch) 3px 4.5px)}
i.grey{background:#8b9199}
.unseen{position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.around{position:relative;overflow:auto hidden;padding:3px}
canvas{display:block}
.heads{position:absolute;inset:3px}
.heads div div{position:absolute;cursor:pointer;border-radius:2px;outline-offset:1px}
.heads div div:hover{outline:1px solid var(--quiet)}
.heads [aria-selected=true]{outline:2px solid var(--text)}
.heads div div:focus-visible{outline:3px solid var(--accent)}
.dots div div::before{content:"";position:absolute;inset:7px;border-radius:50%;background:var(--accent)}`
