/**
 * Joins standard input and output to a TCP port: `node connect.mjs ADDRESS PORT`. It runs in a lab's management
 * network. Either side may end first: what the other still says is carried over.
 */
import { connect } from 'node:net';

/** How long an answer may take once standard input has ended; a link that was cut never gives one. */
const PATIENCE_MS = 5000;

const { stdin, stdout } = process;
const [host, port] = process.argv.slice(2);
const socket = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });

/** Lets the process end when what it has still to write is written. */
function finish() {
  socket.end();
  stdin.destroy();
}

stdin.pipe(socket).pipe(stdout);
stdin.on('end', () => socket.setTimeout(PATIENCE_MS, () => socket.destroy()));
socket.on('end', finish);
socket.on('error', ({ message }) => {
  process.exitCode = 1;
  console.error(message);
  finish();
});
stdout.on('error', () => {
  socket.destroy();
  stdin.destroy();
});
