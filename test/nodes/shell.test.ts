import { expect, test } from 'vitest';
import { shellWords } from '../../src/nodes/shell.js';

test.each([
  [['ip', 'link', 'set', 'eth0', 'up'], 'ip link set eth0 up'],
  [['nsenter', '--net=/run/netns/s1', 'iperf3', '-p', '5201'], 'nsenter --net=/run/netns/s1 iperf3 -p 5201'],
  [
    ['addr', 'add', '10.0.1.7/16', 'a:b', 'a,b', '50%', 'a+b', 'a@b'],
    'addr add 10.0.1.7/16 a:b a,b 50% a+b a@b',
  ],
])('words that a shell takes literally are joined as they are: %j', (argv, line) => {
  expect(shellWords(argv)).toBe(line);
});

test.each([
  ['nothing', ''],
  ['a space', 'a b'],
  ['a tab', 'a\tb'],
  ['a new line', 'a\nb'],
  ['a new line at the end', 'a\n'],
  ['a command separator', 'a;b'],
  ['a background sign', 'a&b'],
  ['a pipe', 'a|b'],
  ['a variable', '$HOME'],
  ['a command substitution', '$(id)'],
  ['backquotes', '`id`'],
  ['single quotes', "a'b"],
  ['double quotes', 'a"b'],
  ['a backslash', 'a\\b'],
  ['a pattern', '*'],
  ['a question mark', 'a?'],
  ['brackets', '[a]'],
  ['braces', '{a}'],
  ['a redirection', '>a'],
  ['a comment', '#a'],
  ['a home folder', '~root'],
  ['a history word', '!a'],
  ['a letter beyond ASCII', 'ä'],
])('a word with %s is refused and shown', (_, word) => {
  expect(() => shellWords(['echo', word])).toThrow(JSON.stringify(word));
});
