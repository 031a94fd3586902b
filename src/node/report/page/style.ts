/** What the page of results needs beside the style that all pages share. */
export const RESULTS_STYLE = `
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.tiles div { background: var(--card); border-radius: 6px; padding: .6rem .8rem; }
.tiles span { display: block; } .tiles .value { font-size: 1.7rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles .soft { font-size: .88rem; }
svg.strip { display: block; max-width: 100%; height: auto; font: 10px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
svg.strip text { fill: var(--soft); } .strip .middle { text-anchor: middle; } .strip .end { text-anchor: end; }
svg.strip path { fill: none; stroke-linecap: round; } .strip .axis { stroke: var(--other); }
.strip .dots { stroke: var(--main); stroke-width: 3.6; opacity: .75; } .strip .interval { fill: var(--mark); }
.strip .mean { stroke: var(--mark); stroke-width: 2; }
.wins .won { fill: var(--main); } .wins .tied { fill: var(--other); } .wins .lost { fill: var(--mark); }
.better { color: var(--main); }
#summary td, #comparison td { white-space: nowrap; } #summary tbody th, #comparison tbody th { white-space: nowrap; }
#summary td, #summary tbody th { vertical-align: middle; }
svg.picture { display: block; width: 100%; height: auto; background: #14161c; border-radius: 3px; margin-bottom: .6rem;
  font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.p-coarse { image-rendering: pixelated; }
.p-rim, .p-line { fill: none; stroke-linejoin: round; stroke-linecap: round; } .p-rim { stroke: #000; }
.p-missed { stroke: #f0e442; fill: #f0e442; } .p-false { stroke: #ff7a33; fill: #ff9a57; }
.p-number { stroke: #000; paint-order: stroke; font-weight: 600; } .p-word { fill: #e6e8ec; stroke: none; }
.p-band { fill: #14161c; } .p-both { fill: #e2e2e2; } .p-extra { fill: #e69f00; } .p-lost { fill: #56b4e9; }
h4 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
figcaption dl.facts { grid-template-columns: repeat(2, auto 1fr); gap: 0 .75rem; margin: .25rem 0 0; }
.tools { margin: .75rem 0; } .tools label { font-weight: 600; }
input, button { font: inherit; color: var(--text); background: var(--back); border: 1px solid var(--other); border-radius: 4px;
  padding: .25rem .6rem; min-height: 2.1rem; max-width: 100%; }
button { cursor: pointer; background: var(--card); } [aria-pressed="true"] { border-color: var(--main); color: var(--main); }
#pairs-table th[scope="row"], #pairs-table th[data-key="name"] { position: sticky; left: 0; background: var(--back); max-width: 16rem; z-index: 1; }
#pairs-table tbody tr:hover > * { background: var(--card); }
#pairs-table.few .more { display: none; }
#pairs-table th button { border: 0; background: none; padding: 0; min-height: 1.6rem; color: inherit; font-weight: inherit; white-space: nowrap; }
#pairs-table th button::after { content: " ↕"; opacity: .6; }
#pairs-table th[aria-sort="ascending"] button::after { content: " ▲"; opacity: 1; }
#pairs-table th[aria-sort="descending"] button::after { content: " ▼"; opacity: 1; }
dialog { width: min(76rem, 100vw - 1.5rem); max-width: none; max-height: calc(100vh - 1.5rem); overflow: auto; border: 1px solid var(--line);
  border-radius: 8px; padding: 0 1.1rem 1.1rem; background: var(--back); color: var(--text); }
dialog::backdrop { background: rgb(0 0 0 / .6); }
html:not(.js) dialog:target { display: block; position: fixed; inset: .75rem; margin: auto; z-index: 5; }
.bar { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .25rem 1rem;
  background: var(--back); padding: .8rem 0 .5rem; border-bottom: 1px solid var(--line); margin-bottom: .8rem; }
.bar h2 { margin: 0; padding: 0; border: 0; overflow-wrap: anywhere; min-width: 0; } .bar nav a { margin: 0 0 0 1rem; }
.large { align-items: start; display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.25rem; }
.large > :has(> svg) { position: sticky; top: 4rem; }
ol.errors { padding-left: 2.2rem; margin: .25rem 0 .75rem; } ol.errors li { padding: .1rem 0; }
@media (max-width: 52rem) { .large { grid-template-columns: minmax(0, 1fr); gap: .5rem; }
  .large > :has(> svg) { position: static; } }
@media screen and (max-width: 42rem) { #summary td:has(svg.strip) { grid-template-columns: minmax(0, 1fr); gap: 0; }
  svg.strip { width: 100%; } #summary td, #comparison td { white-space: normal; }
  #pairs-table th[scope="row"], #pairs-table th[data-key="name"] { min-width: 7rem; max-width: 8.5rem; }
  .tiles { grid-template-columns: 1fr 1fr; } }
@media print { .tools, #pairs-table th button::after { display: none; } dialog { display: none; } #pairs-table.few .more { display: none; }
  #pairs-table th { position: static; } }
`
