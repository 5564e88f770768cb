import { describe, expect, test } from 'vitest';
import { failureOf, load, minimal, scenarioFile } from './help.js';

/** What a refusal shows, without the file's path. */
async function shownFor(text: string): Promise<string> {
  const path = await scenarioFile(text);
  const { reason, detail } = await failureOf(load(path));
  expect(reason).toBe('scenario');
  return (detail ?? '').replaceAll(`${path}:`, '');
}

describe('a mistake in a scenario file is shown at its line and column, with the text under it', () => {
  const whole = 'a whole number from 1';
  test.each([
    ['pairs: [1, 2.5]', '4:12: pairs[1] must be a whole number from 1, not 2.5', '           ^~~'],
    ['pairs: -4', `4:8: pairs must be ${whole}, not -4`, '       ^~'],
    ['pairs: 0', `4:8: pairs must be ${whole}, not 0`, '       ^'],
    ['pairs: many', `4:8: pairs must be ${whole}, not "many"`, '       ^~~~'],
    ['pairs: []', '4:8: pairs must have at least one value', '       ^~'],
    ['pairs: [2, 2]', '4:12: pairs[1] is given twice: 2', '           ^'],
    ['pairs:', `4:1: pairs must be ${whole}, not nothing`, '^~~~~'],
    ['mtu: 67', '4:6: mtu must be a whole number from 68 to 65535, not 67', '     ^~'],
    [
      'duration: 10',
      '4:11: duration must be a time with its unit, such as 500ms, 1s, 10m or 8h, not 10',
      '          ^~',
    ],
    [
      'duration: 10sec',
      '4:11: duration must be a time with its unit, such as 500ms, 1s, 10m or 8h, not "10sec"',
      '          ^~~~~',
    ],
    ['duration: 0s', '4:11: duration must be more than 0 seconds, not 0', '          ^~'],
    [
      'repeat: 0',
      '4:9: repeat must be a number of blocks from 1, or min, max, precision and budget, not 0',
      '        ^',
    ],
    ['repeat: {mim: 3}', '4:10: repeat.mim is not a known key; did you mean min?', '         ^~~'],
    ['repeat: {min: 31}', '4:9: repeat must have a min that is not above its max', '        ^~~~~~~~~'],
    [
      'repeat: {precision: 3}',
      '4:21: repeat.precision must be a share from 0% to 100%, such as 2.5% or 0.025, not 3',
      '                    ^',
    ],
    ['limits: {stael: 1%}', '4:10: limits.stael is not a known key; did you mean steal?', '         ^~~~~'],
    ['driver: veth', '4:1: driver is not a known key; did you mean drivers?', '^~~~~~'],
    ['zzz: veth', '4:1: zzz is not a known key', '^~~'],
    ['drivers: [host, vet]', '4:17: drivers[1] is no driver: nobody knows vet', '                ^~~'],
    ["drivers: ['']", '4:11: drivers[0] must be a driver such as veth or ipvlan:l3, not ""', '          ^~'],
    [
      'drivers: [veth, veth:bridge]',
      '4:17: drivers[1] is given twice: "veth:bridge"',
      '                ^~~~~~~~~~~',
    ],
    [
      'placement: splitt',
      '4:12: placement must be one of none, same-core, split, numa-local, not "splitt"; did you mean split?',
      '           ^~~~~~',
    ],
    ['udp_length: fit', '4:1: udp_length does not apply to tcp: leave it out', '^~~~~~~~~~'],
    ['claims: [T1]', '4:10: claims[0] must be the id of a claim such as S1, not "T1"', '         ^~'],
    ['name: other', '4:1: Map keys must be unique', '^'],
    [
      'profiles: {q: {pears: 1}}',
      '4:16: profiles.q.pears is not a known key; did you mean pairs?',
      '               ^~~~~',
    ],
    ['profiles: {q: {name: x}}', '4:16: profiles.q.name is not a known key', '               ^~~~'],
    [
      'profiles: {My: {}}',
      '4:12: profiles.My must be lower-case letters, digits and dashes, not "My"',
      '           ^~',
    ],
    [
      'profiles: {q: {udp_length: 1}}',
      '4:16: profiles.q.udp_length does not apply to tcp: leave it out',
      '               ^~~~~~~~~~',
    ],
  ])('%s', async (line, problem, squiggle) => {
    const [shownProblem, shownLine, shownSquiggle] = (await shownFor(minimal(`${line}\n`))).split('\n');
    expect(shownProblem).toBe(problem);
    expect(shownLine).toBe(`    ${line}`);
    expect(shownSquiggle).toBe(`    ${squiggle}`);
  });

  test.each([
    ['udp_length: 65508', "udp_length must be 'fit' or a whole number from 1 to 65507, not 65508"],
    ['udp_length: [fit, fat]', `udp_length[1] must be 'fit' or a whole number from 1 to 65507, not "fat"`],
    ['congestion_control: bbr', 'congestion_control does not apply to udp: leave it out'],
  ])('%s of a UDP scenario', async (line, problem) =>
    expect(await shownFor(minimal(`${line}\n`, 'udp'))).toContain(problem),
  );

  test.each([
    ['nothing at all', '', '1:1: a scenario must be keys with values'],
    ['an empty line', '\n', '1:1: a scenario must be keys with values'],
    ['a word', 'hello', '1:1: a scenario must be keys with values, each as `key: value`, not "hello"'],
    ['something that is not YAML', 'name: [a\ntopology: local\n', '2:1: Flow sequence'],
    ['tabs for indentation', 'repeat:\n\tmin: 3\n', '2:1: Tabs are not allowed as indentation'],
    ['two documents', 'name: a\n---\nname: b\n', '2:1: Source contains multiple documents'],
    [
      'a key that is missing',
      'name: a\nprotocol: tcp\n',
      '1:1: topology is missing: it must be one of local, switched',
    ],
    [
      'a name that is no folder’s name',
      minimal().replace('mine', '../x'),
      '1:7: name must be lower-case letters',
    ],
  ])('%s', async (_, text, problem) => expect(await shownFor(text)).toContain(problem));

  test('aliases that multiply without bounds', async () => {
    const level = (name: string, of: string): string =>
      `${name}: &${name} [${Array(9).fill(of).join(', ')}]\n`;
    const bomb = level('a', 'x') + level('b', '*a') + level('c', '*b') + level('d', '*c');
    expect(await shownFor(bomb)).toContain('Excessive alias count');
  });

  test('all of them at once, each once, in the order of the file', async () => {
    const shown = await shownFor(
      'name: mine\ntopology: lokal\npairs: [0, 1e30]\ndrivers: [vet]\nprotocol: tcp\nudp_length: 1\nprofiles:\n  q: {mtu: 1, driver: x}\n',
    );
    const places = shown.split('\n').flatMap((line) => /^\d+:\d+: \S+/.exec(line)?.[0] ?? []);
    expect(places).toEqual([
      '2:11: topology',
      '3:9: pairs[0]',
      '3:12: pairs[1]',
      '4:11: drivers[0]',
      '6:1: udp_length',
      '8:12: profiles.q.mtu',
      '8:15: profiles.q.driver',
    ]);
  });
});
