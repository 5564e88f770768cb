/**
 * How a command's words get to a remote machine without a shell ever reading them: the remote command is always the
 * same text, and reads the words from its standard input, one per line. The program that they name gets the rest.
 */

/** What the remote side says first: the process group that it runs in. What comes before is a login shell's. */
export const GREETING = /@bench-program (\d+)\n/;

/**
 * Runs in any login shell (sh, bash, zsh, fish, csh): it has no quote, backslash, exclamation mark or new line in it.
 * A word that ends in the middle ends it too, so that no half command ever runs.
 */
const READ_WORDS = [
  'PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C',
  'export PATH LC_ALL',
  'read -r _ _ _ _ group _ </proc/self/stat',
  'echo "@bench-program $group"',
  'IFS= read -r count || exit 125',
  'while [ "$count" -gt 0 ]; do IFS= read -r word || exit 125',
  'case $word in e*) word=$(printf %b. "${word#e}"); word=${word%.} ;; *) word=${word#p} ;; esac',
  'set -- "$@" "$word"',
  'count=$((count - 1)); done',
  'exec "$@"',
].join('; ');

/** The remote command; it is the same whatever it runs. */
export const remoteCommand = ({ sudo }: { sudo: boolean }): string =>
  `exec ${sudo ? 'sudo -n ' : ''}sh -c '${READ_WORDS}'`;

/** What the remote command reads: the number of words, then each in a line. */
export function encodeWords(argv: string[]): string {
  return [String(argv.length), ...argv.map(encodeWord), ''].join('\n');
}

/** A word of printable ASCII stands as it is behind `p`; of any other, behind `e`, all bytes but those, and backslashes, as \0ooo. */
function encodeWord(word: string): string {
  if (word.includes('\0')) throw new Error('a word of a command cannot hold a NUL');
  if (/^[ -~]*$/.test(word)) return `p${word}`;
  return `e${Buffer.from(word)
    .toString('latin1')
    .replace(/[^ -~]|\\/g, inOctal)}`;
}

const inOctal = (byte: string): string => `\\0${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
