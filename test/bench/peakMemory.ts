/** Preloaded with `node --import`: prints the process's peak resident memory in KiB when it ends. */
process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\n`));
