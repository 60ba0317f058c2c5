// The contract as the pages show it.

/**
 * The document, without the bounds that JavaScript would round and show with digits that are not theirs: those of
 * 64 bits, which the format says as well.
 */
export function parse(text) {
  const isBound = (key) => key === 'minimum' || key === 'maximum';
  return JSON.parse(text, (key, value) => (isBound(key) && !Number.isSafeInteger(value) ? undefined : value));
}
