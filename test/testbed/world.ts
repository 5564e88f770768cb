/**
 * A small machine of its own for every test: network, mount and PID namespaces with a device, an address, routes and
 * a small disk, in which the real binary runs. When a test is over the machine must be as it was, or the test fails.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test as plainTest, vi } from 'vitest';
import type { Experiment } from '../../src/results/read.js';
import { experimentIn, PATH, startBench, type Bench, type Place, type Programs } from './bench.js';

export const ROOT = process.getuid?.() === 0;

/** Finished or killed, a run must have left nothing after so many milliseconds. */
const CLEAN_WITHIN = 10_000;

/**
 * What the first process does; $1 is where the small disk goes. Then it reaps the orphans that fall to it, and a
 * shell that may do anything in here waits for lines.
 */
const BUILD = `
set -e
read -r pid _ </proc/self/stat
mount -t proc proc /proc
mount -t tmpfs -o mode=1777 tmpfs /run
mount -t tmpfs -o mode=1777,size=1m tmpfs "$1"
ip link set lo up
ip link add eth0 mtu 1400 type veth peer name far
for end in eth0 far; do
  ip link set "$end" addrgenmode none
  ip link set "$end" up
done
while ip link | grep -q NO-CARRIER; do sleep 0.05; done
ip addr add 10.0.1.77/16 dev eth0
ip route add default via 10.0.0.254
echo "$pid"
exec 3<&0
sh <&3 &
wait`;

export interface World {
  /** Where the binary runs; empty at first but for the small disk. */
  folder: string;
  /** A disk of 1 MB. */
  disk: string;
  /** Runs a command; its output, or an error if it fails. */
  run: (...argv: string[]) => Promise<string>;
  /** Gives a line to a shell that may do anything in here, also where an ordinary user runs the tests. */
  configure: (line: string) => void;
  /** Starts the binary. */
  bench: (args: string[], programs?: Programs) => Promise<Bench>;
  /** What the only experiment in the usual folder has kept. */
  experiment: () => Promise<Experiment>;
  /** Waits until the machine is as it was at first; an error if that takes longer than 10 s. */
  isAsBefore: () => Promise<void>;
}

/** A test that gets a world, and fails if it leaves that changed. */
export const test = plainTest.extend<{ world: World }>({
  world: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-testbed-'));
    const { world, close } = await openWorld(folder);
    try {
      await use(world);
      await world.isAsBefore();
    } finally {
      await close();
      await rm(folder, { recursive: true });
    }
  },
});

async function openWorld(folder: string): Promise<{ world: World; close: () => Promise<unknown> }> {
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const { enter, configure, close } = await openNamespaces(disk);
  const run: World['run'] = async (...argv) => (await execa(...enter(argv), { env: { PATH } })).stdout;
  const before = await portrait(run);
  const world: World = {
    folder,
    disk,
    run,
    configure,
    bench: (args, programs = {}) => startBench({ folder, enter, run }, args, programs),
    experiment: () => experimentIn(join(folder, 'results')),
    isAsBefore: () =>
      vi.waitFor(async () => expect(await portrait(run)).toEqual(before), {
        timeout: CLEAN_WITHIN,
        interval: 200,
      }),
  };
  return { world, close };
}

interface Namespaces extends Pick<World, 'configure'>, Pick<Place, 'enter'> {
  close: () => Promise<unknown>;
}

/** Opens the namespaces. An ordinary user stays one in them: only what sets them up is privileged. */
async function openNamespaces(disk: string): Promise<Namespaces> {
  const user = ROOT ? [] : ['--user', '--map-current-user', '--keep-caps'];
  const namespaces = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
  const keeper = execa('unshare', [...user, ...namespaces, 'sh', '-c', BUILD, 'sh', disk], { env: { PATH } });
  const pid = await new Promise<string>((resolve, reject) => {
    keeper.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    keeper.catch(reject);
  });
  const owner = ROOT ? [] : ['--user', '--preserve-credentials'];
  const target = ['--target', pid, ...owner, '--net', '--mount', '--pid', '--'];
  return {
    enter: (argv) => ['nsenter', [...target, ...argv]],
    configure: (line) => void keeper.stdin.write(`${line}\n`),
    close: () => {
      keeper.stdin.end();
      return keeper;
    },
  };
}

/** Names of all processes but the shell that looks. */
const PROCESSES = `
for process in /proc/[0-9]*; do
  [ "$process" != "/proc/$$" ] && read -r _ name _ <"$process/stat" && echo "$name"
done 2>/dev/null; true`;

/** Everything that a run could have left or changed. */
async function portrait(run: World['run']): Promise<Record<string, string>> {
  const shell = (script: string): Promise<string> => run('sh', '-c', script);
  return {
    devices: await run('ip', '-details', 'addr'),
    routes: await run('ip', 'route', 'show', 'table', 'all'),
    rules: await run('ip', 'rule'),
    processes: await shell(PROCESSES),
    namespaces: await shell('readlink /proc/[0-9]*/ns/* | sort -u'),
    files: await shell('find /run -mindepth 1'),
    mounts: await shell('cat /proc/1/mountinfo'),
    sysctls: await shell("grep -rs '' /proc/sys/net; true"),
  };
}
