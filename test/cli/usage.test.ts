import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bench, emptyFolder } from './bench.js';

describe('a command line that is wrong ends with exit code 2 and says what is wrong with it', () => {
  test.each([
    ['no command', '', 'No command was given'],
    ['an unknown command', 'rnu', 'Unknown command: rnu'],
    ['an unknown option', 'run local-tcp --paris 1', 'Unknown argument: paris'],
    ['an option without its value', 'run local-tcp --pairs', 'Not enough arguments following: pairs'],
    ['a missing argument', 'run', 'need at least 1'],
    ['an argument too many', 'plan local-tcp more', 'Unknown command: more'],
    ['an unknown choice', 'run local-tcp --progress loud', '"auto", "live", "plain", "json"'],
    ['an unknown scenario', 'run nosuch', 'There are local-tcp, local-udp'],
    ['an unknown profile', 'plan local-tcp --profile qick', 'did you mean quick?'],
    ['an unknown driver', 'plan local-tcp --drivers host,vth', 'did you mean veth?'],
    ['an unknown mode', 'plan local-tcp --drivers ipvlan:l4', '"ipvlan:l4"'],
    ['a negative number of pairs', 'plan local-tcp --pairs -1', 'must be a whole number from 1, not -1'],
    ['half a pair', 'plan local-tcp --pairs 1,1.5', 'must be a whole number from 1, not 1.5'],
    ['no blocks', 'plan local-tcp --blocks 0', 'must be a number of blocks from 1'],
    ['an MTU too small for IPv4', 'plan local-tcp --mtu 67', 'from 68 to 65535, not 67'],
    ['a time without its unit', 'plan local-tcp --duration 5', 'must be a time with its unit'],
    ['an unknown unit', 'plan local-tcp --duration 5y', 'must be a time with its unit'],
    ['more pairs than a bridge has ports', 'plan local-tcp --pairs 2000', 'at most 1023 (BR_MAX_PORTS)'],
    ['a report of nothing', 'report', 'There are no results in results yet'],
    ['a results folder that is none', 'report nosuch', 'nosuch'],
    ['the first of two results folders that is none', 'report nosuch1 nosuch2', 'nosuch1'],
    [
      'a flag that is given twice',
      'plan local-tcp --profile quick --profile study',
      '--profile is given more than once',
    ],
    ['a factor that is given twice', 'plan local-tcp --pairs 1 --pairs 2', '--pairs is given more than once'],
    ['a comparison of nothing', 'compare macvlan veth', 'There are no results in results yet'],
    ['a comparison with no driver', 'compare macvlan vth', 'vth'],
    ['a switched scenario without nodes', 'run switched-tcp', '--nodes node1,node2'],
    ['a switched scenario on one node', 'run switched-tcp --nodes node1', 'two nodes or more'],
    ['a local scenario on two nodes', 'run local-tcp --nodes node1,node2', 'runs on one node'],
    ['a node twice', 'run switched-tcp --nodes node1,node1', 'given twice'],
    ['a node that is no name', 'run switched-tcp --nodes node1,$(id)', '"$(id)"'],
    ['nodes without an uplink', 'run switched-tcp --nodes nowhere1,nowhere2', 'nowhere1 needs an uplink'],
    ['a nodes file that is not there', 'run switched-tcp --nodes a,b --nodes-file no.yaml', 'no.yaml'],
    ['a lab without a verb', 'lab', 'lab takes up, status or down'],
    ['a lab of one node', 'lab up --nodes 1', '--nodes'],
    ['a lab without a unit', 'lab up --rate 10', '--rate'],
  ])('%s', async (_what, line, problem) => {
    const { code, stdout, stderr } = await bench(line.split(' ').filter(Boolean));
    expect(stderr).toContain(problem);
    expect(stderr).toMatch(/^bench: /);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a mistake in a scenario file is shown where it is', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'mine.yaml'), 'name: mine\ntopology: local\nprotocol: tcp\npairs: [1, 0]\n');
    const { code, stderr } = await bench(['run', './mine.yaml'], { cwd });
    expect(stderr).toMatch(/mine\.yaml:4:\d+/);
    expect(stderr).toContain('pairs: [1, 0]');
    expect(code).toBe(2);
  });
});

describe('help', () => {
  test('bench --help names every command and the exit codes', async () => {
    const { code, stdout } = await bench(['--help']);
    const commands = [...stdout.matchAll(/^ {2}bench (\w+)/gm)].map(([, name]) => name);
    expect(commands).toEqual(['run', 'plan', 'report', 'compare', 'doctor', 'drivers', 'lab', 'clean']);
    expect(stdout).toContain('Exit codes: 0 done');
    expect(code).toBe(0);
  });

  test("a command's help shows the factors with their defaults", async () => {
    const { code, stdout } = await bench(['run', '--help']);
    expect(stdout).toMatch(/--pairs .*\(default: 1, 2, 4, 8\)/);
    expect(stdout).toMatch(/--congestion-control .*\(default: cubic\)/);
    expect(code).toBe(0);
  });

  test("bench --version is the package's", async () => {
    const { stdout } = await bench(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
