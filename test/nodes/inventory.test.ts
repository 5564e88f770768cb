import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BenchError, type Failure } from '../../src/failures.js';
import { resolveNodes, type NodeSpec } from '../../src/nodes/inventory.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-nodes-'));
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'config'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Writes a nodes file below the test's folder; its path. */
async function write(path: string, text: string): Promise<string> {
  const file = join(folder, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** Resolves names where nothing is but what the test wrote. */
const resolve = (names: string[], nodesFile?: string): Promise<NodeSpec[]> =>
  resolveNodes(names, { nodesFile, folder, labs: join(folder, 'labs') });

async function failureOf(names: string[], nodesFile?: string): Promise<Failure> {
  const error: unknown = await resolve(names, nodesFile).catch((thrown: unknown) => thrown);
  if (!(error instanceof BenchError)) throw error;
  return error.failure;
}

/** A nodes file whose nodes are told apart by their host. */
const naming = (host: string, ...names: string[]): string =>
  `nodes:\n${names.map((name) => `  ${name}: {host: ${host}}\n`).join('')}`;

describe('a node of a file', () => {
  test('has all that the file says, paths from the folder of the file', async () => {
    const file = await write(
      'rack/nodes.yaml',
      `nodes:
  node1:
    host: 192.0.2.11
    port: 2201
    user: bench
    identity_file: ~/.ssh/id with spaces
    known_hosts: ./known_hosts
    proxy_command: [nsenter, --net=/run/netns/node1, sshd, -i, $(touch x)]
    uplink: eth1
    uplink_mode: shared
    rate_cap: 500mbit
    data_address: 192.168.50.1/24
    placement: servers
    sudo: true
    labels: { rack: a, row: 7, 'any "text"': "$(touch x)\\n" }
    emulated: true
`,
    );
    expect(await resolve(['node1'], file)).toEqual([
      {
        name: 'node1',
        destination: '192.0.2.11',
        port: 2201,
        user: 'bench',
        identityFile: join(homedir(), '.ssh/id with spaces'),
        knownHostsFile: join(folder, 'rack/known_hosts'),
        proxyCommand: ['nsenter', '--net=/run/netns/node1', 'sshd', '-i', '$(touch x)'],
        uplink: 'eth1',
        uplinkMode: 'shared',
        rateCap: 5e8,
        dataAddress: '192.168.50.1/24',
        placement: 'servers',
        sudo: true,
        labels: { rack: 'a', row: '7', 'any "text"': '$(touch x)\n' },
        emulated: true,
      },
    ]);
  });

  test('that says nothing is reached by its name, as any SSH destination', async () => {
    const file = await write('nodes.yaml', 'nodes: {node1: {}}');
    const [fromFile] = await resolve(['node1'], file);
    const plain = { destination: 'node1', sudo: false, labels: {}, emulated: false };
    expect(fromFile).toEqual({ name: 'node1', ...plain });
    const [destination] = await resolve(['bench@192.0.2.1']);
    expect(destination).toEqual({ ...plain, name: 'bench@192.0.2.1', destination: 'bench@192.0.2.1' });
  });
});

describe('a name is looked up', () => {
  const hosts = async (names: string[], file?: string): Promise<string[]> =>
    (await resolve(names, file)).map(({ destination }) => destination);

  test('in the given file, in ./nodes.yaml, in labs, in the configuration, and else is a destination', async () => {
    const given = await write('given.yaml', naming('given', 'a'));
    await write('nodes.yaml', naming('folder', 'a', 'b'));
    await write('labs/lab1/nodes.yaml', naming('lab', 'a', 'b', 'c'));
    await write('config/bench/nodes.yaml', naming('configuration', 'a', 'b', 'c', 'd'));
    expect(await hosts(['e', 'd', 'c', 'b', 'a'], given)).toEqual([
      'e',
      'configuration',
      'lab',
      'folder',
      'given',
    ]);
    expect(await hosts(['a'])).toEqual(['folder']);
  });

  test('in all labs, and refused if it is in two', async () => {
    await write('labs/one/nodes.yaml', naming('one', 'node1', 'node2'));
    await write('labs/two/nodes.yaml', naming('two', 'node1', 'node3'));
    await mkdir(join(folder, 'labs/empty'));
    expect(await hosts(['node2', 'node3'])).toEqual(['one', 'two']);
    const { reason, message } = await failureOf(['node1']);
    expect(reason).toBe('usage');
    expect(message).toContain(join(folder, 'labs/one/nodes.yaml'));
    expect(message).toContain(`${join(folder, 'labs/two/nodes.yaml')}: choose one by --nodes-file`);
  });

  test('in no file that has no say any more, though it has mistakes', async () => {
    await write('nodes.yaml', naming('folder', 'a'));
    await write('config/bench/nodes.yaml', 'nodes: 3');
    expect(await hosts(['a'])).toEqual(['folder']);
    expect((await failureOf(['b'])).message).toContain('config/bench/nodes.yaml has a mistake');
  });
});

describe('a name is refused', () => {
  test.each([
    ['that is an option', '-oProxyCommand=touch x'],
    ['that is empty', ''],
    ['with a space', 'node 1'],
    ['with quotes', `"node1'`],
    ['with a command substitution', '$(touch x)'],
    ['with backquotes', '`touch x`'],
    ['with a new line', 'node1\ntouch x'],
    ['with a new line at its end', 'node1\n'],
    ['with a semicolon', 'node1;touch x'],
    ['with a NUL', 'node1\0'],
  ])('%s', async (_, name) => {
    const { reason, message } = await failureOf([name]);
    expect(reason).toBe('usage');
    expect(message).toContain(JSON.stringify(name));
  });

  test('that is given twice, and none at all', async () => {
    expect(await failureOf(['a', 'b', 'a'])).toEqual({
      reason: 'usage',
      message: 'the node a is given twice: name each once',
    });
    expect((await failureOf([])).reason).toBe('usage');
  });

  test('with a file that does not exist', async () => {
    expect(await failureOf(['a'], join(folder, 'none.yaml'))).toEqual({
      reason: 'usage',
      message: `there is no nodes file ${join(folder, 'none.yaml')}`,
    });
  });
});

describe('a mistake in a nodes file is shown where it is', () => {
  test.each([
    ['host: -oX', '3:11: nodes.n.host must be a host name, an address or user@host, not "-oX"'],
    [
      'host: "$(touch x)"',
      '3:11: nodes.n.host must be a host name, an address or user@host, not "$(touch x)"',
    ],
    ['host: "a\\nb"', '3:11: nodes.n.host must be a host name, an address or user@host, not "a\\nb"'],
    ['user: a b', '3:11: nodes.n.user must be a user name, not "a b"'],
    ['port: 0', '3:11: nodes.n.port must be a whole number from 1 to 65535, not 0'],
    ['proxy_command: nc %h', '3:20: nodes.n.proxy_command must be a list of words such as'],
    ['proxy_command: []', '3:20: nodes.n.proxy_command must be a list of words such as'],
    [
      'uplink: "eth1; reboot"',
      '3:13: nodes.n.uplink must be the name of a network device, not "eth1; reboot"',
    ],
    ['uplnk: eth1', '3:5: nodes.n.uplnk is not a known key; did you mean uplink?'],
    [
      'uplink_mode: shard',
      '3:18: nodes.n.uplink_mode must be one of moved, shared, not "shard"; did you mean shared?',
    ],
    ['rate_cap: 0mbit', '3:15: nodes.n.rate_cap must be a number from 1mbit to 400gbit with a unit of tc'],
    ['rate_cap: 500000000', '3:15: nodes.n.rate_cap must be text, not 500000000'],
    [
      'data_address: 192.168.50.1',
      '3:19: nodes.n.data_address must be an IPv4 address with the length of its prefix',
    ],
    ['data_address: 192.168.50.300/24', '3:19: nodes.n.data_address must be an IPv4 address'],
    [
      'placement: server',
      '3:16: nodes.n.placement must be one of servers, clients, not "server"; did you mean',
    ],
    ['sudo: maybe', '3:11: nodes.n.sudo must be true or false, not "maybe"'],
    ['labels: [a]', '3:13: nodes.n.labels must be keys with values'],
    ['identity_file: ""', '3:20: nodes.n.identity_file must be a path, not ""'],
  ])('%s', async (line, problem) => {
    const file = await write('nodes.yaml', `nodes:\n  n:\n    ${line}\n`);
    const { reason, message, detail = '' } = await failureOf(['n'], file);
    expect({ reason, message }).toEqual({ reason: 'usage', message: `${file} has a mistake:` });
    expect(detail).toContain(`${file}:${problem}`);
    expect(detail.split('\n')[1]?.trim()).toBe(line);
    expect(detail.split('\n')[2]).toMatch(/^ +\^~*$/);
  });

  test.each([
    ['nothing', '', ':1:1: a nodes file must be keys with values'],
    ['no nodes', 'node1: {}', ':1:1: node1 is not a known key; did you mean nodes?'],
    ['a name that is none', 'nodes: {"a b": {}}', ':1:9: nodes.a b must be letters, digits, dots'],
    ['a node without keys', 'nodes: {a: }', ':1:9: nodes.a must be keys with values'],
    ['no YAML', 'nodes: [', ':1:9: '],
  ])('%s', async (_, text, problem) => {
    const file = await write('nodes.yaml', text);
    const { reason, detail } = await failureOf(['n'], file);
    expect(reason).toBe('usage');
    expect(detail).toContain(file + problem);
  });
});
