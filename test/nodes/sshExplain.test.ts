import { describe, expect, test } from 'vitest';
import { explain, type Attempt } from '../../src/nodes/ssh/explain.js';
import type { Way } from '../../src/nodes/ssh/settings.js';

const attempt = (more: Partial<Attempt> = {}, way: Way = { kind: 'direct' }): Attempt => ({
  settings: {
    name: 'node1',
    host: '192.0.2.1',
    port: 2222,
    user: 'bench',
    identityFiles: [],
    identitiesOnly: false,
    certificateFiles: [],
    knownHostsFiles: [],
    connectTimeout: 7,
    way,
  },
  identities: { usable: [], unusable: [], missing: [] },
  tried: ['/keys/a (SHA256:a)', 'b of the agent (SHA256:b)'],
  ...more,
});

const error = (message: string, level?: string): Error => Object.assign(new Error(message), { level });
const authentication = error('All configured authentication methods failed', 'client-authentication');

describe('a host that cannot be reached is a lost connection, and told with', () => {
  test('its address and the error', () => {
    expect(explain(error('connect ECONNREFUSED 192.0.2.1:2222', 'client-socket'), attempt())).toEqual({
      reason: 'connection-lost',
      message: "node1 can't be reached at 192.0.2.1 port 2222: connect ECONNREFUSED 192.0.2.1:2222",
    });
  });

  test('the time that it was given', () => {
    expect(explain(error('Timed out while waiting for handshake'), attempt()).message).toBe(
      "node1 can't be reached at 192.0.2.1 port 2222: nothing answered within 7 s",
    );
  });

  test('the program on the way and what that said', () => {
    const way: Way = { kind: 'program', argv: ['nc', 'a b'] };
    const { message, detail } = explain(
      error('Connection lost before handshake'),
      attempt({ complaint: 'nc: no route' }, way),
    );
    expect(message).toBe(`node1 can't be reached by ["nc","a b"]: Connection lost before handshake`);
    expect(detail).toBe('nc: no route');
  });
});

describe('a user who is not let in is told', () => {
  test.each<[string, Partial<Attempt>, Error, string]>([
    [
      'which keys were shown for whom',
      {},
      authentication,
      'node1 did not let in bench: the keys shown were /keys/a (SHA256:a), b of the agent (SHA256:b); one must be in authorized_keys of bench there',
    ],
    [
      'which keys could not be',
      {
        identities: {
          usable: [],
          unusable: ['/keys/c is encrypted', '/keys/d is a certificate'],
          missing: [],
        },
      },
      authentication,
      '; /keys/c is encrypted; /keys/d is a certificate;',
    ],
    [
      'that no key is taken',
      { methods: ['password', 'hostbased'] },
      authentication,
      'it takes no keys, only password, hostbased',
    ],
    [
      'that a key is not enough',
      { methods: ['password'], isPartial: true },
      authentication,
      'beyond a key it wants password',
    ],
    [
      'that there were too many',
      {},
      error('Too many authentication failures'),
      'it takes no more tries: name the right one by identity_file',
    ],
  ])('%s', (_, more, problem, told) => {
    const { reason, message } = explain(problem, attempt(more));
    expect(reason).toBe('node');
    expect(message).toContain(told);
  });
});

describe('a server is told to lack', () => {
  test.each([
    [
      'no matching key exchange algorithm',
      "only key exchange methods that can't be used here, such as post-quantum ones: allow curve25519-sha256",
    ],
    ['no matching C->S cipher', 'no common C->S cipher'],
    ['no matching host key format', 'no common host key format'],
  ])('%s', (problem, told) => {
    const { reason, message } = explain(error(`Handshake failed: ${problem}`, 'handshake'), attempt());
    expect(reason).toBe('node');
    expect(message).toContain(told);
  });
});

test('a host that must not be trusted is told so, whatever became of the connection', () => {
  const refused = attempt({ refusal: 'it showed another key' });
  expect(explain(error('Host denied (verification failed)', 'handshake'), refused)).toEqual({
    reason: 'node',
    message: 'it showed another key',
  });
});
