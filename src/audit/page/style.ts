/**
 * The style sheet of the page. Blue and vermilion can be told apart with any kind of colour
 * blindness (M. Okabe and K. Ito, "Color universal design", 2008), and no meaning rests on colour
 * alone.
 */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --back: #fff; --card: #f6f7f9; --text: #1b1e24; --soft: #5b6270;
  --line: #d9dde3; --main: #0072b2; --other: #9aa3b0; --mark: #c44f00; --error: #b3261e;
  --warning: #8a5a00; --info: #0a5ea8; --good: #1a7f37; }
@media (prefers-color-scheme: dark) { :root { --back: #14161c; --card: #1d2027; --text: #e6e8ec;
  --soft: #a3abb8; --line: #343a45; --main: #56b4e9; --other: #6b7484; --mark: #ff9a57;
  --error: #ff8a80; --warning: #f0b95a; --info: #7cc0f5; --good: #6fd38a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 72rem; background: var(--back);
  color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .25rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 52rem; }
.soft, .facts { color: var(--soft); }
nav a { margin-right: 1rem; }
a { color: var(--main); }
.verdict { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
.chip { border: 1px solid currentColor; border-radius: 1rem; padding: .05rem .7rem; font-weight: 600;
  white-space: nowrap; }
.error { color: var(--error); } .warning { color: var(--warning); } .info { color: var(--info); }
.good { color: var(--good); }
ul.findings { list-style: none; padding: 0; margin: .75rem 0; }
ul.findings li { display: grid; grid-template-columns: 5.5rem 1fr; gap: .75rem; padding: .5rem .75rem;
  margin-bottom: .4rem; background: var(--card); border-left: 4px solid currentColor; border-radius: 3px; }
ul.findings li > div { color: var(--text); overflow-wrap: anywhere; min-width: 0; }
.grid-of-figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; padding: .9rem; background: var(--card); border-radius: 6px; min-width: 0; }
figure img { display: block; width: 100%; max-height: 30rem; object-fit: contain; background: #14161c;
  image-rendering: pixelated; border-radius: 3px; margin-bottom: .6rem; }
figcaption { font-size: .9rem; overflow-wrap: anywhere; }
figcaption p { margin: .25rem 0; }
svg.range { display: block; }
svg.plot { display: block; width: 100%; height: auto; font: 11px system-ui, "Segoe UI", Roboto,
  "DejaVu Sans", sans-serif; }
.wide { max-width: 44rem; }
svg text { fill: var(--soft); } svg .label { fill: var(--text); }
svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg path { fill: none; stroke-linecap: round; stroke-linejoin: round; }
svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--soft); stroke-width: 1; }
svg .other { stroke: var(--other); stroke-width: 1; opacity: .75; }
svg .main { stroke: var(--main); stroke-width: 2.5; }
svg .mark { fill: none; stroke: var(--mark); stroke-width: 2; }
svg .points { stroke: var(--main); stroke-width: 5; opacity: .55; }
svg .pair { stroke: var(--mark); stroke-width: 1.5; } svg .ends { stroke-width: 7; }
svg .declared { fill: var(--line); } svg .open { opacity: .5; } svg .seen { fill: var(--main); }
svg .mean { stroke: var(--text); stroke-width: 2; }
summary { cursor: pointer; margin-bottom: .75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; } td.number, th.number { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
dl.facts { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; color: var(--text); overflow-wrap: anywhere; }
code { font: .9em ui-monospace, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media print { :root { color-scheme: light; --back: #fff; --card: #fff; --text: #000; --soft: #444;
  --line: #bbb; --main: #0072b2; --other: #888; --mark: #c44f00; --error: #8f1010; --warning: #6b4500;
  --info: #084a85; --good: #125c28; }
  body { max-width: none; padding: 0; font-size: 11px; } nav { display: none; }
  figure { border: 1px solid var(--line); } figure, li, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .scroll { overflow: visible; }
  .grid-of-figures { grid-template-columns: 1fr 1fr; } }
`
