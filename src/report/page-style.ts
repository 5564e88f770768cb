/** The page's style: one column of text, wide charts, light and dark. */
export const PAGE_STYLE = `
:root {
  --ink: #1f2328; --muted: #59636e; --faint: #d8dde3; --page: #ffffff; --stripe: #f6f8fa;
  --good: #1a7f37; --bad: #c5221f; --open: #8a6100; --accent: #0969da;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ee; --muted: #9aa4b0; --faint: #30363d; --page: #14171c; --stripe: #1b2027;
    --good: #57c777; --bad: #ff7b72; --open: #e3b341; --accent: #6cb0ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.6 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 3rem 1.5rem 6rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.015em; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 .75rem; padding-top: 1.25rem; border-top: 1px solid var(--faint); }
p, ul { max-width: 46rem; margin: .6rem 0; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
li { margin: .3rem 0; }
section:first-of-type li { font-size: 1.08rem; }
.lead, figcaption, caption { color: var(--muted); }
.badge { font-size: .8rem; font-weight: 600; vertical-align: middle; padding: .2rem .6rem; border: 1px solid var(--open); border-radius: 1rem; color: var(--open); letter-spacing: 0; white-space: nowrap; }
figure { margin: 1.5rem 0 2.5rem; }
figcaption { max-width: 46rem; font-size: .92rem; }
.chart, .scroll { overflow-x: auto; }
.switches { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; padding: .6rem 0; background: var(--page); color: var(--muted); font-size: .9rem; }
.switches button { display: inline-flex; align-items: center; gap: .45rem; padding: .25rem .75rem; border: 1px solid var(--faint); border-radius: 1rem; background: none; color: var(--ink); font: inherit; cursor: pointer; }
.switches button[aria-pressed=false] { color: var(--muted); text-decoration: line-through; }
.switches button[aria-pressed=false] i { opacity: .2; }
.switches i { width: .8rem; height: .8rem; border-radius: 50%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.scroll table { margin: 1rem 0; font-size: .88rem; line-height: 1.4; }
caption { text-align: left; padding-bottom: .4rem; }
.scroll th, .scroll td { padding: .35rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
.scroll th { font-weight: 600; vertical-align: bottom; padding: 0; }
.scroll td:first-child { white-space: nowrap; }
th button { font: inherit; color: inherit; background: none; border: 0; padding: .35rem .6rem; width: 100%; text-align: inherit; cursor: pointer; }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
.scroll tbody tr:nth-child(even) { background: var(--stripe); }
.scroll .number { text-align: right; }
.scroll td.number { white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
b { font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print { .switches { display: none; } figure, tr { break-inside: avoid; } }
`;
