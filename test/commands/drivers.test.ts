import { expect, test } from 'vitest';
import { drivers, type DriverRow } from '../../src/commands/drivers.js';
import type { ExecOptions, ExecResult, Node } from '../../src/nodes/node.js';

/** What `ip -force -batch` says where each line that makes a link of a kind is refused. */
function refuse(input: string, linkType: string): ExecResult {
  const refused = input
    .split('\n')
    .flatMap((line, at) => (line.includes(` type ${linkType}`) ? [`Command failed -:${at + 1}\n`] : []));
  const stderr = refused.map((line) => `Error: Unknown device type.\n${line}`).join('');
  return { code: refused.length > 0 ? 1 : 0, stdout: '', stderr };
}

/** A node whose kernel has every kind of link but one. */
function nodeWithout(linkType: string): Node {
  return {
    name: 'local',
    remote: false,
    exec: (argv: string[], { input }: ExecOptions = {}): Promise<ExecResult> =>
      Promise.resolve(
        input === undefined
          ? { code: 0, stdout: argv[0] === 'id' ? '0\n' : '', stderr: '' }
          : refuse(input, linkType),
      ),
    close: () => Promise.resolve(),
    spawn: () => {
      throw new Error('nothing is to be spawned');
    },
  };
}

async function rowsWithout(linkType: string): Promise<Map<string, DriverRow>> {
  const { text } = await drivers({ node: nodeWithout(linkType), json: true });
  const rows = (JSON.parse(text) as { drivers: DriverRow[] }).drivers;
  return new Map(rows.map((row) => [row.id, row]));
}

test('a driver whose kind of link the kernel lacks is unavailable, with what the kernel said', async () => {
  const rows = await rowsWithout('ipvlan');
  expect(rows.get('ipvlan:l2')!.available).toMatch(/ipvlan mode l2 bridge .*Unknown device type/);
  expect(rows.get('macvlan:bridge')!.available).toBe(true);
});

test('a driver that needs two kinds of link is unavailable without the second', async () => {
  const rows = await rowsWithout('bridge');
  expect(rows.get('veth:bridge')!.available).toMatch(/bridge/);
  expect(rows.get('veth:direct')!.available).toBe(true);
});

test('what pairs on one node can not do is told whatever the kernel has', async () => {
  const { text, exitCode } = await drivers({ node: nodeWithout('nothing'), json: false });
  expect(text).toMatch(/^ {2}macvlan:private +not measurable on one node: private keeps/m);
  expect(text).toMatch(/^ {2}veth:bridge +available \(veth, bridge\), up to 511 pairs: .*BR_MAX_PORTS/m);
  expect(text).toMatch(/^ {2}host +available \(CONFIG_TASK_IO_ACCOUNTING\)$/m);
  expect(exitCode).toBe(0);
});
