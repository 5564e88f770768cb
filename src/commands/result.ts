/** What every command gives: text for standard output, and the exit code (see `exitCode` of failures.ts). */
export interface CommandResult {
  text: string;
  exitCode: number;
}
