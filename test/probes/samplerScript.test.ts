/** sampler.sh as every shell reads it, over a pipe and with this machine's own counters. */
import { execFileSync, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { NodeSampler, SAMPLER_SCRIPT } from '../../src/probes/sampler.js';
import type { Pass } from '../../src/probes/pass.js';

const SHELLS = [['dash'], ['busybox', 'sh'], ['bash', '--posix']];
const present = ([program = '']: string[]): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

/** Starts the sampler in a shell; it ends with its input. */
function start([program = '', ...args]: string[]): NodeSampler {
  const child = spawn(program, [...args, '-c', SAMPLER_SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdout.setEncoding('utf8');
  const closed = new Promise<number>((resolve) => child.on('close', resolve));
  stop = async () => {
    child.stdin.end();
    await closed;
  };
  return new NodeSampler({
    write: (text) => void child.stdin.write(text),
    end: () => void child.stdin.end(),
    onStdout: (listen) => void child.stdout.on('data', listen),
    closed,
  });
}

const ownFiles = (...names: string[]): string[] => names.map((name) => `/proc/${process.pid}/net/${name}`);
const own = (pass: Pass): Record<string, number> => pass.namespaces.get(process.pid)!;

describe.each([['sh'], ...SHELLS.filter(present)].map((shell) => ({ shell })))(
  'in $shell the sampler',
  ({ shell }) => {
    test('tells its priority and the clock', async () => {
      const sampler = start(shell);
      await sampler.begin();
      expect(['own session, SCHED_FIFO', 'own session, traffic at nice 19']).toContain(sampler.priority);
      const now = async (): Promise<number> => (await sampler.pass('clock')).end;
      const [before, after] = [await now(), await now()];
      expect(before).toBeGreaterThan(0);
      expect(after).toBeGreaterThanOrEqual(before);
    });

    test('reads the kinds of passes that were defined, each its own files, in whatever order they are asked for', async () => {
      const sampler = start(shell);
      await sampler.begin();
      await sampler.define('beat', '^[[:space:]]*(eth0|lo):', ownFiles('dev'));
      await sampler.define('edge', '^(Ip|Udp|Tcp|TcpExt|IpExt):.[0-9]|^(cpu|[[:space:]]+[A-Z_]+:)', [
        ...ownFiles('snmp', 'netstat'),
        '/proc/stat',
        '/proc/softirqs',
      ]);
      const edge = await sampler.pass('edge');
      const beat = await sampler.pass('beat');
      expect(beat.devices.get(process.pid)).toHaveProperty('lo.rxBytes');
      expect(beat.namespaces.size).toBe(0);
      expect(edge.devices.size).toBe(0);
      expect(Object.values(own(edge)).every(Number.isFinite)).toBe(true);
      expect(own(edge)).toHaveProperty(['Udp.RcvbufErrors']);
      expect(own(edge)).toHaveProperty(['TcpExt.TCPDSACKOldSent']);
      const { cpu, softirqs } = edge.machines.get(0)!;
      expect(cpu.perCore.length).toBeGreaterThan(0);
      expect(cpu.total!.idle).toBeGreaterThan(0);
      expect(softirqs).toHaveProperty('NET_RX');
      expect(edge.end).toBeGreaterThanOrEqual(edge.begin);
    });

    test('takes a new definition for the old one', async () => {
      const sampler = start(shell);
      await sampler.begin();
      await sampler.define('beat', '^[[:space:]]*lo:', ownFiles('dev'));
      await sampler.define('beat', '^Udp:.[0-9]', ownFiles('snmp'));
      const pass = await sampler.pass('beat');
      expect(pass.devices.size).toBe(0);
      expect(Object.keys(own(pass)).every((name) => name.startsWith('Udp.'))).toBe(true);
    });

    test('passes over a process that is gone', async () => {
      const sampler = start(shell);
      await sampler.begin();
      await sampler.define('beat', '^Udp:.[0-9]', ['/proc/4194305/net/snmp', ...ownFiles('snmp')]);
      expect([...(await sampler.pass('beat')).namespaces.keys()]).toEqual([process.pid]);
    });

    test('tells the states of all threads of a process', async () => {
      const sampler = start(shell);
      await sampler.begin();
      await sampler.define('states', '^[0-9]+[[:space:]][(]', [
        `/proc/${process.pid}/task/*/stat`,
        '/proc/4194305/task/*/stat',
      ]);
      const { states } = await sampler.pass('states');
      expect([...states.keys()]).toEqual([process.pid]);
      expect(states.get(process.pid)).toMatch(/^[SRD]{2,}$/);
    });

    test('sends a signal to all that are still there, and tells the clock just before', async () => {
      const sampler = start(shell);
      await sampler.begin();
      const sleeper = spawn('sleep', ['60'], { stdio: 'ignore' });
      const ended = new Promise((resolve) => sleeper.on('close', (_, signal) => resolve(signal)));
      const before = (await sampler.pass('clock')).end;
      const moment = await sampler.signal('TERM', [4_194_305, sleeper.pid!]);
      expect(await ended).toBe('SIGTERM');
      expect(moment).toBeGreaterThanOrEqual(before);
      expect(moment).toBeLessThanOrEqual((await sampler.pass('clock')).begin);
    });

    test('stops and continues several, though one between them is gone', async () => {
      const sampler = start(shell);
      await sampler.begin();
      const sleepers = [1, 2].map(() => spawn('sleep', ['60'], { stdio: 'ignore' }));
      const pids = sleepers.map(({ pid }) => pid!);
      await sampler.define(
        'states',
        '^[0-9]+[[:space:]][(]',
        pids.map((pid) => `/proc/${pid}/task/*/stat`),
      );
      const readStates = async (): Promise<string> =>
        [...(await sampler.pass('states')).states.values()].join('');
      for (const [name, pattern] of [
        ['STOP', /^TT$/],
        ['CONT', /^[SRD]{2}$/],
      ] as const) {
        await sampler.signal(name, [pids[0]!, 4_194_305, pids[1]!]);
        await expect.poll(readStates).toMatch(pattern);
      }
      for (const sleeper of sleepers) sleeper.kill();
    });

    test('refuses a pattern that its protocol would cut', async () => {
      await expect(start(shell).define('beat', 'a b', [])).rejects.toThrow('a blank ends the pattern a b');
    });

    test('tells the CPU time it has taken', async () => {
      const sampler = start(shell);
      await sampler.begin();
      const seconds = await sampler.cpuSeconds();
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(5);
    });
  },
);
