/**
 * The style sheet that all pages share. Blue and vermilion can be told apart with any kind of colour
 * blindness (M. Okabe and K. Ito, "Color universal design", 2008), and no meaning rests on colour
 * alone. A table of the class `cards` has a card for each row where the page is narrow.
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
h3 { font-size: 1rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; max-width: 52rem; overflow-wrap: anywhere; }
.soft, .facts { color: var(--soft); }
nav a { display: inline-block; margin-right: 1rem; padding: .15rem 0; }
a { color: var(--main); }
:focus-visible { outline: 2px solid var(--main); outline-offset: 2px; border-radius: 2px; }
.chip { border: 1px solid currentColor; border-radius: 1rem; padding: .05rem .7rem; font-weight: 600;
  white-space: nowrap; }
.error { color: var(--error); } .warning { color: var(--warning); } .info { color: var(--info); }
.good { color: var(--good); }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; }
ul.findings { list-style: none; padding: 0; margin: .75rem 0; }
ul.findings li { display: grid; grid-template-columns: 5.5rem 1fr; gap: .75rem; padding: .5rem .75rem;
  margin-bottom: .4rem; background: var(--card); border-left: 4px solid currentColor; border-radius: 3px; }
ul.findings li > div { color: var(--text); overflow-wrap: anywhere; min-width: 0; }
.grid-of-figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; padding: .9rem; background: var(--card); border-radius: 6px; min-width: 0; }
figcaption { font-size: .9rem; overflow-wrap: anywhere; }
figcaption p { margin: .25rem 0; }
summary { cursor: pointer; margin-bottom: .75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 1rem; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; } tbody th { font-weight: 400; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
dl.facts { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; color: var(--text); overflow-wrap: anywhere; }
code { font: .9em ui-monospace, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
@media screen and (max-width: 42rem) {
  body { padding: 1rem .85rem 3rem; }
  ul.findings li { grid-template-columns: 1fr; gap: .15rem; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards, .cards tbody { display: block; width: 100%; }
  .cards tr { display: block; background: var(--card); border-radius: 6px; padding: .6rem .75rem; margin-bottom: .6rem; }
  .cards th, .cards td { display: block; border: 0; padding: .1rem 0; }
  .cards tbody th { font-weight: 600; }
  .cards td[data-label] { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .75rem; }
  .cards td[data-label]::before { content: attr(data-label); color: var(--soft); text-align: left; }
  .cards td.number { text-align: left; }
  .cards td > span { min-width: 0; overflow-wrap: anywhere; }
  .cards td > span:empty { display: none; } .cards td[data-label]:has(> span:empty) { display: none; }
}
@media print { :root { color-scheme: light; --back: #fff; --card: #fff; --text: #000; --soft: #444;
  --line: #bbb; --main: #0072b2; --other: #888; --mark: #c44f00; --error: #8f1010; --warning: #6b4500;
  --info: #084a85; --good: #125c28; }
  body { max-width: none; padding: 0; font-size: 11px; } nav { display: none; }
  figure { border: 1px solid var(--line); } figure, li, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; } .scroll { overflow: visible; }
  .grid-of-figures { grid-template-columns: 1fr 1fr; } }
`
