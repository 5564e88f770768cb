/** A controller of its own process for the lab's tests: `node lab.controller.mjs VERB JSON`; its answer, or its failure, is printed as JSON. */
import { runnerImport } from 'vite';

const load = async (path) =>
  (await runnerImport(new URL(`../../src/${path}`, import.meta.url).pathname)).module;
const { upLab, downLab } = await load('nodes/lab/lab.ts');
const { startNode, startSshd } = await load('nodes/lab/machine.ts');
const { readLabs } = await load('nodes/lab/status.ts');
const { labStatus } = await load('commands/lab.ts');

const verbs = {
  up: upLab,
  down: downLab,
  status: readLabs,
  describe: () => labStatus({ json: false }),
  startNode: ({ lab, node }) => startNode(lab, node),
  startSshd,
};

const [verb, argument] = process.argv.slice(2);
const tell = (answer) => console.log(JSON.stringify(answer ?? null));
await verbs[verb](JSON.parse(argument)).then(tell, (error) => {
  if (!error.failure) throw error;
  tell({ failure: error.failure });
});
