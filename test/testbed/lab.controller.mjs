/** A controller of its own process for the lab's tests: `node lab.controller.mjs VERB JSON`; its answer, or its failure, is printed as JSON. */
import { labStatus } from '../../dist/commands/lab.js';
import { downLab, upLab } from '../../dist/nodes/lab/lab.js';
import { startNode, startSshd } from '../../dist/nodes/lab/machine.js';
import { readLabs } from '../../dist/nodes/lab/status.js';

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
