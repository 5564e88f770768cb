import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findIdentities, type Identities } from '../../src/nodes/ssh/identities.js';
import { fingerprint } from '../../src/nodes/ssh/knownHosts.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-keys-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const find = (...names: string[]): Promise<Identities> =>
  findIdentities({
    name: 'node1',
    host: 'node1',
    port: 22,
    user: 'bench',
    identityFiles: names.map((name) => join(folder, name)),
    identitiesOnly: false,
    certificateFiles: [join(folder, 'no-certificate')],
    knownHostsFiles: [],
    connectTimeout: 10,
    way: { kind: 'direct' },
  });

const made = ssh2.utils.generateKeyPairSync('ed25519');
const sealed = ssh2.utils.generateKeyPairSync('ed25519', {
  passphrase: 'x',
  cipher: 'aes256-ctr',
  rounds: 1,
});

/** A private key as OpenSSH writes it for a security key: only its type counts here. */
function securityKey(): string {
  const text = (content: string | Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(content)]);
  };
  const check = Buffer.alloc(8);
  const one = Buffer.from([0, 0, 0, 1]);
  const secret = Buffer.concat([check, text('sk-ssh-ed25519@openssh.com'), Buffer.alloc(48)]);
  const bytes = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[text('none'), text('none'), text(''), one, text(text('sk-ssh-ed25519@openssh.com')), text(secret)],
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

test('a private key is shown, and called by its file and fingerprint', async () => {
  const file = await write('a key $(touch x)', made.private);
  const { usable, unusable, missing } = await find('a key $(touch x)');
  const [type, base64 = ''] = made.public.split(' ');
  expect(type).toBe('ssh-ed25519');
  expect(usable.map(({ label }) => label)).toEqual([
    `${file} (${fingerprint(Buffer.from(base64, 'base64'))})`,
  ]);
  expect(usable[0]?.method).toMatchObject({ type: 'publickey', username: 'bench' });
  expect({ unusable, missing }).toEqual({ unusable: [], missing: [] });
});

test.each([
  ['an encrypted key', sealed.private, 'is encrypted and no agent holds it: ssh-add '],
  ['a key on a security key', securityKey(), "is on a security key, which can't be used here"],
  ['a public key', made.public, 'is a public key, and no agent holds its private one'],
  ['no key', 'hello', "can't be used: Unsupported key format"],
])('%s is not shown, and that is told', async (_, text, told) => {
  const file = await write('key', text);
  const { usable, unusable } = await find('key');
  expect(usable).toEqual([]);
  expect(unusable).toHaveLength(1);
  expect(unusable[0]).toContain(`${file} ${told}`);
});

test('a certificate beside a key is told of, and the key is shown alone', async () => {
  await write('key', made.private);
  const certificate = await write('key-cert.pub', made.public);
  const { usable, unusable } = await find('key');
  expect(usable).toHaveLength(1);
  expect(unusable).toEqual([`${certificate} is a certificate, which can't be used here`]);
});

test('files that do not exist are told apart from those that are no keys', async () => {
  await write('key', made.private);
  const { usable, unusable, missing } = await find('none', 'key');
  expect(usable).toHaveLength(1);
  expect(unusable).toEqual([]);
  expect(missing).toEqual([join(folder, 'none')]);
});
