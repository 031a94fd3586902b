/** What the page of an audit needs beside the style that all pages share: its plots and pictures. */
export const AUDIT_STYLE = `
figure img { display: block; width: 100%; max-height: 30rem; object-fit: contain; background: #14161c;
  image-rendering: pixelated; border-radius: 3px; margin-bottom: .6rem; }
svg.range { display: block; max-width: 100%; }
svg.plot { display: block; width: 100%; height: auto; font: 11px system-ui, "Segoe UI", Roboto,
  "DejaVu Sans", sans-serif; }
.wide { max-width: 44rem; }
.todo { color: var(--soft); }
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
`
