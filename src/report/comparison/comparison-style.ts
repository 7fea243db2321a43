/** Rules of the page that compares runs, in addition to those of reports. */

export const comparisonRules = `
main, header, footer, nav { max-width: 1280px }
#filters { display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: end; margin: 0 0 12px }
#filters[hidden] { display: none }
#filters label { display: grid; gap: 2px; color: var(--soft); font-size: 13px }
#filters input, #filters select, #filters button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; padding: 5px 8px }
#filters p { margin: 0; padding: 6px 0 }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
.scroll table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums }
.scroll caption { padding: 10px 12px 4px; text-align: left; color: var(--soft); caption-side: top }
.scroll th, .scroll td { padding: 6px 10px; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: break-word }
.scroll .long { min-width: 15em }
.scroll thead th { font-size: 13px; font-weight: 600 }
.scroll .number { text-align: right; white-space: nowrap }
.scroll thead button { font: inherit; font-weight: 600; color: inherit; background: none; border: none; padding: 2px 0; cursor: pointer }
.scroll thead th[aria-sort='ascending'] button::after { content: ' ▲' }
.scroll thead th[aria-sort='descending'] button::after { content: ' ▼' }
.swatch { display: inline-block; width: 11px; height: 11px; margin-right: 7px; border-radius: 50%; background: var(--own) }
svg [data-group] .curve { stroke: var(--own) }
figure svg { width: 100% }
svg .end { fill: var(--own); font-weight: 600 }
@media print { #filters { display: none } .scroll { overflow: visible } }
`
