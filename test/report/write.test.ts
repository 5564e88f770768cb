import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportModel } from '../../src/report/model.js';
import { writeReport } from '../../src/report/write.js';
import { syntheticExperiment } from './fixture.js';

test('the figures of several nodes have a table of their own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-write-'));
  try {
    const nodes = ['node1', 'node2'];
    const experiment = syntheticExperiment({
      topology: 'switched',
      nodes,
      pairs: [1],
      mtu: [1500],
      blocks: 1,
    });
    await writeReport(reportModel([experiment]), folder);
    // A header, and two nodes in each of four drivers' runs.
    const lines = (await readFile(join(folder, 'nodes.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(1 + 2 * 4);
  } finally {
    await rm(folder, { recursive: true });
  }
});
