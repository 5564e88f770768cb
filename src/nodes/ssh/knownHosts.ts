/**
 * What known_hosts files say of a host, as in sshd(8), SSH_KNOWN_HOSTS FILE FORMAT: plain and hashed names, patterns,
 * `[host]:port`, `@revoked` and `@cert-authority`. Pure.
 */
import { createHash, createHmac } from 'node:crypto';

/** A host's public key: its type, and what follows in a line of known_hosts. */
export interface HostKey {
  type: string;
  base64: string;
}

/** A line that speaks of a host. */
export interface KnownKey extends HostKey {
  marker?: 'revoked' | 'cert-authority' | undefined;
  /** `file:line` */
  place: string;
}

const LINE =
  /^[ \t]*(?:@(?<marker>revoked|cert-authority)[ \t]+)?(?<names>[^# \t@]\S*)[ \t]+(?<type>\S+)[ \t]+(?<base64>\S+)/;

/** All that a file says of a name; a name is `host`, or `[host]:port` where the port isn't 22. */
export function knownKeys(file: string, text: string, name: string): KnownKey[] {
  return text.split(/\r?\n/).flatMap((line, index): KnownKey[] => {
    const { marker, names, type, base64 } = LINE.exec(line)?.groups ?? {};
    if (!names || !type || !base64 || !speaksOf(names, name.toLowerCase())) return [];
    return [{ marker: marker as KnownKey['marker'], type, base64, place: `${file}:${index + 1}` }];
  });
}

/** How a host is called in known_hosts. */
export const knownName = (host: string, port: number): string => (port === 22 ? host : `[${host}]:${port}`);

/** Whether names of a line mean a host: a hash of its name, or patterns of which one fits and no negated one does. */
function speaksOf(names: string, name: string): boolean {
  if (names.startsWith('|')) return isHashOf(names, name);
  const patterns = names.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && fits(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => fits(pattern, name));
}

/** `|1|salt|hash`: HMAC-SHA1 of the name with the salt as key, both in base64. */
function isHashOf(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|');
  if (version !== '1' || !salt) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** `*` stands for any text, `?` for one character. */
function fits(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(name);
}

/** A key as it goes over the wire begins with its type, after that type's length in 4 bytes. */
export function hostKeyOf(blob: Buffer): HostKey {
  const type = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
  return { type, base64: blob.toString('base64') };
}

/** As `ssh-keygen -l` shows it: SHA256 in base64 without padding. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
