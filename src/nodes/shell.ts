/** Words that any shell takes literally: what may stand in a script that a testbed runs. */

const LITERAL = /^[A-Za-z0-9_./:=,@%+-]+$/;

/**
 * Joins argv to a line of script. Nothing is quoted: a word that a shell could read as anything but itself is
 * refused, so that no name from a file or a command line can ever become a command.
 */
export function shellWords(argv: string[]): string {
  for (const word of argv) {
    if (!LITERAL.test(word)) {
      throw new Error(
        `a testbed's command takes only letters, digits and _./:=,@%+-, not ${JSON.stringify(word)}`,
      );
    }
  }
  return argv.join(' ');
}
