/** A report's files: Markdown and HTML for people, CSV and Vega-Lite for machines, pictures for both. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compose, looks } from './compose.js';
import { flowsCsv, nodesCsv, runsCsv, type RunRow } from './csv.js';
import { chartsOf, type Chart } from './document.js';
import { drawPng, drawSvg } from './draw.js';
import { renderHtml } from './html.js';
import { renderMarkdown } from './markdown.js';
import type { ReportModel } from './model.js';
import { claimsCsv, summaryCsv } from './summary-csv.js';

/** Writes all files of a report into a folder, over those of an earlier report. */
export async function writeReport(model: ReportModel, folder: string): Promise<void> {
  const document = compose(model);
  await mkdir(join(folder, 'charts'), { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'report.md'), renderMarkdown(document)),
    writeFile(join(folder, 'index.html'), await renderHtml(document, looks(model))),
    writePieces(join(folder, 'summary.csv'), summaryCsv(model)),
    writePieces(join(folder, 'claims.csv'), claimsCsv(model)),
    writePieces(join(folder, 'runs.csv'), runsCsv(runRows(model))),
    writePieces(join(folder, 'flows.csv'), flowsCsv(runRows(model))),
    ...(severalNodes(model) ? [writePieces(join(folder, 'nodes.csv'), nodesCsv(runRows(model)))] : []),
    ...chartsOf(document).map((chart) => writeChart(chart, join(folder, 'charts'))),
  ]);
}

async function writeChart({ id, spec }: Chart, folder: string): Promise<void> {
  const svg = await drawSvg(spec);
  await Promise.all([
    writeFile(join(folder, `${id}.vl.json`), `${JSON.stringify(spec, null, 1)}\n`),
    writeFile(join(folder, `${id}.svg`), svg),
    drawPng(svg).then((png) => writeFile(join(folder, `${id}.png`), png)),
  ]);
}

/** Streams text, so that a large file is never whole in memory. */
async function writePieces(path: string, pieces: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(pieces), createWriteStream(path));
}

/** Of a single node, runs.csv tells all. */
function severalNodes({ experiments }: ReportModel): boolean {
  return experiments.some(({ header }) => header.environments.length > 1);
}

function* runRows({ experiments }: ReportModel): Generator<RunRow> {
  for (const { header, records, counted } of experiments) {
    const entering = new Set(counted);
    for (const run of records) yield { experiment: header.id, run, counted: entering.has(run) };
  }
}
