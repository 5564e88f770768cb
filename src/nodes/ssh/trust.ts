/** Whether a host is who it should be: known_hosts is all that counts, and nobody is asked. */
import { readFile } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { fingerprint, hostKeyOf, knownKeys, knownName, type KnownKey } from './knownHosts.js';
import type { SshSettings } from './settings.js';

/** Signature algorithms by the type of key that makes them. */
const ALGORITHMS = new Map<string, ServerHostKeyAlgorithm[]>([
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]);

export class Trust {
  private constructor(
    private readonly settings: SshSettings,
    private readonly known: KnownKey[],
  ) {}

  /** Reads what the known_hosts files say of a host; files that can't be read say nothing. */
  static async of(settings: SshSettings): Promise<Trust> {
    const files = await Promise.all(
      settings.knownHostsFiles.map(async (file) => ({
        file,
        text: await readFile(file, 'utf8').catch(() => ''),
      })),
    );
    return Trust.from(settings, files);
  }

  /** As `of`, from the texts of the files. */
  static from(settings: SshSettings, files: { file: string; text: string }[]): Trust {
    const lookUp = (name: string): KnownKey[] =>
      files.flatMap(({ file, text }) => knownKeys(file, text, name));
    const known = lookUp(nameOf(settings));
    if (known.some(isPlain)) return new Trust(settings, known);
    // As OpenSSH: a host that isn't known at its port may be known by its name alone.
    return new Trust(settings, [...known, ...lookUp(settings.hostKeyAlias ?? settings.host)]);
  }

  /** Algorithms to ask for a host key: those of known keys first, so that a host with several shows a known one. */
  get algorithms(): ServerHostKeyAlgorithm[] {
    const types = [...this.plain.map(({ type }) => type), ...ALGORITHMS.keys()];
    return [...new Set(types.flatMap((type) => ALGORITHMS.get(type) ?? []))];
  }

  private get plain(): KnownKey[] {
    return this.known.filter(isPlain);
  }

  /** Why a host with this key must not be trusted; undefined if it may. */
  refusal(blob: Buffer): string | undefined {
    const { type, base64 } = hostKeyOf(blob);
    const same = this.known.filter((key) => key.type === type && key.base64 === base64);
    const revoked = same.find(({ marker }) => marker === 'revoked');
    const shown = `${this.settings.name} showed the ${type} host key ${fingerprint(blob)}`;
    if (revoked) return `${shown}, which ${revoked.place} revokes: it must not be trusted`;
    if (same.some(isPlain)) return undefined;
    const line = `${nameOf(this.settings)} ${type} ${base64}`;
    return `${shown}, ${this.doubt()}:\n${line}`;
  }

  /** What is wrong with a key that isn't known, and where its line would belong. */
  private doubt(): string {
    const file = this.settings.knownHostsFiles[0] ?? 'known_hosts';
    const accept = `if that is its key by another source, this line in ${file} accepts it`;
    if (this.plain.length > 0) {
      const places = this.plain.map(({ type, place }) => `${place} (${type})`).join(', ');
      return `but it is known by another key at ${places}: someone may be in between, or it was set up anew; ${accept} in place of the old one`;
    }
    const authority = this.known.find(({ marker }) => marker === 'cert-authority');
    if (authority)
      return `and ${authority.place} trusts it by certificate only, which can't be checked here: ${accept}`;
    return `which isn't known: ${accept}`;
  }
}

const isPlain = ({ marker }: KnownKey): boolean => marker === undefined;

const nameOf = ({ host, port, hostKeyAlias }: SshSettings): string => hostKeyAlias ?? knownName(host, port);
