/** A document as one HTML page that needs nothing else: libraries, charts and style are inside. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Block, Document, Entry, Table } from './document.js';
import { chartsOf } from './document.js';
import type { Look } from './look.js';
import { PAGE_SCRIPT } from './page-script.js';
import { PAGE_STYLE } from './page-style.js';
import { DARK, LIGHT, chartConfig } from './theme.js';

/** Nothing may be fetched, and nothing runs but these scripts, even if text of records were taken for markup. */
function policy(scripts: string[]): string {
  const hashes = scripts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; img-src data: blob:`;
}

/** Renders the whole document; `looks` makes the switches that hide a driver in every chart. */
export async function renderHtml(document: Document, looks: Look[]): Promise<string> {
  const { title, lead, emulated, sections } = document;
  const scripts = [...(await libraries()), PAGE_SCRIPT];
  const data = {
    themes: { light: chartConfig(LIGHT), dark: chartConfig(DARK) },
    charts: chartsOf(document).map(({ id, spec: { config: _drawnByTheme, ...spec } }) => ({ id, spec })),
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>${escape(title)}${emulated ? ' <span class="badge">in emulation</span>' : ''}</h1>
<p class="lead">${escape(lead)}</p>
</header>
${sections.map((section) => renderSection(section, looks)).join('\n')}
</main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`;
}

function renderSection({ title, blocks }: Document['sections'][number], looks: Look[]): string {
  const pictures = blocks.some((block) => block.kind === 'chart');
  return `<section><h2>${escape(title)}</h2>${pictures ? renderSwitches(looks) : ''}${blocks.map(renderBlock).join('\n')}</section>`;
}

/** One switch per driver, for all charts at once. */
function renderSwitches(looks: Look[]): string {
  const chip = ({ label, colour }: Look) =>
    `<button type="button" aria-pressed="true" data-driver="${escape(label)}"><i style="background:${colour}"></i>${escape(label)}</button>`;
  return `<div class="switches" role="group" aria-label="Drivers shown"><span>Show</span>${looks.map(chip).join('')}</div>
<noscript><p>The charts need JavaScript; the same pictures lie in the folder charts beside this page.</p></noscript>`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escape(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;
    case 'table':
      return renderTable(block.table);
    case 'chart': {
      const { id, title, subtitle, caption } = block.chart;
      const name = escape(`${title}. ${subtitle}`);
      return `<figure><div class="chart" id="${escape(id)}" role="img" aria-label="${name}"></div><figcaption>${escape(caption)}</figcaption></figure>`;
    }
  }
}

function renderTable({ caption, columns, rows }: Table): string {
  const side = (index: number) => (columns[index]?.numeric ? ' class="number"' : '');
  const head = columns
    .map(({ title }, index) => `<th scope="col"${side(index)}>${escape(title)}</th>`)
    .join('');
  const line = (row: Entry[]) =>
    `<tr>${row.map((entry, index) => renderEntry(entry, side(index))).join('')}</tr>`;
  return `<div class="scroll"><table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead>
<tbody>${rows.map(line).join('\n')}</tbody></table></div>`;
}

function renderEntry({ text, value, tone }: Entry, side: string): string {
  const key = value === undefined ? '' : ` data-value="${value}"`;
  return `<td${side}${key}>${tone ? `<b class="${tone}">${escape(text)}</b>` : escape(text)}</td>`;
}

/** The minified bundles that the page's charts run on, without pointers to their source maps. */
function libraries(): Promise<string[]> {
  const { resolve } = createRequire(import.meta.url);
  const names = ['vega', 'vega-lite', 'vega-embed'];
  return Promise.all(names.map((name) => readBundle(join(dirname(resolve(name)), `${name}.min.js`))));
}

async function readBundle(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).replace(/^\/\/# sourceMappingURL=.*$/m, '');
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
