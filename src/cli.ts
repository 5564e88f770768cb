#!/usr/bin/env node
/** argv to command; signals; the only place that sets an exit code. A command's code is loaded when it is called. */
import yargs, { type Argv } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { FACTORS, SCENARIO_OPTIONS, withScenario } from './cliOptions.js';
import type { CommandResult } from './commands/result.js';
import { BenchError, exitCode, fail, type Failure } from './failures.js';
import type { Listener } from './progress/event.js';
import { PROGRESS_KINDS } from './progress/kinds.js';
import { parseOverrides } from './scenario/overrides.js';
import { version } from './version.js';

const WIDEST_HELP = 110;
const INTERNAL_ERROR = 70;
const EXIT_CODES =
  'Exit codes: 0 done, 1 measured but incomplete, 2 wrong usage or scenario, 3 this machine cannot, 130 interrupted.';

const results = {
  type: 'string',
  default: 'results',
  requiresArg: true,
  describe: 'folder that holds results folders',
} as const;

const json = { type: 'boolean', default: false, describe: 'print JSON for programs' } as const;

const scenario = {
  type: 'string',
  describe: 'name of a packaged scenario, or path of a YAML file',
} as const;

function addRun(parser: Argv): Argv {
  return parser.command(
    'run <scenario>',
    'measure a scenario',
    (command) =>
      withScenario(command.positional('scenario', { ...scenario, demandOption: true })).options({
        resume: { type: 'string', describe: 'go on with this results folder, or with the newest' },
        mix: { type: 'boolean', default: false, describe: 'resume although conditions differ' },
        progress: {
          choices: PROGRESS_KINDS,
          default: 'auto' as const,
          describe: 'how progress is told on standard error',
        },
        results,
        json,
      }),
    async (argv) => {
      const { run } = await import('./commands/run.js');
      const { createReporter } = await import('./progress/reporter.js');
      const options = {
        ...argv,
        overrides: argv,
        resultsRoot: argv.results,
        resume: argv.resume === '' ? 'newest' : argv.resume,
      };
      const listener = createReporter(argv.progress, process.stderr);
      conclude(await run(options, { listener, ...interrupts(listener) }));
    },
  );
}

function addPlan(parser: Argv): Argv {
  return parser.command(
    'plan <scenario>',
    'print every command that a run would give, and how long it would take',
    (command) =>
      withScenario(command.positional('scenario', { ...scenario, demandOption: true })).options({
        all: { type: 'boolean', default: false, describe: "every cell, not only each driver's smallest" },
        json,
      }),
    async (argv) => {
      const { plan } = await import('./commands/plan.js');
      conclude(await plan({ ...argv, scenario: await load(argv.scenario, argv) }));
    },
  );
}

function addReport(parser: Argv): Argv {
  return parser.command(
    'report [folders..]',
    'turn results into charts, tables and an answer',
    (command) =>
      command
        .positional('folders', {
          type: 'string',
          array: true,
          default: [] as string[],
          describe: 'results folders; the newest unless given',
        })
        .options({
          out: { type: 'string', requiresArg: true, describe: 'folder of the report' },
          results,
        }),
    async (argv) => {
      const { report } = await import('./commands/report.js');
      conclude(await report({ ...argv, resultsRoot: argv.results }));
    },
  );
}

function addCompare(parser: Argv): Argv {
  return parser.command(
    'compare <a> <b>',
    'compare two drivers of one experiment, or two results folders',
    (command) =>
      command
        .positional('a', { type: 'string', demandOption: true, describe: 'driver or results folder' })
        .positional('b', { type: 'string', demandOption: true, describe: 'what A is compared with' })
        .options({
          'fail-below': {
            type: 'number',
            requiresArg: true,
            describe: 'exit with 1 if A is shown to carry less than this times B',
          },
          results: { ...results, describe: 'results folder, or folder that holds them: then the newest' },
          json,
        }),
    async (argv) => {
      const { compare } = await import('./commands/compare.js');
      conclude(await compare({ ...argv, resultsRoot: argv.results }));
    },
  );
}

function addDoctor(parser: Argv): Argv {
  return parser.command(
    'doctor [scenario]',
    'tell what this machine can run, what is missing and what mends it',
    (command) =>
      command.positional('scenario', scenario).options(SCENARIO_OPTIONS).options(FACTORS).options({ json }),
    async (argv) => {
      const { doctor } = await import('./commands/doctor.js');
      const wanted = argv.scenario === undefined ? undefined : await load(argv.scenario, argv);
      conclude(await doctor({ ...argv, scenario: wanted }));
    },
  );
}

function addDrivers(parser: Argv): Argv {
  return parser.command(
    'drivers',
    'list the drivers and what this kernel can do',
    (command) => command.options({ json }),
    async (argv) => {
      const { drivers } = await import('./commands/drivers.js');
      conclude(await drivers({ ...argv, node: await localNode() }));
    },
  );
}

function addLab(parser: Argv): Argv {
  const name = {
    type: 'string',
    requiresArg: true,
    describe: "the lab's name, where there are several",
  } as const;
  return parser.command('lab', 'make a switched testbed on this machine alone', (command) =>
    command
      .command(
        'up',
        'make nodes, each with an OpenSSH server, and a switch between them',
        (up) =>
          up.options({
            nodes: { type: 'number', requiresArg: true, describe: 'how many nodes; 2 unless given' },
            rate: {
              type: 'string',
              requiresArg: true,
              describe: 'what each link carries; 10gbit unless given',
            },
            mtu: { type: 'number', requiresArg: true, describe: 'of uplinks and switch; 9000 unless given' },
            name,
          }),
        async (argv) => conclude(await (await import('./commands/lab.js')).labUp(argv)),
      )
      .command(
        'status',
        'tell which labs run, and whether they are whole',
        (status) => status.options({ json }),
        async (argv) => conclude(await (await import('./commands/lab.js')).labStatus(argv)),
      )
      .command(
        'down',
        'end a lab; nothing of it is left',
        (down) => down.options({ name }),
        async (argv) => conclude(await (await import('./commands/lab.js')).labDown(argv)),
      )
      .demandCommand(1, 'lab takes up, status or down.'),
  );
}

function addClean(parser: Argv): Argv {
  return parser.command(
    'clean',
    'give back what runs that were killed have left',
    (command) =>
      command.options({
        'dry-run': { type: 'boolean', default: false, describe: 'only tell what would be done' },
      }),
    async ({ dryRun }) => {
      const { clean } = await import('./commands/clean.js');
      conclude(await clean({ node: await localNode(), dryRun }));
    },
  );
}

async function localNode() {
  const { createLocalNode } = await import('./nodes/local.js');
  return createLocalNode();
}

/** Loads a scenario with the profile and the factors that were given. */
async function load(nameOrPath: string, argv: { profile?: string | undefined; [flag: string]: unknown }) {
  const { loadScenario } = await import('./scenario/load.js');
  const { canonicalDriver } = await import('./drivers/registry.js');
  return loadScenario({
    nameOrPath,
    profile: argv.profile,
    overrides: parseOverrides(argv),
    canonicalDriver,
  });
}

/** The first interrupt lets the run that is under way finish, the second stops at once, a third kills. */
function interrupts(listener: Listener): { stopAfterRun: AbortSignal; abortNow: AbortSignal } {
  const stop = new AbortController();
  const abort = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) {
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      abort.abort();
    } else {
      stop.abort();
      listener({ kind: 'note', level: 'info', text: 'stopping after this run; once more to stop at once' });
    }
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return { stopAfterRun: stop.signal, abortNow: abort.signal };
}

/** Prints what was found, and lets the process end with the command's exit code. */
function conclude({ text, exitCode }: CommandResult): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  process.exitCode = exitCode;
}

function explain({ message, detail }: Failure): string {
  return `bench: ${message}\n${detail === undefined ? '' : `${detail.trimEnd()}\n`}`;
}

/** Tells a failure that ended the command; anything that was not expected is our own fault. */
function tellFailure(error: unknown): void {
  if (error instanceof BenchError) {
    process.stderr.write(explain(error.failure));
    process.exitCode = exitCode(error.failure.reason);
    return;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `bench: Internal error: a fault of bench ${version} itself. Please report it with the command and this text:\n${stack}\n`,
  );
  process.exitCode = INTERNAL_ERROR;
}

/** What yargs finds wrong with the command line, as a failure like any other. */
function refuse(message: string | null, error: Error | undefined): never {
  if (error && error.name !== 'YError') throw error;
  fail('usage', error?.message ?? message ?? 'Wrong usage.', 'See bench --help, or bench <command> --help.');
}

/** Words of a command that may be many. */
const LISTS = new Set(['_', 'folders']);

/** A flag is given once: of several values none is meant more than the others. */
function refuseRepeated(argv: Record<string, unknown>): true {
  const repeated = Object.keys(argv).find((name) => Array.isArray(argv[name]) && !LISTS.has(name));
  return repeated === undefined || fail('usage', `--${repeated} is given more than once`);
}

function createParser(): Argv {
  const commands = [addRun, addPlan, addReport, addCompare, addDoctor, addDrivers, addLab, addClean];
  return commands
    .reduce((parser, add) => add(parser), yargs())
    .scriptName('bench')
    .usage('$0 <command>\n\nMeasures network drivers of containers, side by side.')
    .epilogue(EXIT_CODES)
    .demandCommand(1, 'No command was given.')
    .detectLocale(false)
    .check(refuseRepeated)
    .strict()
    .strictCommands()
    .version(version)
    .wrap(process.stdout.isTTY ? Math.min(WIDEST_HELP, process.stdout.columns) : WIDEST_HELP)
    .exitProcess(false)
    .fail(refuse);
}

/** `bench plan ... | head` closes our output early; that is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await createParser().parseAsync(hideBin(process.argv));
} catch (error) {
  tellFailure(error);
}
