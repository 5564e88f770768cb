import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fingerprint, hostKeyOf, knownKeys, knownName } from '../../src/nodes/ssh/knownHosts.js';
import type { SshSettings } from '../../src/nodes/ssh/settings.js';
import { Trust } from '../../src/nodes/ssh/trust.js';

/** A public key as it goes over the wire: its type and something else, each behind its length. */
function blobOf(type: string, content: string): Buffer {
  return Buffer.concat(
    [type, content].flatMap((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      return [length, Buffer.from(text)];
    }),
  );
}

const ED = blobOf('ssh-ed25519', 'the right one');
const EC = blobOf('ecdsa-sha2-nistp256', 'the other right one');
const WRONG = blobOf('ssh-ed25519', 'a wrong one');
const line = (names: string, blob: Buffer): string =>
  `${names} ${hostKeyOf(blob).type} ${blob.toString('base64')}\n`;

/** The lines that speak of a name. */
const linesFor = (name: string, text: string): string[] =>
  knownKeys('f', text, name).map(({ place }) => place);

describe('a line of known_hosts', () => {
  test.each([
    ['its name', 'node1', 'node1', true],
    ['its name among others', 'a,node1,b', 'node1', true],
    ['its name in capitals', 'Node1', 'node1', true],
    ['another name', 'node2', 'node1', false],
    ['a name that begins so', 'node11', 'node1', false],
    ['its name at another port', '[node1]:2222', 'node1', false],
    ['its name at its port', '[node1]:2222', '[node1]:2222', true],
    ['its name at every port', '[node1]:*', '[node1]:2222', true],
    ['a pattern of any text', '*.rack.test', 'node1.rack.test', true],
    ['a pattern in which a dot is a dot', '*.rack.test', 'node1-rack.test', false],
    ['a pattern of one character', 'node?', 'node1', true],
    ['a pattern of one character for two', 'node?', 'node12', false],
    ['a pattern and its negation', '*,!node1', 'node1', false],
    ['a pattern and the negation of another', '*,!node2', 'node1', true],
    ['an address', '192.0.2.11', '192.0.2.11', true],
    ['an IPv6 address at a port', '[2001:db8::1]:2222', '[2001:db8::1]:2222', true],
  ])('with %s', (_, names, name, speaks) => {
    expect(linesFor(name, line(names, ED))).toEqual(speaks ? ['f:1'] : []);
  });

  test('may have its name hashed', () => {
    // Made by `ssh-keygen -H` of OpenSSH 9.2 from `[192.0.2.11]:2222`.
    const hashed = '|1|XdOE7PGoDpc0AfCS5oIGGQk+x00=|uBMN2IaiBJkhKyc/H7TMFDZKg7Y=';
    expect(linesFor('[192.0.2.11]:2222', line(hashed, ED))).toEqual(['f:1']);
    expect(linesFor('192.0.2.11', line(hashed, ED))).toEqual([]);
    const salt = Buffer.from('some salt of any').toString('base64');
    const hash = createHmac('sha1', Buffer.from(salt, 'base64')).update('node1').digest('base64');
    expect(linesFor('node1', line(`|2|${salt}|${hash}`, ED))).toEqual([]);
  });

  test('is told by its place; comments, blanks and nonsense say nothing', () => {
    const text = `# node1 a comment\n\nnode1\nnode1 ssh-ed25519\n\t${line('node1', ED)}@else ${line('node1', EC)}@revoked ${line('node1', EC)}`;
    expect(knownKeys('f', text, 'node1')).toEqual([
      { ...hostKeyOf(ED), marker: undefined, place: 'f:5' },
      { ...hostKeyOf(EC), marker: 'revoked', place: 'f:7' },
    ]);
  });
});

test('a host is known by its name alone at port 22, and with its port at others', () => {
  expect(knownName('node1', 22)).toBe('node1');
  expect(knownName('node1', 2222)).toBe('[node1]:2222');
});

test('a fingerprint is as ssh-keygen shows it', () => {
  // `ssh-keygen -lf` of OpenSSH 9.2.
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAINUfmuzv32VpkXr0TYFWun9S1Jq574i6ukcEemgvQ4+j';
  expect(fingerprint(Buffer.from(key, 'base64'))).toBe('SHA256:BpLfIMC2oT9QLW5p0OTq+g+94hTyQYUohYC1jSJzx3M');
});

describe('a host', () => {
  const settings = (more: Partial<SshSettings> = {}): SshSettings => ({
    name: 'node1',
    host: 'rack',
    port: 2222,
    user: 'root',
    identityFiles: [],
    identitiesOnly: false,
    certificateFiles: [],
    knownHostsFiles: ['/own/known_hosts', '/etc/known_hosts'],
    connectTimeout: 10,
    way: { kind: 'direct' },
    ...more,
  });
  const trust = (text: string, more?: Partial<SshSettings>): Trust =>
    Trust.from(settings(more), [{ file: '/own/known_hosts', text }]);
  const NAME = '[rack]:2222';

  test.each([
    ['at its port', line(NAME, ED), {}],
    ['by its name alone, where its port is not known', line('rack', ED), {}],
    [
      'by its name alone, beside a line that revokes others',
      `@revoked ${line('*', WRONG)}` + line('rack', ED),
      {},
    ],
    ['by its HostKeyAlias, whatever its port', line('alias', ED), { hostKeyAlias: 'alias' }],
    ['by one of several keys', line(NAME, EC) + line(NAME, ED), {}],
  ])('is trusted if it is known %s', (_, text, more) => {
    expect(trust(text, more).refusal(ED)).toBeUndefined();
  });

  test('that is unknown is refused, with the line that would accept it', () => {
    const refusal = trust(line('other', ED)).refusal(ED);
    expect(refusal).toBe(
      `node1 showed the ssh-ed25519 host key ${fingerprint(ED)}, which isn't known: if that is its key by another source, ` +
        `this line in /own/known_hosts accepts it:\n${line(NAME, ED).trim()}`,
    );
    const accepted = refusal?.split('\n').at(-1) ?? '';
    expect(trust(accepted).refusal(ED)).toBeUndefined();
  });

  test('with another key is refused, with the place of the one that is known', () => {
    const refusal = trust(`# first line\n${line(NAME, ED)}`).refusal(WRONG);
    expect(refusal).toContain(fingerprint(WRONG));
    expect(refusal).toContain('it is known by another key at /own/known_hosts:2 (ssh-ed25519)');
    expect(refusal).toContain(line(NAME, WRONG).trim());
  });

  test('with a known key at its name does not count where its port is known', () => {
    expect(trust(line(NAME, ED) + line('rack', WRONG)).refusal(WRONG)).toContain('another key');
  });

  test('with a revoked key is refused, though that is known', () => {
    const refusal = trust(line(NAME, ED) + `@revoked ${line('*', ED)}`).refusal(ED);
    expect(refusal).toContain('/own/known_hosts:2 revokes');
    expect(refusal).not.toContain('accepts');
  });

  test('that is known by certificate only is refused, and that is said', () => {
    expect(trust(`@cert-authority ${line('*', EC)}`).refusal(ED)).toContain(
      '/own/known_hosts:1 trusts it by certificate only',
    );
  });

  test('is asked for known keys first, then for any that can be checked', () => {
    expect(trust(line(NAME, EC)).algorithms).toEqual([
      'ecdsa-sha2-nistp256',
      'ssh-ed25519',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
    expect(trust(line(NAME, blobOf('sk-ssh-ed25519@openssh.com', 'x'))).algorithms[0]).toBe('ssh-ed25519');
    expect(trust(`@revoked ${line(NAME, EC)}`).algorithms[0]).toBe('ssh-ed25519');
  });
});
