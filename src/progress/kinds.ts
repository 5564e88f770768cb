/** How progress can be told: `auto` is live on a terminal, and plain elsewhere and in CI. */
export const PROGRESS_KINDS = ['auto', 'live', 'plain', 'json'] as const;

export type ProgressKind = (typeof PROGRESS_KINDS)[number];
