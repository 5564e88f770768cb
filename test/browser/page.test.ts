import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportModel } from '../../src/report/model.js';
import { writeReport } from '../../src/report/write.js';
import { syntheticExperiment } from '../report/fixture.js';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const DRIVERS = ['host', 'veth + bridge', 'macvlan bridge', 'ipvlan l3'];
const HOSTILE = `</script><script>document.title = 'taken over'</script><img src="https://example.invalid/x.png">`;

const missing = !existsSync(EXECUTABLE);
if (missing && process.env['CI'])
  throw new Error(`No Chromium at ${EXECUTABLE}: install it, or set CHROMIUM to its path.`);
if (missing)
  console.warn(
    `SKIPPED: no Chromium at ${EXECUTABLE}; set CHROMIUM to its path. The report's page is NOT tested.`,
  );

describe.skipIf(missing)('the page of a report, in Chromium', () => {
  let folder: string;
  let browser: Browser | undefined;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-page-'));
    await writeReport(reportModel([hostileExperiment()]), folder);
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
    page = await browser.newPage();
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await page.waitForSelector('body[data-drawn]');
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  it('draws every chart, with as many points for each driver as were measured', async () => {
    const charts = page.locator('.chart');
    expect(await charts.count()).toBe(5);
    for (const chart of await charts.all()) expect(await pointsOf(chart)).toEqual(pointsEach(DRIVERS));
  });

  it('hides a driver in every chart and brings it back', async () => {
    const button = page.getByRole('button', { name: 'veth + bridge' }).first();
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    for (const chart of await page.locator('.chart').all()) {
      expect(await pointsOf(chart)).toEqual(
        pointsEach(DRIVERS.filter((driver) => driver !== 'veth + bridge')),
      );
    }
    await button.click();
    expect(await pointsOf(page.locator('.chart').first())).toEqual(pointsEach(DRIVERS));
  });

  it('tells value, standard error and n of the point under the pointer', async () => {
    await page.locator('.chart').first().locator('.mark-symbol.role-mark path').first().hover();
    const tooltip = page.locator('#vg-tooltip-element');
    await tooltip.waitFor();
    expect(await tooltip.innerText()).toMatch(
      /Total throughput \(Gbit\/s\)[^]*Standard error[^]*Runs \(n\)\s*3/,
    );
  });

  it('sorts a table by the column that is clicked, numbers as numbers', async () => {
    const table = page.locator('table', { hasText: 'means over runs' });
    await table.getByRole('button', { name: 'Throughput (Gbit/s)' }).click();
    const shown = await table.locator('tbody tr td:nth-child(4)').allInnerTexts();
    expect(shown.map(Number)).toEqual(shown.map(Number).sort((a, b) => a - b));
    expect(new Set(shown).size).toBeGreaterThan(8);
  });

  it('draws anew when the reader turns to the dark', async () => {
    const ink = () =>
      page.locator('.chart').first().locator('.role-title-text text').first().getAttribute('fill');
    const before = await ink();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(ink).not.toBe(before);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(ink).toBe(before);
  });

  it('shows text of records as text', async () => {
    expect(await page.title()).toBe('local-tcp');
    expect(await page.getByText(HOSTILE).count()).toBeGreaterThan(0);
  });

  it('makes no request but for itself, and nothing complains', () => {
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^file:/);
    expect(complaints).toEqual([]);
  });
});

/** A small experiment whose texts try to become markup, in the page and in the charts' data. */
function hostileExperiment() {
  const experiment = syntheticExperiment({ pairs: [1, 4], mtu: [1500, 9000], blocks: 3 });
  const header = { ...experiment.header, unavailable: [{ driver: HOSTILE, because: HOSTILE }] };
  const records = experiment.records.map((run) => ({ ...run, warnings: [HOSTILE] }));
  return { ...experiment, header, records };
}

/** Two MTUs and two numbers of pairs for every driver. */
function pointsEach(drivers: string[]): Record<string, number> {
  return Object.fromEntries(drivers.map((driver) => [driver, 4]));
}

/** Points drawn per driver. */
function pointsOf(chart: ReturnType<Page['locator']>): Promise<Record<string, number>> {
  return chart.locator('.mark-symbol.role-mark path').evaluateAll((paths) => {
    const counts: Record<string, number> = {};
    for (const path of paths as unknown as { __data__: { datum: { driver: string } } }[]) {
      const { driver } = path.__data__.datum;
      counts[driver] = (counts[driver] ?? 0) + 1;
    }
    return counts;
  });
}
