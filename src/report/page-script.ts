/** The page's own few lines of JavaScript: draw the charts, hide drivers, sort tables. */
export const PAGE_SCRIPT = `
'use strict';
const { themes, charts } = JSON.parse(document.getElementById('data').textContent);
const dark = matchMedia('(prefers-color-scheme: dark)');
const hidden = new Set();
let views = [];

async function drawCharts() {
  const config = dark.matches ? themes.dark : themes.light;
  const actions = { export: true, source: false, compiled: false, editor: false };
  const options = { config, actions, ast: true, renderer: 'svg', tooltip: { theme: dark.matches ? 'dark' : 'light' } };
  views.forEach((result) => result.finalize());
  views = await Promise.all(
    charts.map(({ id, spec }) => vegaEmbed('#' + CSS.escape(id), spec, { ...options, downloadFileName: id })),
  );
  showDrivers();
  document.body.dataset.drawn = String(views.length);
}

function showDrivers() {
  for (const { view } of views) view.signal('hidden', [...hidden]).run();
}

for (const button of document.querySelectorAll('.switches button')) {
  button.addEventListener('click', () => {
    const { driver } = button.dataset;
    hidden.delete(driver) || hidden.add(driver);
    for (const same of document.querySelectorAll('.switches button')) {
      same.setAttribute('aria-pressed', String(!hidden.has(same.dataset.driver)));
    }
    showDrivers();
  });
}

function sortBy(header, column) {
  const up = header.getAttribute('aria-sort') !== 'ascending';
  const body = header.closest('table').tBodies[0];
  const text = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  const order = new Intl.Collator('en', { numeric: true });
  const compare = (a, b) => (isNaN(a) || isNaN(b) ? order.compare(a, b) : a - b);
  const rows = [...body.rows].sort((a, b) => compare(text(a), text(b)) * (up ? 1 : -1));
  for (const other of header.parentNode.cells) other.removeAttribute('aria-sort');
  header.setAttribute('aria-sort', up ? 'ascending' : 'descending');
  body.append(...rows);
}

for (const header of document.querySelectorAll('th')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = header.textContent;
  button.addEventListener('click', () => sortBy(header, header.cellIndex));
  header.replaceChildren(button);
}

dark.addEventListener('change', drawCharts);
drawCharts();
`;
