import { execaSync } from 'execa';
import { describe, expect, test } from 'vitest';
import { encodeWords, GREETING, remoteCommand } from '../../src/nodes/ssh/words.js';

const command = remoteCommand({ sudo: false });

/** What a login shell makes of the remote command, given bytes on its standard input. */
function run(shell: string[], input: string) {
  const [file, ...args] = shell;
  const { stdout, exitCode } = execaSync(file!, [...args, '-c', command], {
    input,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, stdout: stdout.replace(GREETING, '') };
}

const SHELLS = [['sh'], ['bash'], ['busybox', 'sh']].filter(
  ([shell = '']) => execaSync('sh', ['-c', `command -v ${shell}`], { reject: false }).exitCode === 0,
);

/** Every character of one byte but NUL, alone and in company, and what has been a trap before. */
const NASTY = [
  ...Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1)),
  '',
  ' ',
  '  two  spaces  ',
  '\n',
  'new\nlines\n\n',
  '\r\n',
  'p',
  'e',
  'e\\0101',
  '\n7',
  'é0',
  '\t123',
  '\\0017',
  '\\n',
  '\\\\',
  '\\c',
  '%s%b',
  '-n',
  '-e',
  '--',
  '$(touch x)',
  '`touch x`',
  '${IFS}',
  '"; touch x; "',
  "'; touch x; '",
  '!!',
  '*',
  '~',
  '#',
  'ä€😀',
  '\u0001\u007f\u0080\uffff',
];

describe.each(SHELLS)('words that %s %s reads', (...shell: string[]) => {
  test('are those that were sent, whatever is in them', () => {
    const { stdout, exitCode } = run(shell, encodeWords(['printf', '%s\\0', ...NASTY]));
    expect(exitCode).toBe(0);
    expect(stdout.split('\0').slice(0, -1)).toEqual(NASTY);
  });

  test('leave the rest of the standard input to their program', () => {
    expect(run(shell, `${encodeWords(['cat'])}the rest\n\n$(x)`).stdout).toBe('the rest\n\n$(x)');
  });

  test('run nothing if they end too early', () => {
    const whole = encodeWords(['echo', 'one', 'two']);
    for (let length = 0; length < whole.length; length += 1)
      expect(run(shell, whole.slice(0, length))).toEqual({ exitCode: 125, stdout: '' });
  });
});

test('the remote command tells the process group of its program', () => {
  const { stdout } = execaSync('setsid', ['-w', 'sh', '-c', command], {
    input: encodeWords(['sh', '-c', 'echo $$']),
  });
  const [greeting, group] = GREETING.exec(`${stdout}\n`) ?? [];
  expect(stdout).toBe(`${greeting}${group}`);
});

test('a NUL is refused, for no command can have one', () => {
  expect(() => encodeWords(['echo', 'a\0b'])).toThrow('NUL');
});

test('the remote command is the same text whatever it runs, and can be read by every usual login shell', () => {
  const [start, program, end, ...more] = remoteCommand({ sudo: true }).split("'");
  expect([start, end, more]).toEqual(['exec sudo -n sh -c ', '', []]);
  // csh reads ! and new lines even in quotes, fish backslashes.
  expect(program).not.toMatch(/[!\\\n]/);
});
