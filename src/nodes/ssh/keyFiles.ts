/** Identity files, as far as they can be used without asking anybody for a passphrase. */
import { access, readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';

export interface KeyFile {
  path: string;
  /** Public key as it goes over the wire, where it is known. */
  blob?: Buffer | undefined;
  /** The private key, or why the file alone is none. */
  key: ParsedKey | string;
}

/** Reads an identity file; undefined if there is none. */
export async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { path, key: `${path} can't be read: ${message}` };
  }
  const key = parse(text);
  if (key instanceof Error) return { path, blob: await publicBlob(path), key: whyNot(path, key.message) };
  const problem = `${path} is a public key, and no agent holds its private one`;
  return { path, blob: key.getPublicSSH(), key: key.isPrivateKey() ? key : problem };
}

/** Of several keys in a file the first counts, as in OpenSSH. */
function parse(text: string): ParsedKey | Error {
  const keys = [ssh2.utils.parseKey(text) as ParsedKey | Error | (ParsedKey | Error)[]].flat();
  return keys[0] ?? new Error('it is empty');
}

/** The public key beside a private one that can't be read. */
async function publicBlob(path: string): Promise<Buffer | undefined> {
  const key = parse(await readFile(`${path}.pub`, 'utf8').catch(() => ''));
  return key instanceof Error ? undefined : key.getPublicSSH();
}

function whyNot(path: string, problem: string): string {
  if (/encrypted/i.test(problem)) return `${path} is encrypted and no agent holds it: ssh-add ${path}`;
  if (problem.includes('sk-')) return `${path} is on a security key, which can't be used here`;
  return `${path} can't be used: ${problem}`;
}

/** Those of some files that exist. */
export async function existing(files: string[]): Promise<string[]> {
  const exist = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => exist[index]);
}
