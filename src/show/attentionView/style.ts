// The looks of <attention-view>: quiet, so that the patterns are what is seen. Nothing moves.

export const attentionStyle = `
:host { display: block; --ground: #f8fafd; --text: #1b2430; --quiet: #566072; --line: #c6ccd5; --accent: #1f57c3; --hatch: #dfe3e8;
  color: var(--text); font: 14px/1.45 system-ui, -apple-system, "Segoe UI", sans-serif; color-scheme: light; }
:host([data-dark]) { --ground: #16181d; --text: #e6ebf2; --quiet: #a3adba; --line: #3d434d; --accent: #86c5ff; --hatch: #2b2f37; color-scheme: dark; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
.all { background: var(--ground); padding: 12px; border-radius: 8px; }
.controls, .tools { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 14px; }
.tools { margin-bottom: 8px; gap: 6px 8px; }
.tools:not(:has(> :not([hidden]))) { display: none; }
label { display: inline-flex; align-items: center; gap: 6px; color: var(--quiet); font-size: 13px; }
button, select, input, summary { font: inherit; font-size: 13px; min-height: 28px; min-width: 28px; color: var(--text); background: var(--ground); border: 1px solid var(--line); border-radius: 6px; padding: 2px 9px; }
select { padding: 2px 4px; max-width: 100%; }
input { width: 5.5em; }
button, summary, select { cursor: pointer; }
button:hover, summary:hover { border-color: var(--quiet); }
button:disabled { color: var(--quiet); cursor: default; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.views { display: inline-flex; }
.views button { border-radius: 0; margin-left: -1px; }
.views button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; }
.views button:last-child { border-radius: 0 6px 6px 0; }
[aria-pressed="true"] { background: var(--text); color: var(--ground); border-color: var(--text); }
details { position: relative; margin-left: auto; }
summary { list-style: none; display: inline-flex; align-items: center; }
summary::-webkit-details-marker { display: none; }
.formats { position: absolute; right: 0; z-index: 2; display: flex; gap: 4px; margin-top: 4px; padding: 6px; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; }
.legend { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 4px 14px; margin: 10px 0; color: var(--quiet); font-size: 12px; line-height: 14px; font-variant-numeric: tabular-nums; }
.ramp { width: 180px; }
.bar { height: 12px; border: 1px solid var(--line); border-radius: 2px; }
.marks { display: flex; justify-content: space-between; margin-top: 2px; }
.key { display: inline-flex; align-items: center; gap: 5px; }
.key i { width: 18px; height: 12px; border: 1px solid var(--line); border-radius: 2px; }
.hatched { background: repeating-linear-gradient(135deg, transparent 0 3px, var(--hatch) 3px 4.5px); }
.key .greyed { background: #9aa0a6aa; }
.told { min-height: 1.45em; margin: 10px 0 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); font-size: 13px; margin: 0 0 6px; }
.tools .quiet { margin: 0 0 0 6px; }
.zoom { min-width: 3em; text-align: center; font-variant-numeric: tabular-nums; }
.around { position: relative; overflow-x: auto; padding: 2px; }
.around canvas { display: block; }
.heads { position: absolute; inset: 2px; }
.heads [role="gridcell"] { position: absolute; cursor: pointer; border-radius: 2px; }
.heads [role="gridcell"]:hover { outline: 1px solid var(--quiet); outline-offset: 1px; }
.heads [aria-selected="true"] { outline: 2px solid var(--text); outline-offset: 1px; }
.heads [role="gridcell"]:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.dots [role="gridcell"]::before { content: ""; position: absolute; inset: 7px; border-radius: 50%; background: var(--accent); }
.window { position: relative; overflow: auto; border-radius: 2px; }
.window canvas { position: sticky; left: 0; top: 0; display: block; cursor: crosshair; }
.window .unseen { position: fixed; }
.read { display: flex; flex-wrap: wrap; gap: 2px 16px; min-height: 1.45em; margin: 8px 0 0; padding: 0; list-style: none; font: 13px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.read i { display: inline-block; width: 10px; height: 10px; margin-right: 5px; border: 1px solid var(--line); border-radius: 2px; }
data { font-variant-numeric: tabular-nums; }
.texts { position: relative; }
.texts svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; overflow: visible; }
.texts path { fill: none; }
.list { margin-bottom: 22px; }
h3 { margin: 0 0 4px; font-size: 13px; font-weight: 600; color: var(--quiet); }
[role="listbox"] { display: flex; flex-wrap: wrap; gap: 20px 3px; padding-top: 20px; font: 14px/1.3 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.token { display: flex; flex-direction: column; align-items: stretch; text-align: center; min-width: 24px; min-height: 34px; cursor: pointer; }
.token i { height: 8px; border: 1px solid var(--line); border-radius: 2px; }
.token b { font-weight: normal; padding: 1px 4px; }
.token[aria-selected="true"] b { background: var(--text); color: var(--ground); }
.greyed b { color: var(--quiet); text-decoration: line-through; }
.table { overflow: auto; max-height: 480px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 1px 14px 1px 0; text-align: left; font-weight: normal; }
thead th { color: var(--quiet); font-size: 12px; }
td:nth-child(2) { text-align: right; }
th button { border-color: transparent; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; text-align: left; }
td i { display: block; height: 10px; border-radius: 2px; }
`
