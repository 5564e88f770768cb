import { describe, expect, test } from 'vitest';
import { parseOverrides } from '../../src/scenario/overrides.js';
import { packagedScenarios } from '../../src/scenario/find.js';
import { failureOf, load, minimal, scenarioFile } from './help.js';

const DOUBLING = [1, 2, 4, 8, 16, 32, 64, 128];

describe('packaged scenarios', () => {
  test('are found by name', async () => {
    expect(await packagedScenarios()).toEqual(['local-tcp', 'local-udp', 'switched-tcp', 'switched-udp']);
  });

  test.each([
    [
      'quick',
      { pairs: [1, 2, 4], mtu: [1500], omit: 0.5, duration: 1, repeat: { kind: 'fixed', blocks: 3 } },
    ],
    [
      'study',
      { pairs: DOUBLING, mtu: [1500, 9000], omit: 1, duration: 10, repeat: { kind: 'fixed', blocks: 10 } },
    ],
    [
      'reference',
      { pairs: DOUBLING, mtu: [1500, 9000], omit: 0.5, duration: 1, repeat: { kind: 'fixed', blocks: 5 } },
    ],
    ['precise', { repeat: { kind: 'adaptive', min: 10, max: 30, precision: 0.025, budget: 36_000 } }],
  ])('have the profile %s', async (profile, expected) => {
    const drivers = ['host', 'veth:bridge', 'macvlan:bridge', 'ipvlan:l3'];
    const common = { drivers, reference: 'veth:bridge', profile, ...expected };
    for (const topology of ['local', 'switched']) {
      expect(await load(`${topology}-tcp`, { profile })).toMatchObject({
        topology,
        congestionControl: ['cubic'],
        udpLength: [],
        ...common,
      });
      expect(await load(`${topology}-udp`, { profile })).toMatchObject({
        topology,
        congestionControl: [],
        udpLength: ['fit'],
        ...common,
      });
    }
  });

  test('that do not exist are answered with those that do', async () => {
    const { reason, message } = await failureOf(load('local-tpc'));
    expect(reason).toBe('scenario');
    expect(message).toMatch(/no scenario local-tpc.*local-tcp, local-udp.*did you mean local-tcp\?/);
  });
});

describe('a scenario of one’s own', () => {
  test('needs a name, a topology and a protocol only; the rest has defaults', async () => {
    expect(await load(await scenarioFile(minimal()))).toEqual({
      name: 'mine',
      question: '',
      topology: 'local',
      protocol: 'tcp',
      drivers: ['host', 'veth:bridge', 'macvlan:bridge', 'ipvlan:l3'],
      reference: 'host',
      pairs: [1, 2, 4, 8],
      mtu: [1500],
      method: ['concurrent'],
      placement: ['none'],
      congestionControl: ['cubic'],
      udpLength: [],
      omit: 1,
      duration: 10,
      repeat: { kind: 'fixed', blocks: 10 },
      seed: 1,
      retries: 2,
      limits: { crossCheck: 0.02, sampling: 0.1, retransmits: 0.005, steal: 0.05 },
      claims: [],
    });
  });

  test('may write single values where lists are allowed, shares both ways, and adaptive repetition', async () => {
    const path = await scenarioFile(
      minimal(
        'mtu: 9000\npairs: 3\ndrivers: veth\nlimits: {steal: 0.1, sampling: 5%}\nrepeat: {max: 40, budget: 1h}\n',
      ),
    );
    expect(await load(path)).toMatchObject({
      mtu: [9000],
      pairs: [3],
      drivers: ['veth:bridge'],
      limits: { steal: 0.1, sampling: 0.05, crossCheck: 0.02 },
      repeat: { kind: 'adaptive', min: 10, max: 40, precision: 0.025, budget: 3600 },
    });
  });

  test.each(['./nowhere.yaml', 'nowhere.yml', './scenarios/'])(
    'at %s that can’t be read is refused',
    async (path) => {
      const { reason, message } = await failureOf(load(path));
      expect(reason).toBe('scenario');
      expect(message).toContain(path);
    },
  );
});

describe('layers', () => {
  const file = minimal(
    'drivers: [host, veth]\nreference: veth\npairs: 1\nmtu: 9000\nprofiles:\n  p: {pairs: 2, duration: 3s}\n  stray: {reference: macvlan}\n',
  );

  test('flags win over the profile, the profile over the file, the file over defaults', async () => {
    const path = await scenarioFile(file);
    const overrides = parseOverrides({ duration: '4s', blocks: '7', seed: '5' });
    expect(await load(path, { profile: 'p', overrides })).toMatchObject({
      omit: 1,
      mtu: [9000],
      pairs: [2],
      duration: 4,
      repeat: { kind: 'fixed', blocks: 7 },
      seed: 5,
      profile: 'p',
    });
  });

  test('drivers chosen without the reference make the first of them the reference', async () => {
    const overrides = parseOverrides({ drivers: 'macvlan,host' });
    expect(await load(await scenarioFile(file), { overrides })).toMatchObject({
      reference: 'macvlan:bridge',
    });
  });

  test('a reference chosen outside the drivers is shown where it was chosen', async () => {
    const path = await scenarioFile(file);
    const inProfile = await failureOf(load(path, { profile: 'stray' }));
    expect(inProfile).toMatchObject({ reason: 'scenario' });
    expect(inProfile.detail).toContain(
      `${path}:10:22: profiles.stray.reference must be one of the drivers measured`,
    );
    const inFlags = await failureOf(load(path, { overrides: parseOverrides({ reference: 'ipvlan:l3' }) }));
    expect(inFlags).toMatchObject({ reason: 'usage' });
    expect(inFlags.detail).toContain('    --reference ipvlan:l3\n                ^~~~~~~~~');
  });

  test('an unknown profile is answered with those there are', async () => {
    const path = await scenarioFile(file);
    expect(await failureOf(load(path, { profile: 'strai' }))).toMatchObject({
      reason: 'usage',
      message: 'The scenario mine has no profile strai: it has p, stray; did you mean stray?',
    });
    expect(await failureOf(load(path, { profile: 'constructor' }))).toMatchObject({ reason: 'usage' });
    const bare = await scenarioFile(minimal());
    expect((await failureOf(load(bare, { profile: 'p' }))).message).toContain('it has none');
  });
});
