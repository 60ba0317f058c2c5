// The contract as the pages show it.

// Everything is relative: behind a proxy that strips a prefix, the service does not know its own address.

/** Where the service is, by the address of the page. */
const service = new URL('.', document.baseURI);

/** The address of one of the service's documents. */
export const documentAt = (name) => new URL(name, service).href;

/**
 * The document, its only server the one that serves the page, without the bounds that JavaScript would round and show with digits that are not theirs: those of
 * 64 bits, which the format says as well.
 */
export function parse(text) {
  const isBound = (key) => key === 'minimum' || key === 'maximum';
  const contract = JSON.parse(text, (key, value) => (isBound(key) && !Number.isSafeInteger(value) ? undefined : value));
  return { ...contract, servers: [{ url: service.href.replace(/\/$/, '') }] };
}
