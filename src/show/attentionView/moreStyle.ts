// The looks of one head, its text and its numbers, behind those of all of the element (style.ts).

export const moreStyle = `
output{min-width:3em;text-align:center}
.window{overflow:auto}
.window canvas{position:sticky;left:0;top:0;cursor:crosshair}
[role=listbox]{display:flex;flex-wrap:wrap;align-items:center;gap:20px 3px;margin-bottom:8px;padding-top:20px}
[role=listbox],th button,.read{font:13px/1.45 ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace}
[role=option]{min-width:24px;text-align:center;cursor:pointer;border-radius:3px}
[role=option] i{height:8px;border:1px solid var(--line)}
b{display:block;font-weight:400;padding:1px 4px}
b.grey{color:var(--quiet);text-decoration:line-through}
[aria-selected=true] b{background:var(--text);color:var(--ground)}
.texts{position:relative}
svg{position:absolute;inset:0;width:100%;height:100%;pointer-events:none;overflow:visible;fill:none}
input{width:6em}
.table{overflow:auto;max-height:480px}
th,td{padding:1px 14px 1px 0;text-align:left;font-weight:400}
td:nth-child(2){text-align:right}
th[scope=col]{color:var(--quiet);font-size:12px}
th button{border-color:#0000}`
