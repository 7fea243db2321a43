/** The style sheet of a report: one column on a phone, several where there is room; light or dark as the reader has it. */

/** Ten colours that stay apart from each other on light and on dark ground. */
const classColours = [
  '#4269d0',
  '#e0a100',
  '#ff725c',
  '#4fb3a5',
  '#3ca951',
  '#f277ae',
  '#a463f2',
  '#6fa8ef',
  '#9c6b4e',
  '#8b93a1',
]

const colourRules = [
  ...classColours.map((colour, i) => `.class-${i} { --own: ${colour} }`),
  '.class-source { --own: var(--before) }',
  '.class-target { --own: var(--accent) }',
].join('\n')

/** Rules of charts with axes and curves; they use the colours that a page names soft, line, accent and text. */
export const chartRules = `svg { display: block; max-width: 100%; height: auto; margin: 0 auto; fill: currentColor; font: 11px system-ui, sans-serif }
svg .tick, svg .axis { fill: var(--soft); font-variant-numeric: tabular-nums }
svg .grid { stroke: var(--line) }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round }
svg .faint { opacity: 0.3; stroke-width: 1 }
svg .name { fill: var(--text) }`

/** Tables: accuracies as dots on strips, confusions, numbers under charts. */
const tableRules = `
table { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 1.3; font-variant-numeric: tabular-nums }
th, td { padding: 3px 0 3px 10px; text-align: right; font-weight: 400; vertical-align: middle }
th:first-child { padding-left: 0 }
thead th { color: var(--soft); font-size: 12px; vertical-align: bottom; white-space: nowrap }
tbody th, thead th:first-child { text-align: left }
tbody tr { border-top: 1px solid var(--line) }
table .name { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal; overflow-wrap: anywhere }
.class-accuracy { table-layout: fixed }
.class-accuracy th:nth-child(2) { width: 29% } .class-accuracy th:nth-child(3) { width: 92px } .class-accuracy th:nth-child(4) { width: 52px }
.class-accuracy td:last-child { font-weight: 600 }
.class-accuracy td, .pairs td { white-space: nowrap }
.pairs { table-layout: fixed }
.pairs th:nth-child(3) { width: 96px } .pairs th:nth-child(4) { width: 40px }
.pairs :nth-child(2), .by-class :last-child { text-align: left }
.by-class { table-layout: fixed } .by-class th:nth-child(2) { width: 60px }
.by-class th:nth-child(3), .by-class th:nth-child(4) { width: 64px } .by-class th:last-child { width: 44% } .by-class :last-child { padding-left: 20px }
.by-class th, .by-class td { white-space: normal; overflow-wrap: anywhere }
@media (max-width: 640px) {
  .by-class th:nth-child(2), .by-class th:nth-child(3), .by-class th:nth-child(4) { width: 46px }
  .by-class th:last-child { width: 36% } .by-class thead th { font-size: 11px }
}
.class-accuracy .scale { padding: 3px 0 3px 16px }
.scale div { display: flex; justify-content: space-between; margin: 0 -12px 0 -3px }
.strip { padding-left: 16px; padding-right: 6px }
.strip span { display: block; position: relative; height: 18px; border: solid var(--line); border-width: 0 1px; background: linear-gradient(var(--line), var(--line)) 50% / 1px 100% no-repeat }
.strip i { position: absolute; top: 7.5px; height: 3px; left: calc(var(--low) * 1%); width: calc(var(--gap) * 1%); background: currentColor; opacity: 0.45 }
.strip span::before, .strip span::after { content: ''; position: absolute; z-index: 1; top: 4px; width: 10px; height: 10px; margin-left: -5px; border-radius: 50% }
.strip span::before { left: calc(var(--from) * 1%); border: 2px solid var(--before); background: var(--card) }
.strip span::after { left: calc(var(--to) * 1%); background: var(--accent) }
details { margin-top: 12px }
summary { padding: 6px 0; color: var(--soft); font-size: 13px; cursor: pointer }
`

/** Matrices of classes: cells fill the width where they can, and scroll below names that stay where they would be too small. */
const matrixRules = `
.matrix { container-type: inline-size; max-height: 85vh; overflow: auto }
.sheet {
  --names: min(var(--longest), 168px, 34cqw);
  --cell: max(var(--least), min(40px, (100cqw - var(--names)) / var(--classes)));
  display: grid; grid-template: var(--names) auto / var(--names) auto; width: max-content; margin: 0 auto; font-size: 11px;
}
.columns, .rows, .corner { position: sticky; z-index: 1; margin: 0; padding: 0; background: var(--card); list-style: none }
.corner { left: 0; top: 0; z-index: 2 }
.columns { top: 0; display: grid; grid-template-columns: repeat(var(--classes), var(--cell)) }
.rows { left: 0 }
.columns li { width: var(--cell); height: var(--names); padding: 6px 0 0; line-height: var(--cell); writing-mode: vertical-rl; transform: rotate(180deg) }
.rows li { height: var(--cell); padding: 0 6px 0 0; line-height: var(--cell) }
.rows .name { text-align: right }
.cells { display: grid }
.cells svg { grid-area: 1 / 1; width: calc(var(--cell) * var(--classes)); max-width: none; margin: 0 }
/* No ancestor is named: overviews show these rows again, apart from their surroundings. */
.right { fill: var(--accent) } .wrong { fill: var(--bad) }
.band { fill: transparent } .row:hover > .band { fill: var(--line) }
svg .lines { fill: none; stroke: var(--line); vector-effect: non-scaling-stroke }
svg .share { fill: var(--text); font-size: 9px; font-variant-numeric: tabular-nums } svg .on { fill: var(--on-accent) }
.overview { width: 100% }
.either input { position: absolute; opacity: 0 }
.either label { display: inline-block; margin: 0 6px 10px 0; padding: 5px 14px; border: 1px solid var(--line); border-radius: 8px; cursor: pointer }
.either input:checked + label { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent) }
.either input:focus-visible + label { outline: 2px solid var(--accent); outline-offset: 2px }
#show-before:checked ~ .matrix .after, #show-after:checked ~ .matrix .before { display: none }
`

/** Paper: light, no box that scrolls, everything open, nothing cut in two that fits on a page. */
const printRules = `
@page { margin: 14mm }
@media print {
  :root { color-scheme: light }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
  body { padding: 0; background: none; font-size: 13px }
  main, header, footer { max-width: none }
  nav, .on-screens, .either input:not(:checked) + label { display: none }
  h2, h3, .note, .legend { break-after: avoid; break-inside: avoid }
  .figure { font-size: 20px }
  .card, tr, .grid-of.gallery > * { break-inside: avoid }
  .grid-of { gap: 10px }
  .matrix { max-height: none; overflow: visible }
  .sheet { --cell: min(40px, (100cqw - var(--names)) / var(--classes)); font-size: min(11px, 0.85 * var(--cell)) }
  details::details-content { display: block; content-visibility: visible }
}
`

export const styleSheet = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #e3e6eb; --text: #1a1d23; --soft: #626b7a;
  --accent: #2f6fde; --on-accent: #ffffff; --before: #8a93a3; --good: #1a7f46; --bad: #c2410c;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --card: #181c22; --line: #2a303a; --text: #e8ebf0; --soft: #9aa4b4;
    --accent: #6aa5ff; --on-accent: #0b1220; --before: #7f8a9c; --good: #4cc38a; --bad: #ff9466;
  }
  svg .half-on { fill: var(--on-accent) }
}
*, ::before, ::after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body {
  margin: 0; padding: clamp(16px, 4vw, 40px) clamp(14px, 4vw, 32px) 48px;
  background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
main, header, footer { max-width: 1160px; margin: 0 auto }
h1 { margin: 0; font-size: clamp(24px, 5vw, 34px); line-height: 1.2; letter-spacing: -0.02em }
h2 { margin: 40px 0 4px; font-size: 20px; letter-spacing: -0.01em }
.name { display: block; overflow: hidden; text-align: left; text-overflow: ellipsis; white-space: nowrap }
nav { display: flex; flex-wrap: wrap; gap: 0 20px; max-width: 1160px; margin: 0 auto 16px } nav a { padding: 5px 0; color: var(--text) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
h3 { margin: 0 0 8px; font-size: 14px; font-weight: 600 }
p { margin: 0 0 14px }
.note, .subtitle, figcaption { color: var(--soft) }
.note { max-width: 72ch }
.subtitle { margin: 6px 0 20px }
.warning { margin: 6px 0 20px; padding: 8px 12px; border-left: 4px solid var(--bad) }
.grid-of + .grid-of, .grid-of + div { margin-top: 14px }
.grid-of { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr)) }
/* The last of three has the second row to itself where two stand side by side. */
section { container-type: inline-size }
@container (min-width: 634px) and (max-width: 957.9px) { .grid-of:not(.gallery, .charts) > :nth-child(3):last-child { grid-column: span 2 } }
.card { margin: 0; padding: 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; min-width: 0 }
.figure { display: block; white-space: nowrap; font-size: clamp(23px, 2.4vw, 30px); font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums }
.figure .from { color: var(--soft); font-weight: 450 }
.label { color: var(--soft); font-size: 13px }
.gain { color: var(--good) } .loss { color: var(--bad) } .same { color: var(--soft) }
${chartRules}
svg .ground { fill: none; stroke: var(--line) }

svg circle.target { fill: var(--own); fill-opacity: 0.8 }
svg circle.source { fill: none; stroke: var(--own); stroke-width: 1.4; stroke-opacity: 0.75 }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 12px; padding: 0; list-style: none; color: var(--soft); font-size: 13px }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 50%; background: var(--own) }
.legend .ring { background: none; border: 2px solid var(--own) }
.grid-of.gallery, .grid-of.charts { grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--least)), 1fr)) }
.gallery { --least: 122px; gap: 10px }
.gallery figure { padding: 8px; font-size: 12.5px; line-height: 1.35 }
.gallery img { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: #fff }
.gallery strong { display: block; margin-top: 6px }
.gallery span { display: flex; gap: 4px; justify-content: space-between; white-space: nowrap }
.gallery b { overflow: hidden; text-overflow: ellipsis; font-weight: 400 }
.gallery i { font-style: normal; font-variant-numeric: tabular-nums }
.group { margin: 22px 0 8px }
dl { display: grid; grid-template-columns: fit-content(50%) minmax(0, 1fr); gap: 5px 18px; margin: 0; font-size: 13.5px }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
footer { margin-top: 40px; color: var(--soft); font-size: 13px }
${tableRules}${matrixRules}${colourRules}${printRules}
`
