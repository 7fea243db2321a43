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

export const styleSheet = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #e3e6eb; --text: #1a1d23; --soft: #626b7a;
  --accent: #2f6fde; --on-accent: #ffffff; --before: #8a93a3; --good: #1a7f46; --bad: #c2410c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --card: #181c22; --line: #2a303a; --text: #e8ebf0; --soft: #9aa4b4;
    --accent: #6aa5ff; --on-accent: #0b1220; --before: #7f8a9c; --good: #4cc38a; --bad: #ff9466;
  }
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body {
  margin: 0; padding: clamp(16px, 4vw, 40px) clamp(14px, 4vw, 32px) 48px;
  background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
}
main, header, footer { max-width: 1080px; margin: 0 auto }
h1 { margin: 0; font-size: clamp(24px, 5vw, 34px); line-height: 1.2; letter-spacing: -0.02em }
h2 { margin: 40px 0 4px; font-size: 20px; letter-spacing: -0.01em }
h3 { margin: 0 0 8px; font-size: 14px; font-weight: 600 }
p { margin: 0 0 14px }
.note, .subtitle, figcaption { color: var(--soft) }
.note { max-width: 72ch }
.subtitle { margin: 6px 0 20px }
.warning { margin: 6px 0 20px; padding: 8px 12px; border-left: 4px solid var(--bad) }
.grid-of { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr)) }
.card { margin: 0; padding: 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; min-width: 0 }
.figure { display: block; font-size: clamp(24px, 3vw, 30px); font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums }
.figure .from { color: var(--soft); font-weight: 450 }
.label { color: var(--soft); font-size: 13px }
.gain { color: var(--good) } .loss { color: var(--bad) } .same { color: var(--soft) }
${chartRules}
svg .link { stroke-width: 3; stroke-linecap: round; opacity: 0.45 }
svg .link.gain { stroke: var(--good) } svg .link.loss { stroke: var(--bad) } svg .link.same { stroke: var(--soft) }
svg .dot.before { fill: var(--card); stroke: var(--before); stroke-width: 2 }
svg .dot.after { fill: var(--accent) }
svg .change { font-weight: 600; font-variant-numeric: tabular-nums }
svg .change.gain { fill: var(--good) } svg .change.loss { fill: var(--bad) } svg .change.same { fill: var(--soft) }
svg .ground { fill: none; stroke: var(--line) }
svg .right { fill: var(--accent) } svg .wrong { fill: var(--bad) }
svg .share { fill: var(--text); font-variant-numeric: tabular-nums } svg .share.on { fill: var(--on-accent) }
svg circle.target { fill: var(--own); fill-opacity: 0.8 }
svg circle.source { fill: none; stroke: var(--own); stroke-width: 1.4; stroke-opacity: 0.75 }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 12px; padding: 0; list-style: none; color: var(--soft); font-size: 13px }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 50%; background: var(--own) }
.legend .ring { background: none; border: 2px solid var(--own) }
.gallery { --least: 122px; gap: 10px }
.gallery figure { padding: 8px; font-size: 12.5px; line-height: 1.35 }
.gallery img { display: block; width: 100%; height: auto; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: #fff }
.gallery strong { display: block; margin-top: 6px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.gallery span { display: flex; gap: 4px; justify-content: space-between; white-space: nowrap }
.gallery b { overflow: hidden; text-overflow: ellipsis; font-weight: 400 }
.gallery i { font-style: normal; font-variant-numeric: tabular-nums }
.group { margin: 22px 0 8px }
dl { display: grid; grid-template-columns: fit-content(50%) minmax(0, 1fr); gap: 5px 18px; margin: 0; font-size: 13.5px }
dt { color: var(--soft) } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
footer { margin-top: 40px; color: var(--soft); font-size: 13px }
@media print { body { background: none } .card { break-inside: avoid } }
${colourRules}
`
