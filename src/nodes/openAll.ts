/** Opens several things of a kind side by side, all of them or none. */

interface Closable {
  close: () => Promise<void>;
}

/** Resolves to all that were opened; if one can't be, the others are closed and its reason is thrown. */
export async function openAll<Thing extends Closable>(opening: Promise<Thing>[]): Promise<Thing[]> {
  const results = await Promise.allSettled(opening);
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const refused = results.find((result) => result.status === 'rejected');
  if (!refused) return opened;
  await Promise.all(opened.map((thing) => thing.close()));
  throw refused.reason;
}
