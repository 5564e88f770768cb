/** What a mistyped word was most likely meant to be. */
import { closestMatch } from 'leven';

/** `; did you mean pairs?`, or nothing if no candidate is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = closestMatch(word, candidates, { maxDistance: Math.ceil(word.length / 3) });
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
